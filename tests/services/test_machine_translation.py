"""An advisor writes German and Amina reads Arabic, and back, with the real packages of tests/models and without any network."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.argos.packages import install
from bot.adapters.argos.translator import ArgosTranslator
from bot.adapters.sqlite import SqliteStore
from bot.app import wire
from bot.core.content import Content
from tests.clock import FixedClock, Ids
from tests.conftest import ROOT
from tests.services.fakes import AMINA, BEATE, PlannedTranslator, RecordingAlerts, World

GERMAN, ARABIC = "Ihr Termin ist am Dienstag um 14:30 Uhr.", "موعدكم يوم الثلاثاء في الساعة 14:30."
HER_ARABIC, HIS_GERMAN = "أنا في ألمانيا منذ أسبوعين.", "Ich bin seit zwei Wochen in Deutschland."


@pytest.fixture
async def translator(tmp_path: Path) -> AsyncIterator[ArgosTranslator]:
    for pair in ("de_en", "en_ar", "ar_en", "en_de"):
        install(ROOT / "tests" / "models" / f"{pair}.argosmodel", tmp_path / "models")
    translator = ArgosTranslator(tmp_path / "models", seconds=30)
    yield translator
    await translator.close()


@pytest.fixture
def machine(store: SqliteStore, content: Content, translator: ArgosTranslator) -> World:
    clock, alerts = FixedClock(), RecordingAlerts()
    parts = wire(store, content, clock, Ids(), translator)
    parts.alerts = alerts
    return World(parts, clock, alerts, PlannedTranslator())


async def test_amina_reads_arabic_and_is_told_that_a_machine_translated(machine: World) -> None:
    case = await machine.asks_for_a_person()
    await machine.parts.desk.reply(BEATE, case.id, GERMAN)
    reply = machine.lines(AMINA)[-1].message
    assert reply is not None
    assert (reply.text, reply.language, reply.label, reply.original) == (ARABIC, "ar", "machine", GERMAN)
    assert reply.note == machine.phrase("note_machine", "ar")


async def test_beate_reads_german_beside_what_amina_wrote(machine: World) -> None:
    case = await machine.asks_for_a_person()
    machine.parts.desk.claim(BEATE, case.id)
    await machine.writes(AMINA, HER_ARABIC)
    line = machine.parts.desk.view(BEATE, case.id).lines[-1]
    assert (line.text, line.translation) == (HER_ARABIC, HIS_GERMAN)


async def test_lines_numbers_and_addresses_arrive_as_they_were_written(machine: World) -> None:
    case = await machine.asks_for_a_person()
    await machine.parts.desk.reply(BEATE, case.id, f"{GERMAN}\n\n- https://www.beispiel.de/a_b\n- 04101 / 12 34 56 🙂")
    reply = machine.lines(AMINA)[-1].message
    assert reply is not None
    assert reply.text == f"{ARABIC}\n\n- https://www.beispiel.de/a_b\n- 04101 / 12 34 56 🙂"


async def test_an_advisor_sees_beforehand_what_comes_back(machine: World) -> None:
    preview = await machine.parts.translation.preview(GERMAN, "de", "ar")
    assert (preview.readable.text, preview.look.back) == (ARABIC, GERMAN)
    assert (preview.look.chrf, preview.look.lost, preview.look.doubtful) == (1.0, (), False)


async def test_both_ways_are_looked_back_at_after_they_were_said(machine: World) -> None:
    case = await machine.asks_for_a_person()
    await machine.parts.desk.reply(BEATE, case.id, GERMAN)
    await machine.writes(AMINA, HER_ARABIC)
    await machine.parts.afterwards.work()
    said = [line for line in machine.parts.desk.view(BEATE, case.id).lines if line.rendering]
    assert [line.rendering.look.back for line in said if line.rendering][-2:] == [GERMAN, HER_ARABIC]


async def test_a_reader_of_kurdish_gets_the_german_with_an_apology(machine: World) -> None:
    case = await machine.asks_for_a_person(language="ku")
    await machine.parts.desk.reply(BEATE, case.id, GERMAN)
    reply = machine.lines(AMINA)[-1].message
    assert reply is not None
    assert (reply.text, reply.language, reply.label) == (GERMAN, "de", "untranslated")
    assert reply.note == machine.phrase("note_untranslated", "ku")
