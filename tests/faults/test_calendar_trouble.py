"""Trouble between Wegweiser and a calendar's server: afterwards everything stands there once, as it was booked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import wire
from bot.core import appointments
from bot.core.appointments import Slot
from bot.core.calendars import Entry
from bot.core.content import Content
from bot.services.ports import Account
from tests.clock import FixedClock, Ids
from tests.faults.proxy import AWAY, CUT, LOST, SILENT, Proxy, refusal
from tests.radicale import PASSWORD, Radicale
from tests.services.fakes import PlannedTranslator, RecordingAlerts, World
from tests.services.test_calendars import DAY, HALF, SITE, START, Diary
from tests.system import KEY

TROUBLES = (refusal(500), CUT, AWAY, refusal(503, headers="Retry-After: 60\r\n"), SILENT, LOST, refusal(200, "<html>"))


class Behind(Radicale):
    """The calendars' server, as it is reached through the proxy."""

    def __init__(self, server: Radicale, proxy: Proxy) -> None:
        self._server, self._proxy = server, proxy

    def account(self, name: str = "beate", password: str = PASSWORD) -> Account:
        account = self._server.account(name, password)
        return replace(account, url=account.url.replace(f":{self._server.port}/", f":{self._proxy.port}/"))


@pytest.fixture
def diary(tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    monkeypatch.setattr("bot.adapters.calendars.caldav.SECONDS", 0.5)
    clock, alerts, translator = FixedClock(), RecordingAlerts(), PlannedTranslator()
    store = SqliteStore(tmp_path / "data", Vault(KEY))
    yield Diary(World(wire(store, content, clock, Ids(), translator), clock, alerts, translator))
    store.close()


async def test_bookings_moves_and_cancellations_arrive_though_every_other_answer_goes_wrong(
    diary: Diary, radicale: Radicale
) -> None:
    async with Proxy(radicale.port) as proxy:
        diary.connect(Behind(radicale, proxy))
        first, second = diary.book(), diary.book("a2", Slot(SITE, START + DAY, START + DAY + HALF, 0, "beate"))
        for n, trouble in enumerate(TROUBLES):
            proxy.troubles.extend(["", trouble] if n % 2 else [trouble])
            if n == 2:
                diary.keep(appointments.cancel(first))
            if n == 4:
                second = diary.keep(
                    appointments.move(second, replace(second.slot, start=START + 2 * DAY, end=START + 2 * DAY + HALF))
                )
            await diary.sync(hours=1)
        for _ in range(3):
            await diary.sync(hours=1)
    files = radicale.files()
    assert list(files) == [Entry.file("a2")]
    assert f"DTSTART:{START + 2 * DAY:%Y%m%dT%H%M%SZ}" in files[Entry.file("a2")]
    assert (diary.calendar().problem, diary.figures()) == ("", {"calendars_well": 1})
    assert not proxy.troubles
