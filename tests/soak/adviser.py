"""Advisors at the console of a service that dies all the time, over HTTP; each knows which answers were taken."""

import asyncio
import html
import random
import re

import httpx

from tests.soak.street import Street, rehearsed
from tests.system import PASSWORD


class Adviser:
    """Somebody at the console who takes what waits, answers in German and closes."""

    def __init__(self, street: Street, login: str) -> None:
        self.street, self.login = street, login
        self.dice = random.Random(f"{street.seeded.random()} {login}")
        self.told: dict[str, list[str]] = {}
        self._tried: dict[str, str] = {}
        self._html = ""
        self._client = httpx.AsyncClient(
            base_url=street.service.url,
            timeout=60,
            trust_env=False,
            follow_redirects=True,
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    async def work(self) -> None:
        """Work until the end of the day; after a broken connection look again, as a person does."""
        while not self.street.ending:
            async with self.street.acting():
                try:
                    await self._round()
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(0.1)
        await self._client.aclose()

    async def _round(self) -> None:
        mine = await self._cases("mine")
        if not mine:
            waiting = await self._cases("unassigned")
            if waiting:
                await self._look(f"/console/cases/{waiting[0]}")
                await self._post(waiting[0], "claim")
                self.street.figures["claims"] += 1
            return
        case = self.dice.choice(mine)
        await self._look(f"/console/cases/{case}")
        if case in self._tried and html.escape(self._tried[case]) in self._html:
            self._note(case)
        if len(self.told.get(case, [])) < 3:
            await self._reply(case)
        else:
            await self._post(case, "close", reason="")
            self.street.figures["closed"] += 1

    async def _reply(self, case: str) -> None:
        said = self.told.setdefault(case, [])
        text = self._tried.setdefault(case, self.dice.choice([each for each in rehearsed("de") if each not in said]))
        answer = await self._post(case, "reply", text=text)
        sure = re.search(r'name="sure" value="([^"]+)"', self._html)
        if answer.status_code == 200 and not answer.history and sure:
            answer = await self._post(case, "reply", text=text, sure=sure[1])
        if answer.history and answer.url.path == f"/console/cases/{case}":
            self._note(case)
        else:
            del self._tried[case]

    def _note(self, case: str) -> None:
        self.told.setdefault(case, []).append(self._tried.pop(case))
        self.street.figures["replies"] += 1

    async def _cases(self, view: str) -> list[str]:
        await self._look(f"/console?view={view}")
        if 'action="/console/sign-in"' in self._html:
            await self._look("/console/sign-in")
            self._html = (await self._client.post("/console/sign-in", data={"login": self.login, "password": PASSWORD})).text
            await self._look(f"/console?view={view}")
        return sorted(set(re.findall(r'href="/console/cases/([^"?/#]+)"', self._html)))

    async def _look(self, path: str) -> None:
        self._html = (await self._client.get(path)).text

    async def _post(self, case: str, action: str, **fields: str) -> httpx.Response:
        hidden = dict(re.findall(r'<input type="hidden" name="(csrf|form)" value="([^"]*)"', self._html))
        answer = await self._client.post(f"/console/cases/{case}/{action}", data=hidden | fields)
        self._html = answer.text
        return answer
