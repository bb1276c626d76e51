"""A real CalDAV server in a thread: Radicale, on a free port, with calendars of Beate and Jens."""

import logging
import socket
import threading
from contextlib import closing
from pathlib import Path

import httpx
import radicale.config
import radicale.server

from bot.services.ports import Account
from tests.system import free_port

PASSWORD = "rote Gummistiefel"
EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//EN\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


class Radicale:
    """Can be stopped and started again; what it keeps is kept, and so is its address."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._calendar = 0
        # Where nothing is encrypted there are no certificates to read.
        self._client = httpx.Client(trust_env=False, verify=False)
        users = folder / "users"
        users.write_text("".join(f"{name}:{PASSWORD}\n" for name in ("beate", "jens")), "utf-8")
        self._settings = radicale.config.load()
        self._settings.update(
            {
                "server": {"hosts": f"127.0.0.1:{self.port}", "timeout": "5"},
                "auth": {"type": "htpasswd", "htpasswd_filename": str(users), "htpasswd_encryption": "plain", "delay": "0"},
                "storage": {"filesystem_folder": str(folder / "collections")},
            },
            "tests",
            privileged=True,
        )
        self._thread: threading.Thread | None = None
        logging.getLogger("radicale").setLevel(logging.CRITICAL)
        self.start()

    def fresh(self) -> "Radicale":
        """Give everybody a new calendar."""
        self._calendar += 1
        for name in ("beate", "jens"):
            self.ask("MKCALENDAR", self.account(name))
        return self

    def start(self) -> None:
        """Answer from now on."""
        self._stop, theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, args=(theirs,), daemon=True)
        self._thread.start()
        while not self._listens():
            assert self._thread.is_alive(), "Radicale did not start"

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._thread is not None:
            self._stop.close()
            self._thread.join(10)
            self._thread = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._client.close()

    def account(self, name: str = "beate", password: str = PASSWORD) -> Account:
        """Return somebody's calendar."""
        return Account(f"http://127.0.0.1:{self.port}/{name}/{self._calendar}/", name, password)

    def enter(self, name: str, *lines: str, who: str = "beate") -> None:
        """Let somebody enter an event of their own."""
        text = EVENT.format(lines="\r\n".join((f"UID:{name}", "DTSTAMP:20261101T090000Z", *lines)))
        self.ask("PUT", self.account(who), f"{name}.ics", text)

    def files(self, who: str = "beate") -> dict[str, str]:
        """Return what stands in somebody's calendar, by the names of the files."""
        listed = self.ask("PROPFIND", self.account(who), headers={"Depth": "1"}).text
        names = [part.partition("<")[0] for part in listed.split(f"/{who}/{self._calendar}/")[1:]]
        return {name: self.ask("GET", self.account(who), name).text for name in sorted(names) if name.endswith(".ics")}

    def ask(
        self, method: str, account: Account, name: str = "", text: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Do as somebody's own calendar program does."""
        who = (account.login, account.password)
        response = self._client.request(method, account.url + name, content=text, headers=headers, auth=who)
        response.raise_for_status()
        return response

    def _serve(self, stop: socket.socket) -> None:
        with closing(stop):
            radicale.server.serve(self._settings, stop)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True
