"""Everything of one contact in one piece, and what would go by itself."""

from collections import Counter
from datetime import datetime

from bot.adapters.sqlite import SqliteStore, Transaction
from bot.core.cases import close
from bot.core.kept import Kept
from bot.core.messages import Attachment, OutboundMessage
from bot.core.waiting import Waiting
from bot.services.ports import HistoryLine, Note
from tests.adapters.sqlite.people import (
    AMINAS_QUESTION,
    DAY,
    NOW,
    OKSANA,
    OKSANAS_QUESTION,
    PERIODS,
    amina,
    booking_by,
    case_of,
    heard,
    hold_by,
    oksana,
    slot,
    wrote,
)

IN_A_RECORD = {
    "conversation",
    "inbox",
    "message",
    "attachment",
    "read_mark",
    "outbox",
    "cases",
    "note",
    "history",
    "hold",
    "appointment",
    "waiting",
}
KEYS_AND_CELLS = {"contact_key", "slot_cell"}
STAFFS_OWN = {"draft", "relay_posted", "relay_source"}
"""What advisors typed but did not say, and where the staff's group has its copies."""


def test_who_adds_a_table_with_something_of_a_contact_decides_whether_they_get_it(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tables = {row[0] for row in tx.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
        personal = {
            table
            for table in tables
            if any(row[1] == "contact_id" for row in tx.db.execute(f"PRAGMA table_info({table})").fetchall())
        }
    assert personal == IN_A_RECORD | KEYS_AND_CELLS | STAFFS_OWN


def test_a_record_holds_everything_of_one_contact_and_nothing_of_another(store: SqliteStore) -> None:
    letter = Attachment("document", "Brief.pdf", "application/pdf", b"letter")
    with store.transaction() as tx:
        conversation = amina(tx)
        tx.add_case(case_of(conversation))
        tx.add_note(Note("case-1", "beate", NOW, "Notiz"))
        tx.add_history(HistoryLine("case-1", NOW, "opened", None))
        heard(tx, wrote(AMINAS_QUESTION), "amina", "case-1", NOW)
        tx.say(OutboundMessage("Antwort", "de", attachment=letter), "amina", NOW)
        tx.record(wrote("unhandled", "2"), "amina", NOW)
        tx.put_appointment(booking_by(conversation, slot()), NOW)
        tx.put_hold(hold_by(conversation, slot(NOW + 2 * DAY)), NOW)
        tx.put_waiting(Waiting("w-1", "amina", "amina", "elmshorn", "kita", "ar", NOW, NOW + DAY))
        heard(tx, wrote(OKSANAS_QUESTION, address=OKSANA), oksana(tx).id, None, NOW)
        record = tx.record_of("amina")
        assert [line.text for line in record.lines] == [AMINAS_QUESTION, "Antwort"]
        assert record.lines[1].attachment == letter
        assert [each.id for each in record.conversations] == ["amina"]
        assert [each.number for each in record.cases] == [1]
        assert [each.text for each in record.notes] == ["Notiz"]
        assert [each.what for each in record.history] == ["opened"]
        assert [each.id for each in record.appointments] == ["appointment-amina"]
        assert [each.text for each in record.waiting] == ["unhandled"]
        assert record.hold is not None
        assert record.waits_for is not None
        assert tx.kept("amina") == Kept(messages=2, files=1, cases=1, notes=1, appointments=1)
        assert tx.contact_of_case(1) == "amina"
        assert tx.contact_of_case(2) is None


def test_a_long_conversation_is_whole(store: SqliteStore) -> None:
    with store.transaction() as tx:
        for number in range(600):
            tx.say(OutboundMessage(f"{number}", "de"), amina(tx).id, NOW)
        assert len(tx.record_of("amina").lines) == 600


def gone(tx: Transaction, now: datetime) -> dict[str, int]:
    rest = {rule: count for rule, count in tx.effectless(now, PERIODS).items() if count}
    return Counter(each.rule for each in tx.outlived(now, PERIODS)) | rest


def test_what_would_go_is_what_goes_and_whoever_goes_as_a_whole_has_a_chat(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
        tx.put_appointment(booking_by(amina(tx), slot()), NOW)
        tx.record(wrote("Hallo", address=OKSANA), oksana(tx).id, NOW)
        tx.put_hold(hold_by(oksana(tx), slot(NOW + 2 * DAY)), NOW)
        tx.handled(wrote("Hallo"))
        assert gone(tx, NOW) == {}
        assert gone(tx, NOW + 2 * DAY) == {"chat": 1, "hold": 1}
        tx.update_case(close(case, NOW))
        later = NOW + 90 * DAY
        assert gone(tx, later) == {"chat": 2, "case": 1, "appointment": 1, "hold": 1}
        assert tx.purge(later, PERIODS) == 2
        assert gone(tx, later) == {}
