"""Everything volunteers write, read and typed: what the bot can say and do."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.core.crisis import Crises
from bot.core.flows import Flow
from bot.core.knowledge import KnowledgeBase
from bot.core.matching import Matcher
from bot.core.network import Network
from bot.core.texts import Texts


@dataclass(frozen=True)
class Content:
    """The content of one district at one moment; it is replaced as a whole, never changed."""

    knowledge: KnowledgeBase
    flows: Mapping[str, Flow]
    phrases: Texts
    network: Network
    crises: Crises

    @cached_property
    def matcher(self) -> Matcher:
        """The index over the articles' titles and phrasings."""
        return Matcher(self.knowledge.articles)
