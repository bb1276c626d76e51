"""Everything volunteers write, read and typed: what the bot can say and do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.core import closings
from bot.core.bridge import Bridge
from bot.core.canned import Canned
from bot.core.closings import Closing
from bot.core.crisis import Crises
from bot.core.flows import Flow
from bot.core.glossary import Glossary
from bot.core.knowledge import KnowledgeBase
from bot.core.matching import Matcher, Vectors
from bot.core.messages import Choice
from bot.core.network import Network
from bot.core.privacy import Papers
from bot.core.texts import Texts
from bot.core.variants import foreign_variants, variants


@dataclass(frozen=True)
class Content:
    """The content of one district at one moment; it is replaced as a whole, never changed."""

    knowledge: KnowledgeBase
    flows: Mapping[str, Flow]
    phrases: Texts
    network: Network
    crises: Crises
    canned: Mapping[str, tuple[Canned, ...]] = field(default_factory=dict)
    papers: Papers = field(default_factory=Papers)
    meanings: Matcher | None = field(default=None, compare=False, repr=False)
    open: "Content | None" = field(default=None, compare=False, repr=False)
    """The same without the closings that were put in; both use its indexes."""
    menus: dict[tuple[str, str], list[list[Choice]]] = field(default_factory=dict, init=False, compare=False, repr=False)
    """The topics as buttons, by what a press begins with and the language, once somebody was shown them."""

    @cached_property
    def matcher(self) -> Matcher:
        """The index over the articles' titles and phrasings."""
        if self.meanings is not None:
            return self.meanings
        if self.open is not None:
            return self.open.matcher
        known = self.knowledge
        return Matcher(variants(known.articles.values()), foreign_variants(known.elsewhere), vocabulary=known.vocabulary)

    @cached_property
    def glossary(self) -> Glossary:
        """The index over the words of the glossary and the articles that use them."""
        return Glossary(self.knowledge) if self.open is None else self.open.glossary

    def understood(self, vectors: Vectors | None, bridge: Bridge | None = None) -> "Content":
        """Return the same content, with what its texts mean and a bridge to it for other languages."""
        return replace(self, meanings=self.matcher.understood(vectors, bridge))

    def closed(self, entered: Sequence[Closing]) -> "Content":
        """Return the same content with what was closed since; nothing is indexed anew."""
        return replace(self, network=closings.closed(self.network, entered), open=self) if entered else self
