"""Every page and form of the console, tried by every role and by another agency: whoever may not open it finds nothing there."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.app import web
from bot.core.cases import Case
from bot.core.roles import ROLES, StaffRole
from bot.services.editorial import Editorial
from bot.services.ports import Advisor
from bot.settings import Settings
from tests.adapters.web.conftest import Browser, Desk
from tests.conftest import ROOT
from tests.services.fakes import AMINA, BEATE, JENS, OKSANA, World

QUESTION = "Mein Vermieter hat mir gekündigt."
EVERYBODY = frozenset(ROLES)
OPEN_TO: dict[str, frozenset[StaffRole]] = {
    "/console/sign-in": EVERYBODY,
    "/console/sign-out": EVERYBODY,
    "/console/language": EVERYBODY,
    "/console/me": EVERYBODY,
    "/console/invite": EVERYBODY,
    "/console/content": frozenset({"editor", "translator"}),
    "/console/staff": frozenset({"admin"}),
    "/console": frozenset({"advisor", "coordinator"}),
}
"""By the beginning of the path, the first that fits. What is new and not named here is for those who have cases."""
HOMES: dict[StaffRole, str] = {
    "advisor": "/console",
    "coordinator": "/console",
    "editor": "/console/content",
    "translator": "/console/content",
    "admin": "/console/staff",
}
PEOPLE = {role: replace(BEATE, id=f"one-{role}", login=role, name=role.title(), role=role) for role in ROLES}


@dataclass(frozen=True)
class Scene:
    """A case and an appointment of Beate's agency, and every door that leads to the console."""

    case: Case
    appointment: str
    doors: list[tuple[str, str]]

    def path(self, template: str) -> str:
        known = {
            "case": self.case.id,
            "case_id": self.case.id,
            "appointment_id": self.appointment,
            "id": self.appointment,
            "n": "1",
            "number": "1",
        }
        return re.sub(r"{(\w+)(?::\w+)?}", lambda found: known.get(found[1], "x"), template)


def doors(app: Starlette) -> list[tuple[str, str]]:
    routes = [each for each in app.routes if isinstance(each, Route) and each.path.startswith("/console")]
    return [(method, each.path) for each in routes for method in sorted((each.methods or set()) - {"HEAD"})]


def open_to(template: str) -> frozenset[StaffRole]:
    return next(roles for beginning, roles in OPEN_TO.items() if template.startswith(beginning))


@pytest.fixture(autouse=True)
def _without_dear_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only unknown logins are compared with the hash that each application makes for them; there are none here."""
    monkeypatch.setattr("bot.adapters.web.auth.hash_password", str)


@pytest.fixture
async def scene(office: World, tmp_path: Path) -> Scene:
    parts = office.parts
    parts.editorial = Editorial(parts.store, lambda: parts.content, parts.understanding, parts.clock, lambda today: ())
    with office.parts.store.transaction() as tx:
        for each in PEOPLE.values():
            tx.add_advisor(each)
    case = await office.asks_for_a_person(AMINA, question=QUESTION)
    appointment = await office.books(OKSANA)
    app = web(office.parts, Settings(data=tmp_path, key_file=tmp_path / "key", content=ROOT))
    return Scene(case, appointment, doors(app))


async def tries(browser: Browser, method: str, path: str) -> tuple[int, str, str]:
    """Return status, text and where it leads; a form is sent with the marks of a page of one's own."""
    if method == "POST":
        response = await browser.press(path, text="x", do="x", member="one-advisor", role="admin", mark="crisis", form=path)
    else:
        response = await browser.get(path)
    return response.status_code, response.text, response.headers.get("location", "")


async def test_a_role_opens_its_own_pages_and_finds_nothing_at_the_others(scene: Scene, desk: Desk) -> None:
    for role, person in PEOPLE.items():
        browser = desk(person)
        refused = [(method, template) for method, template in scene.doors if role not in open_to(template)]
        assert len(refused) > 0
        for method, template in refused:
            await browser.look("/console/me")
            status, text, location = await tries(browser, method, scene.path(template))
            if template == "/console":
                assert (role, status, location) == (role, 303, HOMES[role]), "led to where they may be"
            else:
                assert (role, method, template, status) == (role, method, template, 404)
            assert QUESTION not in text


async def test_what_a_role_opens_is_there_and_begins_there(scene: Scene, desk: Desk) -> None:
    for role, person in PEOPLE.items():
        browser = desk(person)
        begun = await browser.get("/console", follow_redirects=True)
        assert (begun.status_code, begun.url.path) == (200, HOMES[role])
        assert (await browser.get("/console/me")).status_code == 200


async def test_another_agency_reaches_no_case_and_no_appointment_by_any_door(scene: Scene, desk: Desk, office: World) -> None:
    before, told, tried = office.case(AMINA), office.told(AMINA), 0
    jens = desk(JENS)
    for method, template in scene.doors:
        if "{" not in template or template.startswith("/console/invite"):
            continue
        await jens.look("/console/me")
        status, text, _ = await tries(jens, method, scene.path(template))
        assert (status, method, template) == (404, method, template)
        assert QUESTION not in text
        tried += 1
    assert tried > 20
    assert (office.case(AMINA), office.told(AMINA)) == (before, told)


async def test_who_is_not_signed_in_is_led_to_the_sign_in_or_refused(scene: Scene, desk: Desk) -> None:
    browser = desk(BEATE)
    browser.cookies.clear()
    for method, template in scene.doors:
        if template.startswith(("/console/sign-in", "/console/invite", "/console/language", "/console/sign-out")):
            continue
        await browser.look("/console/sign-in")
        status, text, location = await tries(browser, method, scene.path(template))
        assert (status, template) in ((303, template), (401, template), (404, template))
        assert status != 303 or location.startswith("/console/sign-in")
        assert QUESTION not in text


async def test_whose_role_was_taken_loses_what_is_open_at_once(scene: Scene, desk: Desk, office: World) -> None:
    admin, advisor = desk(PEOPLE["admin"]), desk(PEOPLE["advisor"])
    page = f"/console/cases/{scene.case.id}"
    assert (await advisor.get(page)).status_code == 200
    await advisor.look(page)
    await advisor.press(f"{page}/claim")
    await admin.look("/console/staff")
    await admin.press("/console/staff", do="role", member="one-advisor", role="editor")
    assert (await advisor.get(page)).status_code == 303, "signed out"
    assert office.case(AMINA).advisor is None, "back in the queue"
    again = desk(replace(PEOPLE["advisor"], role="editor"))
    assert (await again.get(page)).status_code == 404


async def test_a_role_of_another_version_opens_nothing(scene: Scene, desk: Desk, office: World) -> None:
    stranger: Advisor = replace(BEATE, id="stranger", login="stranger", role="owner")  # type: ignore[arg-type]
    with office.parts.store.transaction() as tx:
        tx.add_advisor(stranger)
    browser = desk(stranger)
    for path in (f"/console/cases/{scene.case.id}", "/console/content", "/console/staff", "/console/team"):
        assert (await browser.get(path)).status_code == 404
    assert (await browser.get("/console", follow_redirects=True)).url.path == "/console/me"
