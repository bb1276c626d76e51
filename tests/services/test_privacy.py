"""Who asks gets all that is kept about them; who wants it erased sees what goes, gets a receipt, and is gone on the disk."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.sqlite.backup import make_backup, restoring
from bot.core.attachments import LARGEST
from bot.core.language import LANGUAGES
from bot.core.messages import Attachment
from bot.services import privacy
from bot.services.ports import AuditLine, Record
from tests.services.fakes import AMINA, BEATE, COLLEAGUE, OKSANA, QUESTION, World

NOTE, REPLY, SAID = "Gespraechsnotiz", "Bringen Sie den Brief mit.", "Ich bin <b>Amina</b> & wohne in der Musterstrasse"
LETTER = Attachment("document", "Bescheid.pdf", "application/pdf", b"%PDF-1.4 bytes-of-a-letter")
WORDS = (QUESTION, NOTE, REPLY, SAID, LETTER.data.decode(), "Musterstrasse", "Bescheid.pdf", AMINA.id, "Elmshorn", "Amina")


@pytest.fixture
async def story(world: World) -> World:
    """Amina talks with Beate, sends a letter, and has an appointment; Oksana writes as well."""
    await world.books(AMINA, "ar")
    await world.presses(AMINA, "nav:person", "case:papers")
    await world.writes(AMINA, QUESTION)
    case = world.case(AMINA)
    await world.parts.desk.reply(BEATE, case.id, REPLY)
    world.parts.desk.note(BEATE, case.id, NOTE)
    await world.writes(AMINA, SAID, attachment=LETTER)
    await world.arrives(OKSANA, "uk")
    return world


def record(world: World) -> Record:
    contact = world.conversation(AMINA).contact_id
    with world.parts.store.transaction() as tx:
        return tx.record_of(contact)


def audited(world: World) -> list[AuditLine]:
    with world.parts.store.transaction() as tx:
        return tx.audited()


async def own_files(world: World) -> tuple[str, dict[str, Any]]:
    """Let Amina ask for her data; return the page and the JSON she gets."""
    page, machine = (message.attachment for message in await world.writes(AMINA, "/mydata"))
    assert page is not None
    assert machine is not None
    assert (page.name, page.media_type, machine.name) == ("wegweiser.html", "text/html", "wegweiser.json")
    return page.data.decode(), json.loads(machine.data)


async def test_the_page_says_everything_in_the_readers_language_and_as_it_was_written(story: World) -> None:
    page, _ = await own_files(story)
    assert '<html lang="ar" dir="rtl">' in page
    for word in (QUESTION, REPLY, "Bescheid.pdf", AMINA.id, "Elmshorn"):
        assert word in page
    assert "Ich bin &lt;b&gt;Amina&lt;/b&gt; &amp; wohne" in page
    assert "src=" not in page
    assert "href=" not in page


async def test_programs_get_the_same_with_her_files(story: World) -> None:
    _, data = await own_files(story)
    assert {line["author"] for line in data["lines"]} == {"newcomer", "bot", "advisor"}
    assert SAID in [line["text"] for line in data["lines"]]
    [letter] = [line["file"] for line in data["lines"] if line["file"] and line["author"] == "newcomer"]
    assert (letter["name"], letter["base64"]) == ("Bescheid.pdf", "JVBERi0xLjQgYnl0ZXMtb2YtYS1sZXR0ZXI=")
    assert data["conversations"][0]["address"] == {"channel": "telegram", "id": AMINA.id}
    assert (data["cases"][0]["question"], data["appointments"][0]["status"]) == (QUESTION, "booked")
    assert OKSANA.id not in json.dumps(data)


async def test_what_advisors_wrote_down_is_counted_and_the_agency_hands_it_over(story: World) -> None:
    page, data = await own_files(story)
    assert (NOTE in page, data["notes"]) == (False, 1)
    on_paper = privacy.as_page(
        record(story), story.parts.content.network, story.parts.content.phrases, "de", story.clock.now(), notes=True
    )
    assert NOTE in on_paper.decode()
    assert json.loads(privacy.as_json(record(story), story.clock.now(), notes=True))["notes"][0]["text"] == NOTE


async def test_asking_twice_does_not_pack_the_first_answer_into_the_second(story: World) -> None:
    _, first = await own_files(story)
    _, second = await own_files(story)
    assert len(json.dumps(second)) < len(json.dumps(first)) + 3_000
    assert [line["file"]["base64"] for line in second["lines"] if line["file"] and line["author"] == "bot"][-2:] == [None, None]


async def test_files_that_are_too_large_for_a_chat_are_named(story: World) -> None:
    many = Attachment("photo", "Foto.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(LARGEST - 3))
    for _ in range(privacy.LARGEST_IN_CHAT // LARGEST + 1):
        await story.writes(AMINA, "", attachment=many)
    _, data = await own_files(story)
    files = [line["file"] for line in data["lines"] if line["file"] and line["author"] == "newcomer"]
    assert {(each["name"], each["base64"]) for each in files} == {("Bescheid.pdf", None), ("Foto.jpg", None)}


async def test_a_page_can_be_made_in_every_language(story: World) -> None:
    parts = story.parts
    for language in LANGUAGES:
        page = privacy.as_page(record(story), parts.content.network, parts.content.phrases, language, story.clock.now()).decode()
        assert f'<html lang="{language}"' in page
        assert "{" not in page.replace(privacy._STYLE, "")


async def test_who_keeps_nothing_can_ask_as_well(world: World) -> None:
    await world.presses(AMINA, "lang:ar")
    page, data = await own_files(world)
    assert AMINA.id in page
    assert data["cases"] == data["waiting"] == []


async def test_before_erasing_it_is_said_how_much_would_go(story: World) -> None:
    contact = story.conversation(AMINA).contact_id
    with story.parts.store.transaction() as tx:
        kept = tx.kept(contact)
    said = "\n".join(message.text for message in await story.writes(AMINA, "/erase"))
    assert (kept.cases, kept.notes, kept.appointments, kept.messages > 10, kept.files > 0) == (1, 1, 1, True, True)
    for number in (kept.messages, kept.files, kept.cases, kept.appointments):
        assert str(number) in said


async def test_the_receipt_is_in_the_log_and_tells_nothing_of_the_person(story: World) -> None:
    said = await story.presses(AMINA, "erase:yes")
    [line] = [each for each in audited(story) if each.what == "erase"]
    receipt = line.subject.removeprefix("receipt ")
    assert receipt in said[0].text
    assert receipt.casefold() not in (AMINA.id, story.conversation(AMINA).contact_id, story.conversation(AMINA).id)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def found(content: bytes) -> list[str]:
    return [word for word in WORDS if word.encode() in content or json.dumps(word)[1:-1].encode() in content]


async def test_after_erasing_nothing_of_hers_is_in_any_file_or_in_a_backup(
    story: World, store: SqliteStore, tmp_path: Path
) -> None:
    contact = story.conversation(AMINA).contact_id
    with store.transaction() as tx:
        (wrapped,) = tx.db.execute("SELECT wrapped FROM contact_key WHERE contact_id = ?", (contact,)).fetchone()
    before, after = tmp_path / "before.backup", tmp_path / "after.backup"
    make_backup(tmp_path, Vault(b"k" * 32), before, story.clock.now())
    assert wrapped in everything_in(tmp_path)
    await story.presses(AMINA, "erase:yes")
    story.clock.advance(minutes=2)
    await story.parts.timers.fire_due()
    make_backup(tmp_path, Vault(b"k" * 32), after, story.clock.now())
    on_disk = everything_in(tmp_path)
    # Of a row that moved between pages SQLite may leave a piece in unused space: the random id, and what no key opens any more.
    assert (found(on_disk), wrapped in on_disk) == ([], False)
    # What the key's owner could read in the later backup: nothing of hers either.
    with restoring(after, tmp_path / "opened", Vault(b"k" * 32)) as opened, opened.transaction() as tx:
        rows = [tuple(row) for (table,) in _tables(tx) for row in tx.db.execute(f"SELECT * FROM {table}").fetchall()]
    everything = repr(rows).encode() + everything_in(tmp_path / "opened")
    assert (found(everything), wrapped in everything, contact in repr(rows)) == ([], False, False)
    # And the earlier one, restored where it is known who was erased, does not bring her back.
    with closing(SqliteStore(tmp_path / "other", Vault(b"k" * 32))) as other:
        other.erasures.add(store.erasures.lines())
    with restoring(before, tmp_path / "other", Vault(b"k" * 32), "aside") as again, again.transaction() as tx:
        assert tx.find_conversation(AMINA) is None
        assert tx.find_conversation(OKSANA) is not None


def _tables(tx: Any) -> list[Any]:
    rows: list[Any] = tx.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return rows


async def test_that_a_colleague_reads_a_case_is_noted_once_and_the_owner_is_not(story: World) -> None:
    case, desk = story.case(AMINA), story.parts.desk
    before = len(audited(story))
    for who in (BEATE, COLLEAGUE, COLLEAGUE):
        desk.view(who, case.id)
    assert [(line.who, line.what, line.subject) for line in audited(story)[before:]] == [("birte", "read", f"case {case.number}")]
    story.clock.advance(minutes=15)
    desk.view(COLLEAGUE, case.id)
    assert len(audited(story)) == before + 2


async def test_a_file_that_a_colleague_opens_without_the_page_is_a_reading_as_well(story: World) -> None:
    case, files = story.case(AMINA), story.parts.files
    with_file = next(line.n for line in story.lines(AMINA) if line.case_id == case.id and line.attachment)
    before = len(audited(story))
    for who in (BEATE, COLLEAGUE):
        assert files.of_case(who, case.id, with_file)
    assert [(line.who, line.what) for line in audited(story)[before:]] == [("birte", "read")]
