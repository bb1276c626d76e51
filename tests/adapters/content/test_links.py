"""Looking for dead links, against a real server on this machine."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from bot.adapters.content.links import check_links, collect
from bot.adapters.content.problems import Problem
from tests.adapters.content.folder import BOT, DEPOSIT, HOUSING, SITE, Folder
from tests.commands import wegweiser

AR = "locales/ar/LC_MESSAGES/flows.po"
ARTICLE, GERMAN = f"{DEPOSIT}/article.yaml", f"{DEPOSIT}/de.md"
REAL = ("https://www.gesetze-im-internet.de/bgb/__551.html", "https://example.org/")


@dataclass
class Site:
    """A server whose pages answer as their path says, and what it was asked."""

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            made.asked.append((self.command, self.path))
            made.times.append(time.monotonic())
            made.agents.add(self.headers["User-Agent"])
            _, kind, *rest = self.path.split("/")
            if kind == "slow":
                time.sleep(1)
            if kind == "no-head":
                kind = rest[0] if self.command == "HEAD" else "200"
            self.send_response(int(kind) if kind.isdigit() else 200)
            if kind in ("301", "302"):
                self.send_header("Location", "/" + "/".join(rest))
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def offline(folder: Folder, site: Site) -> Folder:
    """The folder with its only addresses on the local server."""
    folder.change(ARTICLE, REAL[0], f"{site.url}/200/law")
    folder.change("knowledge/articles/flat-search/article.yaml", REAL[1], f"{site.url}/200/guide")
    return folder


def found(folder: Folder, pause: float = 0.0, timeout: float = 5.0) -> list[Problem]:
    return check_links(collect(folder.root), pause=pause, timeout=timeout)


def test_pages_that_answer_are_no_problem(offline: Folder) -> None:
    assert found(offline) == []


@pytest.mark.parametrize("status", ["404", "410"])
def test_a_page_that_is_gone_is_an_error_with_file_and_what_to_do(offline: Folder, site: Site, status: str) -> None:
    offline.change(ARTICLE, "/200/law", f"/{status}/law")
    [problem] = found(offline)
    assert (problem.file, problem.place, problem.severity) == (ARTICLE, "Zeile 6", "error")
    assert f"{site.url}/{status}/law" in problem.message
    assert "Suchen Sie die neue Adresse" in problem.message


def name_service() -> bool:
    try:
        socket.getaddrinfo("nothing.invalid", 80)
    except socket.gaierror as error:
        return error.errno != socket.EAI_AGAIN
    return False


@pytest.mark.skipif(not name_service(), reason="needs a name service that says what does not exist")
def test_a_name_that_does_not_exist_is_an_error(offline: Folder) -> None:
    offline.add(GERMAN, "\n[Portal](https://nothing.invalid/a)\n")
    [problem] = found(offline)
    assert (problem.file, problem.severity) == (GERMAN, "error")
    assert "Den Namen in https://nothing.invalid/a gibt es nicht" in problem.message


def test_where_no_name_can_be_looked_up_the_connection_is_to_blame(folder: Folder) -> None:
    for article, real in zip((ARTICLE, "knowledge/articles/flat-search/article.yaml"), REAL, strict=True):
        folder.change(article, real, "https://nothing.invalid/a")
    folder.translate()
    ran = wegweiser("check", "--links", "--content", folder.root)
    assert ran.status == 2
    assert "connected to the internet" in ran.err


@pytest.mark.parametrize("address", ["http://a..b/c", "http://[::1/", "http://1.2.3.4:99999/"])
def test_what_is_no_address_is_an_error(offline: Folder, address: str) -> None:
    offline.change("knowledge/facts.yaml", "BGB § 551", address)
    [problem] = found(offline)
    assert (problem.file, problem.severity) == ("knowledge/facts.yaml", "error")


def test_a_page_that_moved_for_good_is_a_hint_with_its_new_address(offline: Folder, site: Site) -> None:
    offline.change(ARTICLE, "/200/law", "/301/301/200/new")
    [problem] = found(offline)
    assert problem.severity == "warning"
    assert f"{site.url}/200/new" in problem.message
    offline.change(ARTICLE, "/301/301/200/new", "/302/200/new")
    assert found(offline) == []


def test_a_moved_page_that_is_gone_is_an_error(offline: Folder) -> None:
    offline.change(ARTICLE, "/200/law", "/301/404")
    assert [problem.severity for problem in found(offline)] == ["error"]


@pytest.mark.parametrize("path", ["/slow/page", "/500/page", "/403/page", "/429/page"])
def test_a_page_that_does_not_answer_now_is_a_hint(offline: Folder, path: str) -> None:
    offline.change(ARTICLE, "/200/law", path)
    [problem] = found(offline, timeout=0.3)
    assert problem.severity == "warning"


@pytest.mark.parametrize("status", ["403", "405"])
def test_a_server_that_does_not_like_to_be_asked_briefly_is_asked_for_the_page(offline: Folder, site: Site, status: str) -> None:
    offline.change(ARTICLE, "/200/law", f"/no-head/{status}")
    assert found(offline) == []
    assert [method for method, path in site.asked if "no-head" in path] == ["HEAD", "GET"]


def test_every_address_is_asked_for_once_and_named_at_its_first_place(offline: Folder, site: Site) -> None:
    for path in (GERMAN, "knowledge/articles/flat-search/de.md"):
        offline.add(path, f"\n[Portal]({site.url}/404/portal#top)\n")
    offline.change(HOUSING, "Das dauert oft.", f"Das steht [hier]({site.url}/404/portal).")
    [problem] = found(offline)
    assert "und an 2 weiteren Stellen" in problem.message
    assert len([path for _, path in site.asked if path == "/404/portal"]) == 2  # HEAD, and GET to be sure


def test_addresses_are_found_wherever_volunteers_write_them(offline: Folder, site: Site) -> None:
    offline.change(BOT, "Bitte rufen Sie sofort Hilfe.", f'"Hilfe: <{site.url}/404/bot>"')
    offline.add(SITE, f"source: {site.url}/404/site\n")
    offline.change("knowledge/facts.yaml", "BGB § 551", f"{site.url}/404/fact")
    offline.write("knowledge/glossary.yaml", f"office: {{term: Amt, text: 'Ein Haus: {site.url}/404/term.'}}\n")
    offline.translate()
    offline.change(AR, '"Worum geht es? ar"', f'"{site.url}/404/ar"')
    places = {urlsplit(address).path: file for address, [(file, _), *_] in collect(offline.root).items()}
    assert places["/404/bot"] == BOT
    assert places["/404/ar"] == AR
    assert places["/404/site"] == SITE
    assert places["/404/fact"] == "knowledge/facts.yaml"
    assert places["/404/term"] == "knowledge/glossary.yaml"


def test_a_server_is_asked_slowly_and_told_who_asks(offline: Folder, site: Site) -> None:
    found(offline, pause=0.4)
    assert len(site.times) == 2
    assert site.times[1] - site.times[0] >= 0.4
    assert all(agent.startswith("Wegweiser") for agent in site.agents)


def test_without_the_flag_nobody_is_asked(offline: Folder, site: Site) -> None:
    offline.change(ARTICLE, "/200/law", "/404/law")
    offline.translate()
    ran = wegweiser("check", "--content", offline.root)
    assert (ran.status, site.asked) == (0, [])
    ran = wegweiser("check", "--links", "--content", offline.root)
    assert ran.status == 1
    assert f"{ARTICLE}: Zeile 6: " in ran.out
    assert "Asking for 2 addresses" in ran.err
