"""A form of the desk that comes again: after a crash between keeping the answer and acknowledging it, after an outage."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from bot.adapters.sqlite import StoreUnavailable
from bot.app import web
from bot.settings import Settings
from tests.adapters.web.conftest import Browser, Desk
from tests.conftest import ROOT
from tests.services.fakes import AMINA, BEATE
from tests.services.fakes import World as Office

PHOTO = ("brief.jpg", b"\xff\xd8\xff\xe0" + b"0" * 100)
Send = Callable[[Browser, str], "object"]


def answers(office: Office) -> list[str]:
    return [line.text for line in office.lines(AMINA) if line.author == "advisor"]


def restarted(office: Office, beate: Browser, folder: Path) -> Browser:
    """Return Beate's browser, with the page she looks at, in front of a new process."""
    application = web(office.parts, Settings(data=folder, key_file=folder / "key", content=ROOT))
    again = Browser(transport=httpx.ASGITransport(application), base_url="http://wegweiser.test", cookies=beate.cookies)
    again.html = beate.html
    return again


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("reply", {"text": "Guten Tag", "sure": ""}),
        ("canned", {"key": "canned_coming"}),
        ("enclose", {"id": "article:address-registration"}),
        ("file", {"file": PHOTO}),
    ],
)
async def test_an_answer_sent_again_to_a_restarted_server_is_kept_once(
    office: Office, desk: Desk, tmp_path: Path, action: str, fields: dict[str, str]
) -> None:
    case = await office.asks_for_a_person()
    beate, page = desk(BEATE), f"/console/cases/{case.id}"
    await beate.look(page)
    shown = beate.html
    assert (await beate.press(f"{page}/{action}", **fields)).status_code == 303  # type: ignore[arg-type]
    kept = answers(office)
    assert len(kept) == 1
    beate.html = shown
    async with restarted(office, beate, tmp_path) as again:
        assert (await again.press(f"{page}/{action}", **fields)).status_code == 303  # type: ignore[arg-type]
        assert answers(office) == kept
        await again.press(f"{page}/{action}", **fields)  # type: ignore[arg-type]
    assert len(answers(office)) == 2, "from a new page it is another answer"


@pytest.mark.parametrize("action", ["note", "ask", "advise", "interpret"])
async def test_what_is_written_beside_a_conversation_is_kept_once_when_its_form_comes_again(
    office: Office, desk: Desk, tmp_path: Path, action: str
) -> None:
    case = await office.asks_for_a_person()
    beate, page = desk(BEATE), f"/console/cases/{case.id}"
    await beate.look(page)
    shown = beate.html
    assert (await beate.press(f"{page}/{action}", text="Frist am Montag")).status_code == 303
    beate.html = shown
    async with restarted(office, beate, tmp_path) as again:
        assert (await again.press(f"{page}/{action}", text="Frist am Montag")).status_code == 303
        assert len(office.parts.desk.view(BEATE, case.id).notes) == 1
        await again.press(f"{page}/{action}", text="Frist am Montag")
    assert len(office.parts.desk.view(BEATE, case.id).notes) == 2, "from a new page it is another note"


async def test_an_answer_that_could_not_be_kept_is_taken_when_the_same_form_comes_again(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await office.asks_for_a_person()
    beate, page = desk(BEATE), f"/console/cases/{case.id}"
    await beate.look(page)
    shown = beate.html

    def full(*_: object, **__: object) -> None:
        raise StoreUnavailable("The disk is full")

    with monkeypatch.context() as outage:
        outage.setattr(office.parts.desk, "send", full)
        refused = await beate.press(f"{page}/reply", text="Guten Tag")
        assert (refused.status_code, 'name="text" value="Guten Tag"' in refused.text) == (503, True)
    beate.html = shown
    await beate.press(f"{page}/reply", text="Guten Tag")
    assert len(answers(office)) == 1


async def test_a_cancellation_that_could_not_be_kept_is_done_when_the_same_form_comes_again(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked, beate = await office.books(), desk(BEATE)
    await beate.look("/console/appointments")
    shown = beate.html

    def full(*_: object) -> None:
        raise StoreUnavailable("The disk is full")

    with monkeypatch.context() as outage:
        outage.setattr(office.parts.agenda, "cancel", full)
        assert (await beate.press(f"/console/appointments/{booked}/cancel")).status_code == 503
    beate.html = shown
    await beate.press(f"/console/appointments/{booked}/cancel")
    assert f"/console/appointments/{booked}/cancel" not in beate.html
