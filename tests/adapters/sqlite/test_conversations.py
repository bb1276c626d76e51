import json
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from bot.adapters.sqlite import NoKey, SqliteStore
from bot.adapters.sqlite.records import CONVERSATION, dump
from bot.core.consents import Consent
from bot.core.contacts import AskingPlace, AskingQuestion, ChoosingAppointment, InFlow, Pending
from bot.core.flows import FlowSession, Frame
from bot.core.messages import Attachment, Choice, Coordinates, InboundMessage, OutboundMessage
from tests.adapters.sqlite.people import (
    AMINA,
    AMINAS_QUESTION,
    HOUR,
    MINUTE,
    NOW,
    OKSANA,
    OKSANAS_QUESTION,
    amina,
    heard,
    oksana,
    open_store,
    wrote,
)

PHOTO = Attachment("photo", "Bescheid.jpg", "image/jpeg", b"\xff\xd8\x00 letter")
SESSION = FlowSession((Frame("housing", "e1", "what"),), "housing", {"need": "search"}, ((Frame("housing", "e1", "what"),),), 1)


def test_the_same_address_finds_the_same_conversation(store: SqliteStore) -> None:
    with store.transaction() as tx:
        first = tx.conversation_at(AMINA, NOW, "one")
    with store.transaction() as tx:
        assert tx.conversation_at(AMINA, NOW, "two") == first
        assert tx.conversation_at(OKSANA, NOW, "three") != first


@pytest.mark.parametrize(
    "pending",
    [
        None,
        InFlow(SESSION, NOW),
        AskingPlace("book", "housing", SESSION, AMINAS_QUESTION),
        AskingQuestion("housing"),
        ChoosingAppointment("housing", "heide", "appointment-1"),
    ],
)
def test_a_conversation_comes_back_as_it_was_stored(store: SqliteStore, pending: Pending | None) -> None:
    with store.transaction() as tx:
        changed = replace(
            amina(tx),
            language="ar",
            consents=(Consent("keep", True, 1, "ar", NOW), Consent("partner", True, 1, "de", NOW, "b", "case", "site", NOW)),
            place="Heide",
            owner="desk",
            epoch=3,
            pending=pending,
            trail=("housing",),
            last_choice="article:rental-deposit",
            last_choice_at=NOW,
            acknowledged_at=NOW,
            reachable=False,
        )
        tx.save_conversation(changed, NOW)
        tx.keys.forget()  # or it would not be read again
    with store.transaction() as tx:
        assert tx.conversation("amina") == changed


@pytest.mark.parametrize("given", [True, False])
def test_who_answered_when_there_was_one_question_only_is_asked_for_nothing_else_in_their_name(
    store: SqliteStore, given: bool
) -> None:
    with store.transaction() as tx:
        tx.save_conversation(amina(tx), NOW)
        earlier = json.loads(dump(CONVERSATION, amina(tx)))
        del earlier["consents"]
        earlier["consent"] = {"given": given, "version": 1, "language": "ar", "at": NOW.isoformat()}
        sealed = tx.keys.seal("amina", "conversation:amina", json.dumps(earlier).encode())
        tx.db.execute("UPDATE conversation SET sealed = ? WHERE id = 'amina'", (sealed,))
    with store.transaction() as tx:
        assert amina(tx).consents == (Consent("keep", given, 1, "ar", NOW),)


def test_looking_for_a_conversation_makes_none(store: SqliteStore) -> None:
    with store.transaction() as tx:
        assert tx.find_conversation(AMINA) is None
        made = amina(tx)
        assert tx.find_conversation(AMINA) == made


def test_a_conversation_of_an_erased_contact_is_not_stored_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.erase(conversation.contact_id)
        with pytest.raises(NoKey):
            tx.save_conversation(conversation, NOW)
        assert tx.conversation("amina") is None


def test_an_address_that_cannot_be_reached_is_marked(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.mark_unreachable("amina", NOW + HOUR)
        tx.mark_unreachable("unknown", NOW + HOUR)
        assert tx.conversation("amina") == replace(conversation, reachable=False)


def test_a_key_made_in_an_undone_transaction_is_not_used_later(store: SqliteStore) -> None:
    with suppress(ZeroDivisionError), store.transaction() as tx:
        amina(tx)
        raise ZeroDivisionError
    with store.transaction() as tx, pytest.raises(NoKey):
        tx.keys.seal("amina", "message:1", b"")


def test_a_redelivery_is_stored_once(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        assert tx.record(wrote(AMINAS_QUESTION), "amina", NOW)
        assert not tx.record(wrote(AMINAS_QUESTION), "amina", NOW)
        assert len(tx.unhandled()) == 1


def test_a_redelivery_is_recognised_after_it_was_handled_and_after_its_sender_was_erased(store: SqliteStore) -> None:
    message = wrote("/delete")
    with store.transaction() as tx:
        amina(tx)
        tx.record(message, "amina", NOW)
        tx.handled(message)
        assert not tx.record(message, "amina", NOW)
        tx.erase("amina")
    with store.transaction() as tx:
        amina(tx)
        assert not tx.record(message, "amina", NOW)
        assert tx.unhandled() == []


def test_the_same_id_of_another_source_is_another_message(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        oksana(tx)
        assert tx.record(wrote("a", "1", AMINA), "amina", NOW)
        assert tx.record(wrote("b", "1", OKSANA), "oksana", NOW)


def test_what_came_in_is_kept_whole_until_it_is_handled(store: SqliteStore) -> None:
    full = InboundMessage(
        "telegram", "9", AMINA, NOW, "edit", "text", "book:1", Coordinates(54.2, 9.1), PHOTO, edits="8", language_hint="ar"
    )
    with store.transaction() as tx:
        amina(tx)
        tx.record(full, "amina", NOW)
        tx.record(wrote("later", "3"), "amina", NOW - HOUR)
    with store.transaction() as tx:
        assert tx.unhandled() == [full, wrote("later", "3")]
        assert [tx.failed(full), tx.failed(full)] == [1, 2]
        tx.handled(full)
        assert tx.unhandled() == [wrote("later", "3")]
        assert tx.db.execute("SELECT count(*) FROM attachment").fetchone()[0] == 0


def test_text_that_is_no_valid_unicode_is_stored_all_the_same(store: SqliteStore) -> None:
    broken = replace(wrote("half an emoji \ud83d", "\udc00"), place=Coordinates(float("inf"), 0.0))
    with store.transaction() as tx:
        amina(tx)
        tx.record(broken, "amina", NOW)
        heard(tx, broken, "amina", None, NOW)
        assert tx.unhandled() == [broken]
        assert tx.transcript("amina")[0].text == broken.text


def test_the_transcript_keeps_order_authors_and_files(store: SqliteStore) -> None:
    answer = OutboundMessage(
        "**Hallo**", "ar", "advisor", choices=((Choice("yes", "نعم"),),), label="machine", attachment=PHOTO, original="Hallo"
    )
    with store.transaction() as tx:
        amina(tx)
        oksana(tx)
        tx.hear(
            InboundMessage("web", "1", AMINA, NOW, choice="x", attachment=PHOTO), AMINAS_QUESTION, "amina", None, NOW, "Wohnung?"
        )
        heard(tx, wrote(OKSANAS_QUESTION, address=OKSANA), "oksana", None, NOW)
        tx.say(answer, "amina", NOW + MINUTE, "case-1", "beate")
    with store.transaction() as tx:
        question, said = tx.transcript("amina")
    assert (question.n, question.author, question.text, question.attachment) == (1, "newcomer", AMINAS_QUESTION, PHOTO)
    assert (question.translation, said.translation) == ("Wohnung?", None)
    assert (question.message, question.delivery, question.edited, question.at) == (None, None, False, NOW)
    assert (said.n, said.author, said.text, said.message, said.attachment) == (3, "advisor", "**Hallo**", answer, PHOTO)
    assert (said.case_id, said.advisor, said.delivery, said.at) == ("case-1", "beate", "queued", NOW + MINUTE)


def test_the_transcript_gives_the_newest_lines_of_a_case_after_a_number(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        for n in range(1, 7):
            heard(tx, wrote(f"line {n}", str(n)), "amina", "case-1" if n % 2 else None, NOW)
        assert [line.n for line in tx.transcript("amina", after=2, limit=3)] == [4, 5, 6]
        assert [line.n for line in tx.transcript("amina", case_id="case-1")] == [1, 3, 5]
        assert tx.transcript("amina", after=6) == []


def test_an_edit_replaces_the_text_of_its_line(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        heard(tx, replace(wrote("first", "1"), attachment=PHOTO), "amina", "case-1", NOW)
        heard(tx, wrote("second", "2"), "amina", "case-1", NOW)
        heard(tx, replace(wrote("corrected", "3"), kind="edit", edits="1"), "amina", None, NOW + HOUR, "berichtigt")
        lines = tx.transcript("amina")
    assert [(line.text, line.edited, line.at) for line in lines] == [("corrected", True, NOW), ("second", False, NOW)]
    assert (lines[0].attachment, lines[0].case_id, lines[0].translation) == (PHOTO, "case-1", "berichtigt")


def test_an_edit_of_a_line_that_was_not_kept_becomes_a_line_and_can_be_edited_again(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        heard(tx, replace(wrote("corrected", "3"), kind="edit", edits="1"), "amina", None, NOW)
        heard(tx, replace(wrote("again", "4"), kind="edit", edits="1"), "amina", None, NOW)
        assert [(line.text, line.edited) for line in tx.transcript("amina")] == [("again", True)]


def test_an_edit_never_reaches_into_another_conversation(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        tx.conversation_at(replace(AMINA, id="99"), NOW, "other")
        heard(tx, wrote("mine", "1"), "amina", None, NOW)
        heard(tx, replace(wrote("forged", "2"), kind="edit", edits="1"), "other", None, NOW)
        assert [line.text for line in tx.transcript("amina")] == ["mine"]


def test_what_is_remembered_of_a_conversation_is_what_is_stored(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.save_conversation(replace(conversation, language="ar", trail=("topic:housing",)), NOW)
    with store.transaction() as tx:
        remembered = tx.conversation(conversation.id)
    store.close()
    with closing(open_store(directory)) as again, again.transaction() as tx:
        assert tx.conversation(conversation.id) == remembered


def test_what_a_transaction_that_failed_wrote_is_not_remembered(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
    with suppress(ZeroDivisionError), store.transaction() as tx:
        tx.save_conversation(replace(conversation, language="ar"), NOW)
        raise ZeroDivisionError
    with store.transaction() as tx:
        assert tx.conversation(conversation.id) == conversation


def test_what_another_process_wrote_is_read_not_remembered(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
    with closing(open_store(directory, alone=False)) as other, other.transaction() as tx:
        tx.save_conversation(replace(conversation, language="ar"), NOW)
    with store.transaction() as tx:
        assert tx.conversation(conversation.id) == replace(conversation, language="ar")


def test_a_row_moved_into_another_conversation_does_not_open_though_it_is_remembered(store: SqliteStore) -> None:
    with store.transaction() as tx:
        mine, hers = amina(tx), oksana(tx)
        assert tx.conversation(mine.id) == mine
        moved = "(SELECT sealed FROM conversation WHERE id = ?)"
        tx.db.execute(f"UPDATE conversation SET sealed = {moved} WHERE id = ?", (mine.id, hers.id))
        with pytest.raises(InvalidTag):
            tx.conversation(hers.id)


def test_of_somebody_who_was_erased_nothing_is_remembered(store: SqliteStore) -> None:
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.erase(conversation.contact_id)
        assert tx.conversation(conversation.id) is None
    assert conversation.contact_id not in store._keys._opened
