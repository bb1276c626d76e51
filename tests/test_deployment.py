"""What container and systemd unit promise, as far as a machine without either can tell."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from tests.conftest import ROOT
from tests.system import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["wegweiser"]
COPIED = re.findall(r"^COPY (?!--)(\S+) (\S+)$", DOCKERFILE, re.M)
OWN = ("app", "backups", "data", "dev", "packages", "proc", "run", "sys", "tmp")
"""Folders of the root that are the container's own; the others stand for its base image."""


class Container:
    """Runs commands as the image would: its files, its environment, another user, nothing to write to but the volumes."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        for name in ("data", "backups"):
            (folder / name).mkdir()
        (folder / "master.key").touch(0o600)
        (folder / "master.key").write_bytes(base64.b64encode(b"k" * 32))

    def command(self, *arguments: str) -> list[str]:
        """Return what runs a command in the container."""
        base = ["bwrap", "--unshare-user", "--uid", "10001", "--gid", "10001", "--unshare-pid", "--die-with-parent"]
        system = (
            ("--symlink", os.readlink(each), str(each)) if each.is_symlink() else ("--ro-bind", str(each), str(each))
            for each in sorted(Path("/").iterdir())
            if each.name not in OWN and each.is_dir()
        )
        copied = (
            ("--ro-bind", str(ROOT / source), f"/app/{target}")
            for source, target in COPIED
            if target != "/" and "." not in target
        )
        volumes = (("--bind", str(self.folder / each.partition(":")[0]), each.partition(":")[2]) for each in COMPOSE["volumes"])
        given = [part for option in (*system, *copied, *volumes) for part in option]
        given += ["--ro-bind", sys.prefix, "/packages", "--ro-bind", str(self.folder / "master.key"), "/run/secrets/master_key"]
        given += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/app", "--clearenv"]
        given += [part for name, value in self.environment().items() for part in ("--setenv", name, value)]
        return [*base, *given, *arguments]

    def environment(self) -> dict[str, str]:
        """Return the variables of image and compose file; of those the operator gives, the ones that must be given."""
        [line] = re.findall(r"^ENV (.*)$", DOCKERFILE, re.M)
        image = dict(pair.split("=", 1) for pair in line.split())
        composed = {name: re.sub(r"\$\{.*\}", "", str(value)) for name, value in COMPOSE["environment"].items()}
        own = {
            "WEGWEISER_PUBLIC_URL": "https://chat.example.org",
            "WEGWEISER_PORT": str(self.port),
            "WEGWEISER_EMBEDDINGS": "off",
        }
        return image | composed | own | {"PATH": image["PATH"].replace("$PATH", "/usr/bin:/bin")}

    def bot(self, *arguments: str) -> str:
        """Run a command of ours and return what it says."""
        ran = subprocess.run(self.command("python", "-m", "bot", *arguments), capture_output=True, text=True, timeout=60)
        return ran.stdout + ran.stderr

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start what the image starts; it has ended when the block is left."""
        started = [*json.loads(_line("ENTRYPOINT")), *json.loads(_line("CMD"))]
        with subprocess.Popen(self.command(*started), stdout=subprocess.DEVNULL) as process:
            try:
                yield process
            finally:
                process.kill()


def _line(word: str) -> str:
    [found] = re.findall(rf"^{word} (\[.*\])$", DOCKERFILE, re.M)
    return str(found)


@pytest.fixture
def container(tmp_path: Path) -> Container:
    if not shutil.which("bwrap") or subprocess.run(["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"]).returncode:
        pytest.skip("bubblewrap is not installed or may not be used here")
    return Container(tmp_path, free_port())


def test_the_server_does_its_work_as_another_user_with_nothing_to_write_to_but_the_volumes(container: Container) -> None:
    [probe] = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.M)
    healthy = [part.replace("8080", str(container.port)) for part in json.loads(probe)]
    with container.running(), httpx.Client(base_url=f"http://127.0.0.1:{container.port}", timeout=30) as amina:
        give_up = time.monotonic() + 60
        while not _ready(amina):
            assert time.monotonic() < give_up
            time.sleep(0.1)
        assert subprocess.run(container.command(*healthy), timeout=30).returncode == 0
        token = amina.post("/api/chat", json={"language": "ar", "consent": True}).json()["token"]
        said = amina.post("/api/chat/messages", json={"id": "1", "text": "شكرا"}, headers={"authorization": f"Bearer {token}"})
        assert said.json() == {"received": True, "new": True}
        link = container.bot("staff", "invite", "--name", "Beate Muster", "--agency", "example-a").split()[0]
        assert amina.get(link.removeprefix("https://chat.example.org")).status_code == 200
        doctor = container.bot("doctor")
    assert "Rights            data and key are for their owner only" in doctor
    assert "into /backups; the last good one is of" in doctor
    assert [each.suffix for each in (container.folder / "backups").iterdir()] == [".backup"]


def _ready(browser: httpx.Client) -> bool:
    try:
        return browser.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_the_image_gets_what_it_is_made_of_and_no_key_and_no_data() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sent = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert sent == {source for source, _ in COPIED}
    assert all((ROOT / each).exists() for each in sent)


def test_the_unit_says_nothing_wrong_and_leaves_little_exposed(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    lines = text[text.index("    [Unit]") :].splitlines()
    unit = "\n".join(line.removeprefix("    ") for line in lines)
    file = tmp_path / "wegweiser.service"
    file.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit, flags=re.M), "utf-8")
    said = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
    judged = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager", file])
    assert judged.returncode == 0
