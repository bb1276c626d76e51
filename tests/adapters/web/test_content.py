"""The editors' page, and the part of it that translators see."""

from dataclasses import replace
from datetime import date

import pytest

from bot.adapters.content.problems import Problem
from bot.core.anonymous import OpenQuestion
from bot.core.language import LANGUAGES
from bot.services.editorial import Editorial
from bot.services.ports import Advisor
from tests.adapters.web.conftest import Desk
from tests.services.fakes import BEATE, World

FOUND = [
    Problem("flows/work.yaml", "keywords", "Das Wort <b>Arbeit</b> steht zweimal da."),
    Problem("knowledge/facts.yaml", "", "Die Angabe ist abgelaufen.", "warning"),
]


def hired(office: World, role: str, *languages: str) -> Advisor:
    who = replace(BEATE, id=role, login=role, name=role, role=role, languages=languages)  # type: ignore[arg-type]
    with office.parts.store.transaction() as tx:
        tx.add_advisor(who)
    return who


@pytest.fixture(autouse=True)
def _without_dear_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only unknown logins are compared with the hash that each application makes for them; there are none here."""
    monkeypatch.setattr("bot.adapters.web.auth.hash_password", str)


@pytest.fixture(autouse=True)
def _looked_through(office: World) -> None:
    parts = office.parts

    def check(today: date) -> list[Problem]:
        return FOUND

    parts.editorial = Editorial(parts.store, lambda: parts.content, parts.understanding, office.clock, check)


async def test_volkan_sees_what_was_refused_what_is_wrong_and_what_nobody_could_answer(office: World, desk: Desk) -> None:
    with office.parts.store.transaction() as tx:
        tx.keep_question(OpenQuestion(0, date(2026, 11, 24), "de", "unanswered", None, "Wie werde ich Imker?"))
    volkan = desk(hired(office, "editor"))
    page = (await volkan.look("/console/content")).text
    assert ("Fehler: 1" in page, "Hinweise: 1" in page, "nicht in Gebrauch" in page) == (True, True, False)
    assert "&lt;b&gt;Arbeit&lt;/b&gt;" in page
    assert "Wie werde ich Imker" in page
    office.parts.editorial.refused(FOUND[:1])
    assert "Ihre letzte Änderung ist nicht in Gebrauch" in (await volkan.look("/console/content")).text


async def test_a_translator_sees_only_their_languages(office: World, desk: Desk) -> None:
    page = (await desk(hired(office, "translator", "uk", "ar")).look("/console/content")).text
    assert [code for code, name in (("uk", "Ukrainisch"), ("ar", "Arabisch"), ("tr", "Türkisch")) if name in page] == ["uk", "ar"]
    assert ("Fehler:" in page, "Fragen ohne Antwort" in page) == (False, False)


async def test_a_translator_of_no_language_sees_all_of_them(office: World, desk: Desk) -> None:
    page = (await desk(hired(office, "translator")).look("/console/content")).text
    assert page.count('<th scope="row">') == len(LANGUAGES) - 1
