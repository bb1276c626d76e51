"""Everything volunteers write, read and typed: what the bot can say and do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from bot.core import alarm, closings
from bot.core.alarm import Alarm, Examples
from bot.core.bridge import Bridge
from bot.core.canned import Canned
from bot.core.closings import Closing
from bot.core.crisis import Crises
from bot.core.flows import Flow
from bot.core.glossary import Glossary
from bot.core.knowledge import EMERGENCY, KnowledgeBase
from bot.core.matching import Matcher, Vector, Vectors
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
    alarms: Examples = field(default_factory=Examples)
    canned: Mapping[str, tuple[Canned, ...]] = field(default_factory=dict)
    papers: Papers = field(default_factory=Papers)
    meanings: Matcher | None = field(default=None, compare=False, repr=False)
    alarm: Alarm | None = field(default=None, compare=False, repr=False)
    """What tells emergencies from other messages, where their meaning can be compared."""
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
        matcher = self.matcher.understood(vectors, bridge)
        return replace(self, meanings=matcher, alarm=self._learned(vectors) if vectors and self.alarms else None)

    def texts(self) -> list[str]:
        """Return every text whose vector is needed; those of `alarms` are compared as questions."""
        return [*self.matcher.texts(), *self.alarms.texts]

    def may_be_emergency(self, vectors: Iterable[Vector]) -> bool:
        """Tell whether one of these meanings is like those of emergencies."""
        return self.alarm is not None and any(map(self.alarm.goes_off, vectors))

    def _learned(self, vectors: Vectors) -> Alarm:
        known = self.knowledge
        calm = variants(article for article in known.articles.values() if article.topic != EMERGENCY)
        ordinary = [each.text for each in (*calm, *foreign_variants(known.elsewhere))]
        width = len(next(iter(vectors.values())))
        kinds = (self.alarms.emergency, self.alarms.harmless, ordinary)
        return alarm.learn(*(np.reshape([vectors[text] for text in texts], (-1, width)) for texts in kinds))

    def closed(self, entered: Sequence[Closing]) -> "Content":
        """Return the same content with what was closed since; nothing is indexed anew."""
        return replace(self, network=closings.closed(self.network, entered), open=self) if entered else self
