"""The whole process from outside: how long until the page is there, and how much memory it takes."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.system import free_port


@dataclass(frozen=True)
class Start:
    """What a start took: seconds by the clock and of CPU, and megabytes at most."""

    seconds: float
    cpu: float
    megabytes: float


def measure(folder: Path, **settings: str) -> Start:
    """Start `wegweiser run`, ask for the first page until it is there, end it."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WEGWEISER_")}
    wanted = {"data": str(folder / "data"), "key_file": str(folder / "key"), "port": str(port), **settings}
    environment |= {f"WEGWEISER_{name.upper()}": value for name, value in wanted.items()}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stdout=-3, stderr=-3)
    try:
        while not _answers(f"http://127.0.0.1:{port}/readyz"):
            assert process.poll() is None, "it ended"
            assert time.perf_counter() - started < 60, "it does not come up"
            time.sleep(0.01)
        httpx.get(f"http://127.0.0.1:{port}/").raise_for_status()
        seconds = time.perf_counter() - started
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
        ticks = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return Start(seconds, sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), peak)
    finally:
        process.terminate()
        process.wait(10)


def _answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(url, timeout=1).status_code == 200
    return False
