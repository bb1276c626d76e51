import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import Retention, SqliteStore, Transaction, Vault
from bot.core.cases import close
from bot.core.contacts import AskingQuestion, Consent
from bot.core.messages import Attachment, Choice, OutboundMessage
from bot.services.ports import HistoryLine, Note, StaffSession, Timer
from tests.adapters.sqlite.people import (
    AMINA,
    AMINAS_QUESTION,
    BEATE,
    DAY,
    HOUR,
    MASTER,
    NOW,
    OKSANA,
    OKSANAS_QUESTION,
    amina,
    booking_by,
    case_of,
    everything_on_disk,
    heard,
    hold_by,
    oksana,
    slot,
    wrote,
)

LETTER = Attachment("document", "Mietvertrag.pdf", "application/pdf", b"secret-bytes-of-a-letter")
PERSONAL = (
    AMINA.id, "external-17", AMINAS_QUESTION, "سكن", "Mietvertrag", "secret-bytes", "Knopftext", "Büsum", "Gesprächsnotiz",
    "weitergegeben", "platform-501", "Wohnungssuche", "Zustellfehler", "Dienstag", "Übersetzung", "خاص",
)  # fmt: skip


def live(tx: Transaction) -> None:
    """Amina leaves a row in every table that can have one of hers."""
    conversation = replace(
        amina(tx),
        language="ar",
        place="Büsum",
        consent=Consent(True, 1, "ar", NOW),
        pending=AskingQuestion("خاص"),
        wish=AMINAS_QUESTION,
    )
    tx.save_conversation(conversation, NOW)
    tx.record(replace(wrote(AMINAS_QUESTION, "external-17"), attachment=LETTER), "amina", NOW)
    heard(tx, replace(wrote(AMINAS_QUESTION, "external-17"), attachment=LETTER), "amina", "case-1", NOW, "Wohnungssuche")
    choices = ((Choice("yes", "Knopftext"),),)
    tx.say(OutboundMessage("Übersetzung", "ar", choices=choices, attachment=LETTER), "amina", NOW, "case-1")
    tx.mark_outbox(2, "sent", platform_ids=("platform-501",), error="Zustellfehler")
    tx.add_case(replace(case_of(conversation), place="Büsum", trail=("Mietvertrag",)))
    tx.add_note(Note("case-1", "beate", NOW, "Gesprächsnotiz"))
    tx.add_history(HistoryLine("case-1", NOW, "weitergegeben", "beate"))
    tx.put_appointment(replace(booking_by(conversation, slot()), shown="Dienstag, 24. November"), NOW)
    tx.put_hold(hold_by(conversation, slot(NOW + 2 * DAY)), NOW)
    for subject in ("amina", "case-1", "appointment-amina", "hold-amina"):
        tx.add_timer(Timer(f"remind {subject}", "remind", subject, "1", NOW))


def traces(tx: Transaction, word: str) -> list[str]:
    tables = [row[0] for row in tx.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return [table for table in tables for row in tx.db.execute(f"SELECT * FROM {table}").fetchall() if word in str(tuple(row))]


def test_nothing_personal_can_be_read_in_the_files(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        live(tx)
    assert (directory / "wegweiser.sqlite3-wal").stat().st_size > 0
    before = everything_on_disk(directory)
    store.close()
    for content in (before, everything_on_disk(directory)):
        assert b"case-1" in content  # the search finds what is not sealed
        assert [word for word in PERSONAL if word.encode() in content] == []
        assert [word for word in PERSONAL if word.encode("ascii", "backslashreplace") in content] == []


def test_erasing_leaves_no_words_and_no_key(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        live(tx)
        heard(tx, wrote(OKSANAS_QUESTION, address=OKSANA), oksana(tx).id, None, NOW)
        tx.add_timer(Timer("other", "remind", "oksana", "1", NOW))
        (wrapped,) = tx.db.execute("SELECT wrapped FROM contact_key WHERE contact_id = 'amina'").fetchone()
        (sealed,) = tx.db.execute("SELECT sealed FROM message WHERE n = 1").fetchone()
    assert wrapped in everything_on_disk(directory)
    with store.transaction() as tx:
        tx.erase("amina")
    on_disk = everything_on_disk(directory)
    assert wrapped not in on_disk
    assert sealed not in on_disk
    assert re.search(rb"amina", on_disk) is None
    with store.transaction() as tx:
        assert traces(tx, "amina") == traces(tx, "case-1") == []
        assert [line.text for line in tx.transcript("oksana")] == [OKSANAS_QUESTION]
        assert [timer.id for timer in tx.due_timers(NOW)] == ["other"]
        assert tx.taken("heide", NOW, NOW + 9 * DAY, NOW, "oksana") == frozenset()


def test_somebody_who_comes_back_after_erasure_is_new(store: SqliteStore) -> None:
    with store.transaction() as tx:
        live(tx)
        tx.erase("amina")
        again = tx.conversation_at(AMINA, NOW, "again")
    assert (again.id, again.language, again.consent) == ("again", None, None)


def test_a_sealed_value_opens_only_in_its_own_row(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        oksana(tx)
        heard(tx, wrote("a", "1"), "amina", None, NOW)
        heard(tx, wrote("b", "2"), "amina", None, NOW)
        tx.db.execute("UPDATE message SET sealed = (SELECT sealed FROM message WHERE n = 2) WHERE n = 1")
        with pytest.raises(Exception) as caught:
            tx.transcript("amina")
        assert type(caught.value).__name__ == "InvalidTag"


def test_an_idle_contact_is_purged_after_two_days(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        oksana(tx, NOW + HOUR)
        assert tx.purge(NOW + 2 * DAY - HOUR) == 0
        assert tx.purge(NOW + 2 * DAY) == 1
        assert tx.conversation("amina") is None
        assert tx.conversation("oksana") is not None


def test_every_message_in_either_direction_starts_the_two_days_anew(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.say(OutboundMessage("Hallo", "de"), amina(tx).id, NOW + DAY)
        heard(tx, wrote("Hallo", address=OKSANA), oksana(tx).id, None, NOW + DAY)
        assert tx.purge(NOW + 2 * DAY) == 0
        assert tx.purge(NOW + 3 * DAY) == 2


def test_a_message_that_nobody_could_handle_is_kept_no_longer_than_the_consent_says(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.record(wrote("Hallo"), amina(tx).id, NOW)
        assert tx.purge(NOW + 2 * DAY - HOUR) == 0
        assert tx.purge(NOW + 2 * DAY) == 1
        assert tx.unhandled() == []


def test_an_open_case_keeps_its_contact_and_a_closed_one_for_ninety_days(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
        assert tx.purge(NOW + 365 * DAY) == 0
        tx.update_case(close(case, NOW + DAY))
        assert tx.purge(NOW + 90 * DAY) == 0
        assert tx.purge(NOW + 91 * DAY) == 1


def test_an_appointment_keeps_its_contact_until_a_week_after_it(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), slot(NOW + 20 * DAY))
        tx.put_appointment(appointment, NOW)
        assert tx.purge(appointment.slot.end + 7 * DAY - HOUR) == 0
        assert tx.purge(appointment.slot.end + 7 * DAY) == 1


def test_the_periods_can_be_changed(directory: Path) -> None:
    store = SqliteStore(directory, Vault(MASTER), retention=Retention(quiet=timedelta(hours=1)))
    with store.transaction() as tx:
        amina(tx)
        assert tx.purge(NOW + HOUR) == 1
    store.close()


def test_purging_drops_what_has_no_effect_any_more(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        tx.add_session(StaffSession("token", "beate", "csrf", NOW))
        tx.record(wrote("Hallo"), amina(tx).id, NOW)
        tx.put_hold(hold_by(amina(tx), slot()), NOW)
        tx.handled(wrote("Hallo"))
        tx.purge(NOW + 30 * DAY)
        for table in ("staff_session", "inbox", "hold", "slot_cell"):
            assert tx.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
