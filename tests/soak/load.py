"""`make soak`: 2,000 newcomers and 50 advisors at their browsers, beside one real server, with time to read and to type.

People arrive within the first minute, some from one address; every twentieth writes with an advisor. Their browsers are processes
of their own on the same machine, and what they take of its processors is told apart.

    python -m tests.soak.load --people 2000 --advisors 50 --minutes 5 --pause 40
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from tests.soak.people import SHARE, Crowd, Record
from tests.system import free_port

AGENCY, SITE = "example-a", "example-elmshorn"
_RESTING = 0.2
"""Seconds of processor in a second, below which a server that nobody asks for anything does no work of its own."""
WORST = 500.0
"""Milliseconds within which 99 of 100 requests are to be answered, of each kind."""


@dataclass(frozen=True)
class Result:
    """What people met with, and what it took: seconds in all, seconds of processor, megabytes at most."""

    record: Record
    seconds: float
    server: float
    browsers: float
    megabytes: float

    @property
    def good(self) -> bool:
        """Tell whether nothing failed and hardly anybody waited."""
        times = self.record.took.values()
        return not self.record.errors and bool(times) and all(percentile(each, 99) <= WORST for each in times)


def percentile(times: list[float], percent: int) -> float:
    """Return the time within which so many percent were done."""
    return quantiles(times, n=100, method="inclusive")[percent - 1] if len(times) > 1 else times[0]


def measure(folder: Path, crowd: Crowd, **settings: str) -> Result:
    """Let everybody in, and return what they met with."""
    staff, known = prepare(folder, crowd)
    url = f"http://127.0.0.1:{(port := free_port())}"
    server = _start(url, {"data": f"{folder / 'data'}", "key_file": f"{folder / 'key'}", "port": f"{port}", **settings})
    try:
        before, started = _processor(server.pid), time.monotonic()
        shares = [{"url": url, "number": n, "crowd": asdict(crowd)} for n in range(crowd.browsers)]
        cookies = [{"staff": staff[n :: crowd.browsers], "known": known[n :: crowd.browsers]} for n in range(crowd.browsers)]
        found = _browse([share | more for share, more in zip(shares, cookies, strict=True)])
        taken, seconds = _processor(server.pid) - before, time.monotonic() - started
        status = Path(f"/proc/{server.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    finally:
        server.terminate()
        server.wait(30)
    record = Record()
    for each in found:
        record.add(Record(each["took"], Counter(each["errors"])))
    return Result(record, seconds, taken, sum(each["processor"] for each in found), peak)


def prepare(folder: Path, crowd: Crowd) -> tuple[list[str], list[str]]:
    """Store the advisors, signed in, and the newcomers who write with them; return the cookies of both."""
    from bot.adapters.sqlite import SqliteStore, Vault
    from bot.adapters.web import staff, visitors
    from bot.adapters.web.auth import Sessions
    from bot.app import SystemClock
    from bot.core.cases import Case, claim
    from bot.core.consents import VERSIONS, Consent
    from bot.core.contacts import Conversation
    from bot.services.ports import Advisor

    store, clock = SqliteStore(folder / "data", Vault.open(folder / "key")), SystemClock()
    now, until = clock.now(), clock.now() + timedelta(days=2)
    consent = Consent("keep", True, VERSIONS["keep"], "de", now)
    team = [Advisor(f"advisor-{n}", f"advisor-{n}", f"Advisor {n}", AGENCY, "advisor", "de", "-") for n in range(crowd.advisors)]
    tokens = [secrets.token_urlsafe(16) for _ in range(crowd.people // SHARE)]
    try:
        with store.transaction() as tx:
            for advisor in team:
                tx.add_advisor(advisor)
            for n, token in enumerate(tokens):
                address, id = visitors.address_of(token), f"newcomer-{n}"
                tx.conversation_at(address, now, id)
                tx.save_conversation(Conversation(id, id, address, "de", (consent,), owner="desk", epoch=1), now)
                case = Case(
                    f"case-{n}",
                    tx.next_case_number(),
                    id,
                    id,
                    AGENCY,
                    SITE,
                    "papers",
                    "de",
                    None,
                    "Ein Brief vom Amt",
                    (),
                    now,
                    until,
                )
                tx.add_case(claim(case, team[n % len(team)].id, now))
        sessions = Sessions(store, clock)
        signed_in = [f"{staff.COOKIE}={sessions.open(advisor)}" for advisor in team]
    finally:
        store.close()
    return signed_in, [f"{visitors.COOKIE}={token}" for token in tokens]


def _start(url: str, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start `wegweiser run` behind a proxy that says where people come from, and wait until it is ready."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEGWEISER_")}
    environment |= {f"WEGWEISER_{name.upper()}": value for name, value in (settings | {"public_url": url}).items()}
    server = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=-3)
    for _ in range(600):
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz", timeout=1).is_success:
                _warm(server.pid)
                return server
        assert server.poll() is None, "the server ended"
        time.sleep(0.1)
    raise TimeoutError("the server does not come up")


def _warm(process: int) -> None:
    """Wait until a server rests: what it does in its first seconds, such as loading models, is not what is measured here."""
    for _ in range(60):
        before = _processor(process)
        time.sleep(1)
        if _processor(process) - before < _RESTING:
            return


def _processor(process: int) -> float:
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _browse(shares: list[dict[str, object]]) -> list[dict[str, Any]]:
    """Let each share of the people browse in a process of its own; return what these say in the end."""
    command = [sys.executable, "-m", "tests.soak.people"]
    processes = [subprocess.Popen([*command, json.dumps(share)], stdout=subprocess.PIPE, text=True) for share in shares]
    try:
        return [json.loads(process.communicate()[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def show(crowd: Crowd, result: Result) -> None:
    """Print it."""
    took = dict(sorted(result.record.took.items()))
    every, share = [each for times in took.values() for each in times], 100 / result.seconds
    print(f"{crowd.people:,} newcomers and {crowd.advisors} advisors for {result.seconds:.0f} s: ", end="")
    print(f"{len(every) / result.seconds:.0f} requests/s, {result.record.errors.total()} errors")
    print(f"  {'':26}{'requests':>10}{'median':>8}{'99 %':>8}{'slowest':>8}  ms")
    for kind, times in (took | {"all": every}).items():
        print(f"  {kind:26}{len(times):10,}{percentile(times, 50):8.0f}{percentile(times, 99):8.0f}{max(times):8.0f}")
    print(f"  server {result.server * share:.0f} % of a processor, {result.megabytes:.0f} MB at most; ", end="")
    print(f"browsers {result.browsers * share:.0f} %")
    for kind, count in result.record.errors.items():
        print(f"  {count} x {kind}")


def main() -> int:
    """Run it, print what came out; the exit code tells whether it was good."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in asdict(Crowd()).items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    crowd = Crowd(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="wegweiser-load-") as folder:
        result = measure(Path(folder), crowd)
    show(crowd, result)
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
