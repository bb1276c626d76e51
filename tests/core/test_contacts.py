"""A conversation is kept only with consent, and begins with the bot."""

from dataclasses import replace

from bot.core.consents import VERSIONS, Consent
from bot.core.contacts import Conversation
from bot.core.messages import Address
from tests.clock import TUESDAY

NEW = Conversation("amina", "amina", Address("telegram", "4815162342"))


def test_a_new_conversation_is_the_bots_and_keeps_nothing() -> None:
    assert (NEW.owner, NEW.epoch, NEW.pending, NEW.language, NEW.reachable) == ("bot", 0, None, None, True)
    assert not NEW.keeps


def test_the_chat_is_kept_after_a_yes_and_not_after_a_no() -> None:
    for given in (True, False):
        assert replace(NEW, consents=(Consent("keep", given, VERSIONS["keep"], "ar", TUESDAY),)).keeps is given
