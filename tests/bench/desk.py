"""The advisors' desk at its size: 500 open cases of one agency, 50 advisors with the queue open. `python -m tests.bench.desk`."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from bot import contents
from bot.adapters.sqlite import SqliteStore, Vault
from bot.adapters.web.auth import Sessions
from bot.adapters.web.staff import COOKIE
from bot.app import Parts, web, wire
from bot.core.cases import Case, claim
from bot.core.messages import Address, InboundMessage
from bot.services.ports import Advisor
from bot.settings import CONTENT, Settings
from tests.clock import FixedClock, Ids

CASES, ADVISORS, AGENCY, SITE = 500, 50, "example-a", "example-elmshorn"
HOLDERS = ADVISORS + 20
"""Some cases belong to nobody: those are in the view that is opened."""


def fill(parts: Parts, ids: Ids) -> list[Advisor]:
    """Store advisors and cases, each case with four lines."""
    now = parts.clock.now()
    staff = [Advisor(f"advisor-{n}", f"advisor-{n}", f"Advisor {n}", AGENCY, "advisor", "de", "-") for n in range(ADVISORS)]
    with parts.store.transaction() as tx:
        for advisor in staff:
            tx.add_advisor(advisor)
        for n in range(CASES):
            who = Address("web", f"newcomer-{n}")
            conversation = tx.conversation_at(who, now, ids())
            case = Case(
                ids(), tx.next_case_number(), conversation.contact_id, conversation.id, AGENCY, SITE, "papers", "ar", "Elmshorn",
                "عندي رسالة من دائرة الأجانب", (), now, now,
            )  # fmt: skip
            tx.add_case(claim(case, f"advisor-{n % HOLDERS}", now) if n % HOLDERS < ADVISORS else case)
            for line in range(4):
                message = InboundMessage("web", f"{n}-{line}", who, now, text="متى أحصل على الجواب؟")
                tx.hear(message, message.text, conversation.id, case.id, now, None)
    return staff


async def measure(parts: Parts, staff: list[Advisor], folder: Path) -> None:
    """Print how long the queue takes, and how long until a message is on every screen."""
    application = web(parts, Settings(data=folder, key_file=folder / "key", content=CONTENT))
    sessions = Sessions(parts.store, parts.clock)
    tokens = [sessions.open(advisor) for advisor in staff]
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://wegweiser.test") as client:
        for view in ("unassigned", "mine", "team"):
            times = [await _page(client, f"/console?view={view}", tokens[0]) for _ in range(20)]
            print(f"queue page, {view}: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms of {len(times)}")
        await _on_every_screen(parts, client, tokens[:1])  # what is loaded at the first message
        seen = await _on_every_screen(parts, client, tokens)
        first, half, last = min(seen), statistics.median(seen), max(seen)
        print(f"a new message: on the first of {len(seen)} screens after {first:.0f} ms, half {half:.0f}, all {last:.0f}")


async def _page(client: httpx.AsyncClient, path: str, token: str) -> float:
    before = time.perf_counter()
    response = await client.get(path, headers={"Cookie": f"{COOKIE}={token}"})
    assert response.status_code == 200, response.status_code
    return (time.perf_counter() - before) * 1000


async def _on_every_screen(parts: Parts, client: httpx.AsyncClient, tokens: list[str]) -> list[float]:
    """Return after how many ms each open queue has fetched itself again."""

    async def screen(token: str, ready: asyncio.Event) -> float:
        with parts.live.watch(f"agency:{AGENCY}") as watch:
            ready.set()
            await watch.changed(60)
        await _page(client, "/console?view=unassigned", token)
        return (time.perf_counter() - begun) * 1000

    ready = [asyncio.Event() for _ in tokens]
    screens = [asyncio.create_task(screen(token, event)) for token, event in zip(tokens, ready, strict=True)]
    for event in ready:
        await event.wait()
    who = Address("web", "newcomer-0")
    begun = time.perf_counter()
    await parts.inbox.receive(InboundMessage("web", f"new-{len(tokens)}", who, parts.clock.now(), text="عندي سؤال"))
    return await asyncio.gather(*screens)


def main() -> None:
    """Fill a store and measure."""
    with tempfile.TemporaryDirectory() as name:
        folder, ids = Path(name), Ids()
        store = SqliteStore(folder / "data", Vault(b"k" * 32))
        try:
            parts = wire(store, contents.load_content(CONTENT), FixedClock(), ids, pause=0)
            staff = fill(parts, ids)
            asyncio.run(measure(parts, staff, folder))
        finally:
            store.close()


if __name__ == "__main__":
    main()
