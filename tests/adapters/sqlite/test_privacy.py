import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Transaction
from bot.core.cases import close
from bot.core.consents import Consent
from bot.core.contacts import AskingQuestion
from bot.core.messages import Attachment, Choice, OutboundMessage
from bot.core.retention import Periods, Retention
from bot.core.waiting import Waiting
from bot.services.ports import HistoryLine, Note, Posted, Source, StaffSession, Timer, Topic
from tests.adapters.sqlite.people import (
    AMINA,
    AMINAS_QUESTION,
    BEATE,
    DAY,
    HOUR,
    NOW,
    OKSANA,
    OKSANAS_QUESTION,
    PERIODS,
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
    "Antwortentwurf", "Gruppenkopie", "Wartegrund",
)  # fmt: skip


def live(tx: Transaction) -> None:
    """Amina leaves a row in every table that can have one of hers."""
    conversation = replace(
        amina(tx),
        language="ar",
        place="Büsum",
        consents=(Consent("keep", True, 1, "ar", NOW),),
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
    tx.keep_draft("case-1", "beate", "Antwortentwurf")
    tx.put_topic(Topic("case-1", -100, 7, "Fall 1", False))
    tx.put_posted("case-1", -100, Posted("line:1", (501,), "Gruppenkopie"))
    tx.add_source(Source(-100, 502, 7), "case-1", "line:2")
    tx.put_waiting(Waiting("waiting-amina", "amina", "amina", "heide", "Wartegrund", "ar", NOW, NOW + 9 * DAY))
    tx.mark_read("amina", "beate", 1)
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


def tables_of_contacts(tx: Transaction) -> list[str]:
    tables = [row[0] for row in tx.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return [each for each in tables if "contact_id" in [row[1] for row in tx.db.execute(f"PRAGMA table_info({each})").fetchall()]]


def sealed_for_amina(tx: Transaction) -> dict[str, list[bytes]]:
    """Return what is sealed or blinded of hers, by table: every table that can hold something of a contact must be there."""
    found = {}
    for table in tables_of_contacts(tx):
        rows = tx.db.execute(f"SELECT * FROM {table} WHERE contact_id = 'amina'").fetchall()
        assert rows, f"{table} is new: let Amina leave something in it, else nobody sees whether it is erased"
        found[table] = [value for row in rows for value in tuple(row) if isinstance(value, bytes) and len(value) > 15]
    return found


def test_nothing_sealed_of_any_table_is_left_in_any_file(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        live(tx)
        sealed = sealed_for_amina(tx)
    marks = {"external"}  # of what came in a blinded id stays, which is nobody's
    before = everything_on_disk(directory)
    assert all(value in before for values in sealed.values() for value in values)
    with store.transaction() as tx:
        blinded = {bytes(row[0]) for row in tx.db.execute(f"SELECT {', '.join(marks)} FROM inbox").fetchall()}
        tx.erase("amina")
        assert [table for table in tables_of_contacts(tx) if table in traces(tx, "amina")] == []
    after = everything_on_disk(directory)
    left = {table for table, values in sealed.items() for value in values if value in after and value not in blinded}
    assert left == set()


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
        assert (traces(tx, "amina"), traces(tx, "case-1")) == ([], ["relay_topic"])
        assert [line.text for line in tx.transcript("oksana")] == [OKSANAS_QUESTION]
        assert [timer.id for timer in tx.due_timers(NOW)] == ["other"]
        assert tx.taken("heide", NOW, NOW + 9 * DAY, NOW, "oksana") == frozenset()


def test_somebody_who_comes_back_after_erasure_is_new(store: SqliteStore) -> None:
    with store.transaction() as tx:
        live(tx)
        tx.erase("amina")
        again = tx.conversation_at(AMINA, NOW, "again")
    assert (again.id, again.language, again.consents) == ("again", None, ())


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
        assert tx.purge(NOW + 2 * DAY - HOUR, PERIODS) == 0
        assert tx.purge(NOW + 2 * DAY, PERIODS) == 1
        assert tx.conversation("amina") is None
        assert tx.conversation("oksana") is not None


def test_every_message_in_either_direction_starts_the_two_days_anew(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.say(OutboundMessage("Hallo", "de"), amina(tx).id, NOW + DAY)
        heard(tx, wrote("Hallo", address=OKSANA), oksana(tx).id, None, NOW + DAY)
        assert tx.purge(NOW + 2 * DAY, PERIODS) == 0
        assert tx.purge(NOW + 3 * DAY, PERIODS) == 2


def test_a_message_that_nobody_could_handle_is_kept_no_longer_than_the_consent_says(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.record(wrote("Hallo"), amina(tx).id, NOW)
        assert tx.purge(NOW + 2 * DAY - HOUR, PERIODS) == 0
        assert tx.purge(NOW + 2 * DAY, PERIODS) == 1
        assert tx.unhandled() == []


def test_an_open_case_keeps_its_contact_and_a_closed_one_for_ninety_days(store: SqliteStore) -> None:
    with store.transaction() as tx:
        case = case_of(amina(tx))
        tx.add_case(case)
        assert tx.purge(NOW + 365 * DAY, PERIODS) == 0
        tx.update_case(close(case, NOW + DAY))
        assert tx.purge(NOW + 90 * DAY, PERIODS) == 0
        assert tx.purge(NOW + 91 * DAY, PERIODS) == 1


def test_an_appointment_keeps_its_contact_until_a_week_after_it(store: SqliteStore) -> None:
    with store.transaction() as tx:
        appointment = booking_by(amina(tx), slot(NOW + 20 * DAY))
        tx.put_appointment(appointment, NOW)
        assert tx.purge(appointment.slot.end + 7 * DAY - HOUR, PERIODS) == 0
        assert tx.purge(appointment.slot.end + 7 * DAY, PERIODS) == 1


def test_a_changed_period_holds_for_what_is_kept_already(store: SqliteStore) -> None:
    with store.transaction() as tx:
        amina(tx)
        assert tx.purge(NOW + HOUR, PERIODS) == 0
        assert tx.purge(NOW + HOUR, Periods(chat=HOUR)) == 1


def test_each_agency_keeps_cases_and_appointments_for_its_own_time(store: SqliteStore) -> None:
    kept = {"caritas": Retention(30 * DAY, 3 * DAY), "awo": Retention(365 * DAY, 20 * DAY)}
    periods = Periods(agencies=kept, sites={"heide": "caritas", "marne": "awo"})
    with store.transaction() as tx:
        for person, number, agency, site in ((amina(tx), 1, "caritas", "heide"), (oksana(tx), 2, "awo", "marne")):
            case = case_of(person, number, agency=agency)
            tx.add_case(case)
            tx.update_case(close(case, NOW))
            tx.put_appointment(booking_by(person, replace(slot(NOW - HOUR), site=site)), NOW)
        end = NOW - HOUR / 2
        over = [(each.rule, each.agency, each.name, each.due) for each in tx.outlived(NOW + 30 * DAY, periods)]
        assert over == [
            ("appointment", "caritas", "heide", end + 3 * DAY),
            ("appointment", "awo", "marne", end + 20 * DAY),
            ("case", "caritas", "1", NOW + 30 * DAY),
            ("chat", "", "amina", NOW + 30 * DAY),
        ]
        assert tx.purge(NOW + 30 * DAY, periods) == 1
        assert tx.contacts() == ["oksana"]
        assert tx.appointments("oksana") == ()
        assert tx.case("case-2") is not None


def test_a_case_whose_time_is_over_goes_though_the_person_is_still_here(store: SqliteStore, directory: Path) -> None:
    with store.transaction() as tx:
        live(tx)
        (sealed,) = tx.db.execute("SELECT sealed FROM note").fetchone()
        case = tx.case("case-1")
        assert case is not None
        tx.update_case(close(case, NOW))
        tx.say(OutboundMessage("Guten Tag", "de"), "amina", NOW + 90 * DAY)
    assert sealed in everything_on_disk(directory)
    with store.transaction() as tx:
        assert tx.purge(NOW + 90 * DAY, PERIODS) == 0
    assert sealed not in everything_on_disk(directory)
    with store.transaction() as tx:
        assert traces(tx, "case-1") == ["relay_topic"], "the group's copy is deleted where it is"
        assert [line.text for line in tx.transcript("amina")] == ["Guten Tag"]
        assert tx.db.execute("SELECT count(*) FROM attachment WHERE owner LIKE 'message:%'").fetchone()[0] == 0
        assert tx.appointments("amina") == ()
        assert tx.purge(NOW + 90 * DAY, PERIODS) == 0


def test_purging_drops_what_has_no_effect_any_more(store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_advisor(BEATE)
        tx.add_session(StaffSession("token", "beate", "csrf", NOW))
        tx.record(wrote("Hallo"), amina(tx).id, NOW)
        tx.put_hold(hold_by(amina(tx), slot()), NOW)
        tx.handled(wrote("Hallo"))
        tx.purge(NOW + 30 * DAY, PERIODS)
        for table in ("staff_session", "inbox", "hold", "slot_cell"):
            assert tx.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
