"""Translation's own rows: work that is left goes with its line; segments are nobody's, sealed, and go when newer models come."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.adapters.sqlite.migrations import MIGRATIONS
from bot.core.memory import Segment
from bot.core.messages import Address, InboundMessage, OutboundMessage
from bot.core.translations import LookBack, Rendering
from tests.adapters.sqlite.people import lay_down, open_store
from tests.clock import TUESDAY

AMINA = Address("telegram", "4815162342")
RENDERING = Rendering("ar", "machine", None, 0.9, LookBack("zurück", 0.75, None, ("nicht",), True), True)


def heard(store: SqliteStore, text: str = "أين المكتب؟", external: str = "1") -> tuple[str, int]:
    """Let Amina write; return her conversation and the line's number."""
    with store.transaction() as tx:
        conversation = tx.conversation_at(AMINA, TUESDAY, "amina")
        message = InboundMessage("telegram", external, AMINA, TUESDAY, text=text)
        return conversation.id, tx.hear(message, text, conversation.id, None, TUESDAY, None)


def test_what_is_known_of_a_translation_is_kept_with_its_line(store: SqliteStore) -> None:
    conversation, n = heard(store)
    with store.transaction() as tx:
        line = tx.line(conversation, n)
        assert line is not None
        assert tx.render(line, "Wo ist das Büro?", RENDERING)
    with store.transaction() as tx:
        [line] = tx.transcript(conversation)
    assert (line.text, line.translation, line.rendering, line.edited) == ("أين المكتب؟", "Wo ist das Büro?", RENDERING, False)


def test_a_line_that_was_changed_or_erased_gets_no_old_translation(store: SqliteStore) -> None:
    conversation, n = heard(store)
    with store.transaction() as tx:
        line = tx.line(conversation, n)
        assert line is not None
        edit = InboundMessage("telegram", "2", AMINA, TUESDAY, kind="edit", text="غدا؟", edits="1")
        assert tx.hear(edit, "غدا؟", conversation, None, TUESDAY, None) == n
        assert not tx.render(line, "Wo?", RENDERING)
        tx.erase(tx.conversation_at(AMINA, TUESDAY, "x").contact_id)
        assert not tx.render(line, "Wo?", RENDERING)
        assert tx.line(conversation, n) is None


def test_an_answer_is_found_by_its_number_only_in_its_own_conversation(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = tx.conversation_at(AMINA, TUESDAY, "amina")
        n = tx.say(OutboundMessage("مرحبا", "ar", "advisor", original="Hallo"), conversation.id, TUESDAY)
        line = tx.line(conversation.id, n)
        assert line is not None
        assert line.message is not None
        assert line.message.original == "Hallo"
        assert tx.line("another", n) is None


def test_work_is_due_at_its_time_counted_and_gone_with_the_person(store: SqliteStore) -> None:
    _, n = heard(store)
    _, later = heard(store, "غدا", "2")
    with store.transaction() as tx:
        tx.translate_later(n, TUESDAY)
        tx.translate_later(later, TUESDAY + timedelta(minutes=1))
        assert [(line.n, tried) for line, tried in tx.translation_work(TUESDAY)] == [(n, 0)]
        tx.translate_later(n, TUESDAY + timedelta(seconds=1))
        assert tx.translation_work(TUESDAY) == []
        assert [(line.n, tried) for line, tried in tx.translation_work(TUESDAY + timedelta(hours=1))] == [(n, 1), (later, 0)]
        tx.translation_done(n)
        contact = tx.conversation_at(AMINA, TUESDAY, "x").contact_id
        tx.erase(contact)
    assert store.db.conn.execute("SELECT count(*) FROM translation_work").fetchone()[0] == 0


def test_segments_are_kept_for_everybody_and_a_newer_one_replaces_the_older(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        tx.remember(Segment("de", "uk", "Danke", "Дякую"))
        tx.remember(Segment("de", "uk", "Danke", "Спасибі"))
        tx.remember(Segment("de", "uk", "Danke", "maschinell", "de-en 1.0 + en-uk 1.0"))
        tx.remember(Segment("de", "ar", "Danke", "شكرا"))
    store.close()
    with (again := open_store(directory)).transaction() as tx:
        assert [each.translation for each in tx.segments("de", "uk")] == ["Спасибі", "maschinell"]
        assert tx.forget_segments("de", "uk", made_by_other_than="de-uk 2.0") == 1
        assert [each.translation for each in tx.segments("de", "uk")] == ["Спасибі"]
        assert [each.translation for each in tx.segments("de", "ar")] == ["شكرا"]
    again.close()
    assert not any("Спасибі".encode() in path.read_bytes() for path in directory.iterdir())


def test_a_store_from_before_learns_to_remember(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = next(number for number, step in enumerate(MIGRATIONS) if step.__name__ == "translations")
    lay_down(directory, before, monkeypatch)
    store = open_store(directory)
    conversation, n = heard(store)
    with store.transaction() as tx:
        line = tx.line(conversation, n)
        assert line is not None
        assert line.rendering is None
        tx.translate_later(n, TUESDAY)
    store.close()
