"""The shape of flow files and of the bot's small talk."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.adapters.content.schema import Entry
from bot.adapters.content.values import Duration, Name, Slug, Words
from bot.core.flows import AskType


class TriggersEntry(Entry):
    """How a flow is started: from the menu, and by single words."""

    menu: bool = False
    keywords: tuple[Words, ...] = ()


class OptionEntry(Entry):
    """An answer to choose."""

    label: Words
    goto: Slug
    also: tuple[Words, ...] = ()


class OtherEntry(Entry):
    """What happens after an answer that fits nothing."""

    say: Words
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    goto: Slug


class AskEntry(Entry):
    """A question: with options, or for a text, number, date or place. Without `save` the answer is not remembered."""

    save: Name | None = None
    type: AskType = "choice"
    options: dict[Slug, OptionEntry] = Field(default_factory=dict)
    goto: Slug | None = None
    other: OtherEntry | None = None

    @model_validator(mode="after")
    def _leads_on(self) -> Self:
        if self.type == "choice" and (self.goto or not self.options):
            raise ValueError("Eine Auswahl braucht 'options' und kein eigenes 'goto': Jede Antwort nennt ihr Ziel selbst.")
        if self.type != "choice" and (self.options or not self.goto):
            raise ValueError(f"Eine Frage vom Typ '{self.type}' braucht ein 'goto' und keine 'options'.")
        return self


class TargetEntry(Entry):
    """What a site, handoff or book step is about; empty means the topic of the flow that was started."""

    topic: Slug | None = None


ACTIONS = ("article", "ask", "site", "handoff", "book", "call")


class StepEntry(Entry):
    """One step of a flow."""

    say: Words | None = None
    article: Slug | None = None
    ask: AskEntry | None = None
    site: TargetEntry | None = None
    handoff: TargetEntry | None = None
    book: TargetEntry | None = None
    call: Slug | None = None
    goto: Slug | None = None
    end: bool = False

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        acts = [action for action in ACTIONS if getattr(self, action) is not None]
        if len(acts) > 1:
            raise ValueError(f"Ein Schritt tut nur eines, hier sind es {', '.join(acts)}. Machen Sie zwei Schritte daraus.")
        if not acts and self.say is None and self.goto is None:
            raise ValueError("Der Schritt tut nichts. Ergänzen Sie zum Beispiel say, article oder goto.")
        if self.goto and (self.end or (acts and acts[0] in ("ask", "handoff", "book"))):
            raise ValueError(
                f"Nach '{acts[0] if acts else 'end'}' geht es hier nicht weiter. Löschen Sie 'goto' in diesem Schritt."
            )
        return self


class FlowFile(Entry):
    """A guided conversation."""

    flow: Slug
    revision: Annotated[int, Field(ge=1)]
    topic: Slug | None = None
    triggers: TriggersEntry = TriggersEntry()
    expires_after: Duration
    start: Slug
    steps: Annotated[dict[Slug, StepEntry], Field(min_length=1)]


class PhrasesFile(Entry):
    """bot.yaml: the bot's own small talk."""

    phrases: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")], Words]
