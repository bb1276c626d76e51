"""Downloading goes on where it was cut, takes only the file of the first time, and says what to do instead."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.adapters.argos import download as module
from bot.adapters.argos.download import connection, download, pins
from bot.adapters.argos.index import Offer, find, read_index
from bot.adapters.argos.model import try_out
from bot.adapters.argos.packages import Package, PackageError, installed
from tests.adapters.argos.shop import File, Shop, open_shop
from tests.adapters.argos.tiny import package

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return package(tmp_path_factory.mktemp("stick") / "de_en.argosmodel", "de-en").read_bytes()


@pytest.fixture
def shop(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with open_shop() as shop:
        shop.files["/de-en.argosmodel"] = File(content)
        yield shop


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with connection(seconds=5) as client:
        yield client


def offer(shop: Shop, *paths: str) -> Offer:
    return Offer("de", "en", "1.0", tuple(shop.address + each for each in paths or ("/de-en.argosmodel",)))


def nothing_left(folder: Path) -> bool:
    return not list(folder.rglob("*.argosmodel")) and not list(folder.glob(".d*"))


def test_a_package_is_fetched_installed_and_remembered(shop: Shop, client: httpx.Client, content: bytes, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    found = download(client, offer(shop), tmp_path, DAY, try_out, lambda done, total: seen.append((done, total)))
    assert installed(tmp_path) == [found]
    assert found.name == "de-en 1.0"
    assert seen[-1] == (len(content), len(content))
    link = f"{shop.address}/de-en.argosmodel"
    assert json.loads((tmp_path / "downloads.json").read_text("utf-8")) == {
        link: {"sha256": found.sha256, "size": len(content), "date": "2026-11-22"}
    }
    assert nothing_left(tmp_path)


def test_a_cut_connection_is_taken_up_where_it_broke_off(shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    shop.files["/de-en.argosmodel"].cuts = [9000, 5000]
    assert download(client, offer(shop), tmp_path, DAY, try_out)
    assert [wanted for _, wanted in shop.asked] == ["", "bytes=9000-", "bytes=14000-"]


def test_a_later_call_goes_on_as_well(shop: Shop, client: httpx.Client, content: bytes, tmp_path: Path) -> None:
    file = shop.files["/de-en.argosmodel"]
    file.cuts = [9000, 0]
    with pytest.raises(PackageError, match="the same command goes on from there"):
        download(client, offer(shop), tmp_path, DAY, try_out)
    assert installed(tmp_path) == []
    seen: list[int] = []
    assert download(client, offer(shop), tmp_path, DAY, try_out, lambda done, total: seen.append(done))
    assert shop.asked[-1][1] == "bytes=9000-"
    assert min(seen) > 9000
    assert seen[-1] == len(content)


@pytest.mark.parametrize("change", ["no ranges", "another file", "no name for the version"])
def test_what_cannot_be_continued_begins_anew(change: str, shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    file = shop.files["/de-en.argosmodel"]
    good = file.content
    file.cuts = [9000]
    if change == "no ranges":
        file.ranges = False
    elif change == "another file":
        file.content = b"x" * 20_000
        file.cuts = [9000, 0]
        with pytest.raises(PackageError):
            download(client, offer(shop), tmp_path, DAY, try_out)
        file.content, file.tag = good, '"2"'
    else:
        file.tag = ""
    assert download(client, offer(shop), tmp_path, DAY, try_out).sha256 == hashlib.sha256(good).hexdigest()


def test_a_whole_file_that_was_not_taken_yet_is_fetched_again(
    shop: Shop, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> Package:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "_take", killed)
        with pytest.raises(KeyboardInterrupt):
            download(client, offer(shop), tmp_path, DAY)
    assert download(client, offer(shop), tmp_path, DAY, try_out)


def test_another_file_than_the_first_time_is_refused(shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    old = download(client, offer(shop), tmp_path, DAY, try_out)
    other = package(tmp_path / "stick" / "de_en.argosmodel", "de-en", version="6.6").read_bytes()
    shop.files["/de-en.argosmodel"] = File(other, '"2"')
    with pytest.raises(PackageError, match=r"not the one that came from there on 2026-11-22; nothing was changed") as refused:
        download(client, offer(shop), tmp_path, date(2027, 1, 5), try_out)
    assert "downloads.json" in str(refused.value)
    assert [each for each in installed(tmp_path) if each.path.name == "de_en"] == [old]
    assert {pin.sha256 for pin in pins(tmp_path).values()} == {old.sha256}
    assert not list(tmp_path.glob(".d*"))


def test_the_same_file_again_is_taken_and_the_first_day_kept(shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    for day in (DAY, date(2027, 1, 5)):
        assert download(client, offer(shop), tmp_path, day, try_out)
    assert [pin.date for pin in pins(tmp_path).values()] == ["2026-11-22"]


def test_links_are_tried_in_turn(shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    found = download(client, offer(shop, "/gone", "/de-en.argosmodel"), tmp_path, DAY, try_out)
    assert found.pair == "de-en"
    assert list(pins(tmp_path)) == [f"{shop.address}/de-en.argosmodel"]
    with pytest.raises(PackageError, match=r"could not be downloaded\.\n.*/gone: 404 Not Found\n.*/lost: 404") as refused:
        download(client, offer(shop, "/gone", "/lost"), tmp_path, DAY, try_out)
    assert "goes on" not in str(refused.value)


def test_what_is_not_the_package_that_was_promised_is_refused_and_not_remembered(
    shop: Shop, client: httpx.Client, tmp_path: Path
) -> None:
    shop.files["/page"] = File(b"<html>Please log in</html>")
    for path, wanted, said in (
        ("/page", "de", "damaged or no Argos package"),
        ("/de-en.argosmodel", "uk", "it is de-en, not uk-en"),
    ):
        with pytest.raises(PackageError, match=said):
            download(client, Offer(wanted, "en", "1.0", (shop.address + path,)), tmp_path, DAY, try_out)
    assert installed(tmp_path) == []
    assert pins(tmp_path) == {}
    assert nothing_left(tmp_path)


def test_a_file_that_is_too_large_is_not_stored(
    shop: Shop, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 1000)
    with pytest.raises(PackageError, match="is larger than"):
        download(client, offer(shop), tmp_path, DAY, try_out)
    assert nothing_left(tmp_path)


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://models.example.org/de_en.argosmodel", "only https:// is fetched"),
        ("/redirect", "only https:// is fetched"),
        ("ftp://127.0.0.1/x", "protocol"),
        ("https://127.0.0.1:port/x", "Invalid port"),
    ],
)
def test_only_safe_connections_are_used(link: str, said: str, shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    shop.files["/redirect"] = File(b"", location="http://models.example.org/de_en.argosmodel")
    with pytest.raises(PackageError, match=f"could not be downloaded.\n.*{said}"):
        download(client, Offer("de", "en", "1.0", (link.replace("/redirect", f"{shop.address}/redirect"),)), tmp_path, DAY)
    assert nothing_left(tmp_path)


def test_a_damaged_memory_of_downloads_is_said(shop: Shop, client: httpx.Client, tmp_path: Path) -> None:
    for content in ("{", "[]", '{"x": 1}'):
        (tmp_path / "downloads.json").write_text(content)
        with pytest.raises(PackageError, match=r"downloads\.json is damaged"):
            download(client, offer(shop), tmp_path, DAY)
    assert shop.asked == []


def test_the_newest_package_of_a_pair_is_found(shop: Shop, client: httpx.Client) -> None:
    entries = [shop.offer("de-en", version) for version in ("1.9", "1.10", "1.2")]
    odd = [
        {"from_code": 1},
        "text",
        {"type": "sbd", "from_code": "de", "to_code": "en", "links": ["https://x"]},
        {"links": ["ipfs://x"]},
    ]
    offers = read_index(client, shop.list_packages(*odd, *entries))  # type: ignore[arg-type]
    assert len(offers) == 3
    assert find(offers, "de_en").version == "1.10"


def test_a_missing_pair_is_answered_with_what_leads_there(shop: Shop, client: httpx.Client) -> None:
    pairs = ("de-en", "en-de", "en-ar", "uk-en", "en-uk")
    offers = read_index(client, shop.list_packages(*map(shop.offer, pairs)))
    for pair, said in (
        ("de-ar", r"no package de-ar\. Through English these two lead there: wegweiser models download de-en en-ar"),
        ("ar-de", r"no way through English either: ar-en is missing"),
        ("en-pl", r"knows these languages: ar, de, en, uk\."),
        ("de-ku", r"There is no Argos model for Kurdish \(ku\)"),
        ("ti-ps", r"Tigrinya \(ti\) and Pashto \(ps\)"),
        ("deutsch", r"'deutsch' is no pair of languages"),
    ):
        with pytest.raises(PackageError, match=said):
            find(offers, pair)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<html>", "is no list"), (b"{}", "is no list"), (b"[1]", "is no list"), (b"[" * 5000, "is no list"), (None, "404")],
)
def test_an_index_that_is_none_is_said(content: bytes | None, said: str, shop: Shop, client: httpx.Client) -> None:
    if content is not None:
        shop.files["/index.json"] = File(content)
    with pytest.raises(PackageError, match=said):
        read_index(client, f"{shop.address}/index.json")


def test_a_server_that_does_not_answer_is_said(client: httpx.Client) -> None:
    with open_shop() as shop:
        closed = shop.address
    for url in (f"{closed}/index.json", "index.json", "http://models.example.org/index.json"):
        with pytest.raises(PackageError, match="cannot be fetched from"):
            read_index(client, url)
