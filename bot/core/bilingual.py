"""What the bot says in a case, in German as well: advisors read along."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.language import SOURCE
from bot.core.messages import OutboundMessage
from bot.core.talk import Situation, Turn


def with_german(turn: Turn, situation: Situation, decide: Callable[[Situation], Turn]) -> Turn:
    """Return a turn whose messages carry what they would be in German: `decide` made it, and makes it again for a German reader.

    A message that has no counterpart there stays as it is.
    """
    if turn.conversation.language in (None, SOURCE) or not turn.messages:
        return turn
    # What is decided is decided once: nothing is numbered, named or made anew.
    reader = replace(situation, read_in=SOURCE, new_id=str, case_number=int, own_files=tuple)
    again = decide(reader).messages
    if len(again) != len(turn.messages):
        return turn
    return replace(turn, messages=tuple(map(_beside, turn.messages, again)))


def _beside(said: OutboundMessage, german: OutboundMessage) -> OutboundMessage:
    same = german.language == SOURCE != said.language and _buttons(german) == _buttons(said)
    return replace(said, german=german.text) if same else said


def _buttons(message: OutboundMessage) -> list[str]:
    return [choice.id for row in message.choices for choice in row]
