"""Requests on paper: what an operator types to hand over what is kept, to erase it, and to see what goes by itself."""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sqlite import SqliteStore, Transaction
from bot.app import open_store, wire
from bot.core.appointments import Guest, Slot, book
from bot.core.cases import Case, close
from bot.core.content import Content
from bot.core.messages import Address, InboundMessage
from bot.services.ports import Note
from tests.commands import Ran, wegweiser

AMINA = Address("telegram", "4815162342")
LONG_AGO = datetime(2020, 11, 17, 9, tzinfo=UTC)


def now() -> datetime:
    """Return the time; the command reads the machine's clock."""
    return datetime.now(UTC)


QUESTION = "Мій син захворів"


@dataclass
class Office:
    """A machine on which Amina has a case with the number 1."""

    root: Path

    def __call__(self, *arguments: object, typed: str = "") -> Ran:
        given: dict[str, Any] = {"data": self.root / "data", "key_file": self.root / "key"}
        return wegweiser(*arguments, typed=typed, **given)

    def store(self) -> SqliteStore:
        return open_store(self.root / "data", self.root / "key", alone=False)

    def look(self, at: Callable[[Transaction], Any]) -> Any:
        with closing(self.store()) as store, store.transaction() as tx:
            return at(tx)


@pytest.fixture
def office(tmp_path: Path, content: Content) -> Office:
    office = Office(tmp_path)

    async def live(store: SqliteStore) -> None:
        parts = wire(store, content)
        for number, choice in enumerate(("lang:uk", "consent:yes", "nav:person", "case:papers", "", "place:skip")):
            text = "" if choice else QUESTION
            await parts.inbox.receive(InboundMessage("telegram", str(number), AMINA, now(), text=text, choice=choice or None))
        await parts.inbox.stop()

    with closing(office.store()) as store:
        asyncio.run(live(store))
        with store.transaction() as tx:
            tx.add_note(Note(case_in(tx).id, "beate", now(), "Gesprächsnotiz"))
    return office


def gone(tx: Transaction) -> bool:
    return tx.find_conversation(AMINA) is None


@pytest.mark.parametrize(
    ("person", "language"),
    [(["--contact", 1], "uk"), (["--address", "telegram:4815162342", "--language", "de"], "de")],
    ids=["in their language", "in another"],
)
def test_what_is_kept_is_written_for_people_and_programs_and_for_its_reader_only(
    office: Office, person: list[object], language: str
) -> None:
    out = office.root / "out"
    out.mkdir()
    ran = office("data", "export", *person, "--out", out)
    assert ran.status == 0, ran.err
    page, data = sorted(out.iterdir())
    assert [path.stat().st_mode & 0o777 for path in (page, data)] == [0o600, 0o600]
    assert f'<html lang="{language}"' in page.read_text()
    assert json.loads(data.read_text())["notes"][0]["text"] == "Gesprächsnotiz"
    assert QUESTION in page.read_text()
    assert "1 cases with 1 notes" in ran.out
    assert "look whether they tell something about others" in ran.err
    assert AMINA.id not in ran.out + ran.err + page.name + data.name
    [line] = office.look(lambda tx: tx.audited())
    assert (line.who, line.what, line.subject) == ("operator", "export", "case 1")


def test_erasing_shows_what_goes_and_wants_the_word(office: Office) -> None:
    ran = office("data", "erase", "--contact", 1, typed="yes\n")
    assert (ran.status, ran.err) == (2, "Nothing was erased.\n")
    assert "nobody can bring it back" in ran.out
    assert not office.look(gone)
    ran = office("data", "erase", "--contact", 1, typed="erase\n")
    assert ran.status == 0
    assert office.look(gone)
    [line] = office.look(lambda tx: tx.audited())
    assert line.subject.removeprefix("receipt ") in ran.out
    assert "Nothing is kept about that person" in office("data", "erase", "--contact", 1, "--yes").err


def test_what_would_go_by_itself_is_listed_without_anybodys_words_before_it_goes(office: Office) -> None:
    def age(tx: Transaction) -> None:
        for address, id in ((Address("web", "a"), "a1b2c3d4e5f6"), (Address("web", "b"), "b1b2c3d4e5f6")):
            tx.conversation_at(address, LONG_AGO, id)
        person = tx.find_conversation(AMINA)
        assert person is not None
        tx.update_case(close(replace(case_in(tx), agency="example-a"), LONG_AGO))
        times = Slot("example-elmshorn", LONG_AGO, LONG_AGO + timedelta(minutes=30), 0)
        tx.put_appointment(book(times, person.contact_id, person.id, "housing", "uk", LONG_AGO, "appointment"), LONG_AGO)

    office.look(age)
    contact = office.look(lambda tx: tx.contact_of_case(1))
    ran = office("data", "purge", "--dry-run")
    assert "       2  whole chats, 48 hours after the last message, when no case" in ran.out
    assert "          chat a1b2c3d4, last message 2020-11-17; due 2020-11-19 10:00\n" in ran.out
    assert "       1  cases of Beispiel-Träger A" in ran.out
    assert "          case 1, closed 2020-11-17; due 2021-02-15 10:00\n" in ran.out
    assert "          2020-11-17 10:00, Beispielstelle Elmshorn; due 2020-11-24 10:30\n" in ran.out
    assert "       0  cases of Beispiel-Träger B" in ran.out
    assert "Nothing was erased: this is what would go now." in ran.out
    assert "1 cases with 1 notes" in office("data", "export", "--chat", contact[:8], "--out", office.root).out
    assert "All of it is erased." in office("data", "purge").out
    assert office.look(lambda tx: tx.contacts()) == [contact]
    assert "0  cases of Beispiel-Träger A" in office("data", "purge", "--dry-run").out


def case_in(tx: Transaction) -> Case:
    contact = tx.contact_of_case(1)
    assert contact is not None
    [case] = tx.record_of(contact).cases
    return case


def test_what_goes_in_the_days_to_come_is_only_listed(office: Office) -> None:
    [contact] = office.look(lambda tx: tx.contacts())
    office.look(lambda tx: tx.update_case(close(case_in(tx), LONG_AGO)))
    assert f"chat {contact[:8]}" not in office("data", "purge", "--dry-run").out
    ran = office("data", "purge", "--dry-run", "--within", 3)
    assert f"chat {contact[:8]}" in ran.out
    assert "this is what would go until " in ran.out
    assert "add --dry-run" in office("data", "purge", "--within", 3).err
    assert office.look(lambda tx: tx.contacts()) == [contact]


def test_a_long_list_is_summed_up_unless_all_of_it_is_wanted(office: Office) -> None:
    def age(tx: Transaction) -> None:
        for number in range(30):
            tx.conversation_at(Address("web", f"{number}"), LONG_AGO, f"{number:012}")

    office.look(age)
    ran = office("data", "purge", "--dry-run")
    assert (ran.out.count("  chat 0"), "and 10 more, due until 2020-11-19 10:00; to list them: --all" in ran.out) == (20, True)
    assert office("data", "purge", "--dry-run", "--all").out.count("  chat 0") == 30


def test_a_guest_without_a_chat_is_found_by_the_number_on_their_slip(office: Office) -> None:
    def phoned(tx: Transaction) -> None:
        guest = tx.conversation_at(Address("desk", "form"), now(), "guest")
        times = Slot("example-elmshorn", now() + timedelta(days=1), now() + timedelta(days=1, minutes=30), 0)
        booked = book(times, guest.contact_id, guest.id, "papers", "ar", now(), "7822d1c5e62d761ee7b68302")
        assert tx.put_appointment(replace(booked, guest=Guest("A. K.", "04121 4711")), now())

    office.look(phoned)
    ran = office("data", "export", "--booking", "b68302", "--out", office.root)
    assert "1 appointments." in ran.out
    (file,) = office.root.glob("wegweiser-*.json")
    assert json.loads(file.read_text())["appointments"][0]["guest"] == {"name": "A. K.", "phone": "04121 4711"}
    assert office("data", "erase", "--booking", "B68302", "--yes").status == 0
    assert "Nothing is kept" in office("data", "export", "--booking", "B68302").err


def test_an_operator_is_told_what_is_missing(office: Office) -> None:
    refusals = {
        ("export",): "Whose? Give the number of a case",
        ("erase", "--contact", 1, "--address", "web:x"): "Whose?",
        ("erase", "--chat", "", "--yes"): "Nothing is kept about that person",
        ("export", "--contact", 99): "Nothing is kept about that person",
        ("export", "--address", "telegram"): "'telegram' is no address",
        ("export", "--contact", 1, "--out", office.root / "missing"): "cannot be written: No such file or directory",
    }
    for arguments, said in refusals.items():
        ran = office("data", *arguments)
        assert (ran.status, said in ran.err) == (2, True), (arguments, ran.err)


def test_the_log_is_listed_and_found_whole_until_somebody_changes_it(office: Office) -> None:
    office("data", "erase", "--contact", 1, "--yes")
    assert "operator              erase     receipt " in office("audit", "list").out
    whole = office("audit", "verify")
    mark = whole.out.split("--mark ")[1].strip()
    assert (whole.status, office("audit", "verify", "--mark", mark).status) == (0, 0)
    other = office("audit", "verify", "--mark", "0" * 16)
    assert (other.status, "is not in the log" in other.out) == (1, True)

    def tamper(tx: Transaction) -> None:
        tx.db.execute("DROP TRIGGER audit_no_update")
        tx.db.execute("UPDATE audit SET who = 'beate'")

    office.look(tamper)
    broken = office("audit", "verify")
    assert (broken.status, broken.out) == (1, "The log is not whole: line 1 was changed, put in or taken out.\n")
