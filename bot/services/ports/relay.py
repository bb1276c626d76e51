"""Rows of the staff's groups: which case has which topic there, what was posted, what advisors wrote."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Topic:
    """A case's topic in a group (`chat`): its number there, and the title and state that the group sees."""

    case_id: str
    chat: int
    thread: int
    title: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """What stands in a group about a case: the item (`card`, `line:17` …), the messages it became, a digest of its content."""

    item: str
    messages: tuple[int, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Source:
    """A message that an advisor wrote in a topic; the same one, delivered again, is recognised by group and number."""

    chat: int
    message: int
    thread: int


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert in a group, and the case it is about."""

    case_id: str
    chat: int
    messages: tuple[int, ...]


class RelayRows(Protocol):
    """What the staff bot knows about its groups."""

    def case_marks(self, chat: int, agencies: Collection[str]) -> Mapping[str, str]:
        """Return the cases whose topics in a group may need work, oldest first, each with a mark of all that can change.

        These are the open cases of the agencies, and those that went elsewhere or were closed as long as their topic is open.
        """

    def topic(self, case_id: str, chat: int) -> Topic | None:
        """Return a case's topic in a group."""

    def topic_at(self, chat: int, thread: int) -> Topic | None:
        """Return the topic with this number in a group."""

    def orphaned_topics(self, chat: int) -> list[Topic]:
        """Return the topics of a group whose case was erased."""

    def put_topic(self, topic: Topic) -> None:
        """Store a new or changed topic."""

    def drop_topic(self, topic: Topic) -> None:
        """Forget a topic and what was posted there; what advisors wrote in it is remembered."""

    def posted(self, case_id: str, chat: int) -> dict[str, Posted]:
        """Return what was posted about a case in a group, by item."""

    def put_posted(self, case_id: str, chat: int, posted: Posted) -> None:
        """Store what was posted; an item is replaced."""

    def drop_posted(self, case_id: str, chat: int, item: str) -> None:
        """Forget an item."""

    def alerts(self) -> list[Alert]:
        """Return the alerts that still look as if their case waited."""

    def add_source(self, source: Source, case_id: str, item: str) -> None:
        """Remember what a message of an advisor became."""

    def source(self, chat: int, message: int) -> tuple[str, str] | None:
        """Return the case and the item that a message of an advisor became."""

    def sources(self, case_id: str, chat: int, thread: int) -> dict[str, int]:
        """Return the messages of advisors in a topic, by the item they became."""
