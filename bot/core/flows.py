"""What a flow file means: steps, questions and where the answers lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.core.texts import Texts

AskType = Literal["choice", "text", "number", "date", "place"]


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose; its label is the text `<flow>.<step>.<option>`."""

    id: str
    goto: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """What happens after an answer that fits nothing: say so, so many times, then go on elsewhere."""

    retries: int
    goto: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that waits for an answer and keeps it under a name; without one it is neither kept nor shown to an advisor."""

    save: str
    type: AskType
    options: tuple[Option, ...]
    goto: str | None
    other: Other | None


@dataclass(frozen=True, slots=True)
class Target:
    """What a site, handoff or book step is about; None means the topic of the flow that was started."""

    topic: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step: it may say something, then does at most one thing, then goes on."""

    id: str
    says: bool = False
    article: str | None = None
    ask: Ask | None = None
    site: Target | None = None
    handoff: Target | None = None
    book: Target | None = None
    call: str | None = None
    goto: str | None = None
    end: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A guided conversation. `edition` changes with every change of steps or words; sessions stay with theirs."""

    id: str
    edition: str
    revision: int
    topic: str | None
    menu: bool
    keywords: tuple[str, ...]
    expires_after: timedelta
    start: str
    steps: Mapping[str, Step]
    texts: Texts

    def key(self, step: str, part: str = "") -> str:
        """Return the key of a step's text, or of an option's label within it; "?" is the answer to a misfit."""
        return f"{self.id}.{step}.{part}" if part else f"{self.id}.{step}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a flow: which flow, which edition, which step."""

    flow: str
    edition: str
    step: str


@dataclass(frozen=True, slots=True)
class FlowSession:
    """One person's way through a flow: the stack of calls (innermost last), what was answered, and the way back."""

    frames: tuple[Frame, ...]
    topic: str | None = None
    slots: Mapping[str, str] | None = None
    history: tuple[tuple[Frame, ...], ...] = ()
    misfits: int = 0

    @property
    def frame(self) -> Frame:
        """The innermost frame."""
        return self.frames[-1]
