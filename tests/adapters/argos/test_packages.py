"""Packages come from a stick and may be anything: only a whole, harmless and working one is installed."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from bot.adapters.argos import packages
from bot.adapters.argos.model import try_out
from bot.adapters.argos.packages import PackageError, install, installed, remove
from tests.adapters.argos.tiny import package


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package(tmp_path_factory.mktemp("stick") / "de_en.argosmodel", "de-en", license="CC0", description="Only a test.")


def changed(good: Path, file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write the good package with other members."""
    with ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_a_package_is_installed_listed_and_removed(good: Path, tmp_path: Path) -> None:
    found = install(good, tmp_path / "models", try_out)
    assert installed(tmp_path / "models") == [found]
    assert (found.pair, found.name, found.licence, found.description) == ("de-en", "de-en 1.0", "CC0", "Only a test.")
    assert len(found.sha256) == 64
    assert found.size > 10_000
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["de_en"]
    assert remove("de-en", tmp_path / "models") == found
    assert list((tmp_path / "models").iterdir()) == []


def test_a_newer_package_takes_the_place_of_the_old(good: Path, tmp_path: Path) -> None:
    install(good, tmp_path / "models")
    newer = install(package(tmp_path / "newer.argosmodel", "de-en", version="1.9"), tmp_path / "models")
    assert installed(tmp_path / "models") == [newer]
    assert newer.version == "1.9"


def test_what_is_no_package_is_left_out_with_a_warning(good: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = install(good, tmp_path)
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "metadata.json").write_text("{}")
    assert installed(tmp_path) == [found]
    assert len(caplog.messages) == 3
    assert installed(tmp_path / "nowhere") == []


def test_what_is_kept_beside_the_packages_is_no_stray_file(good: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = install(good, tmp_path)
    for name in ("downloads.json", "quality.json", ".part"):
        (tmp_path / name).write_text("{}")
    assert installed(tmp_path) == [found]
    assert caplog.messages == []


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "root/../../out.txt", "/etc/out.txt", "root\\..\\out.txt", "C:/out.txt", "root//out.txt", "root/./out.txt"],
)
def test_no_file_leads_out_of_the_package(name: str, good: Path, tmp_path: Path) -> None:
    def add(members: dict[str, bytes]) -> None:
        members[name] = b"evil"

    refused(changed(good, tmp_path / "evil.argosmodel", add), tmp_path, "leads out of the package")
    assert not list(tmp_path.rglob("out.txt"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_are_refused(kind: int, good: Path, tmp_path: Path) -> None:
    file = changed(good, tmp_path / "evil.argosmodel", lambda members: None)
    link = ZipInfo("translate-de_en-1_0/link")
    link.external_attr = (kind | 0o777) << 16
    with ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(file, tmp_path, "is a link or a device")


def test_a_bomb_is_refused_before_anything_is_unpacked(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(members: dict[str, bytes]) -> None:
        members["translate-de_en-1_0/zeros"] = bytes(20_000_000)

    refused(changed(good, tmp_path / "evil.argosmodel", add), tmp_path, "grows more than a hundredfold")
    monkeypatch.setattr(packages, "LARGEST", 1000)
    refused(good, tmp_path, "would take more than")


def test_a_package_has_one_folder_two_languages_a_model_and_a_tokenizer(good: Path, tmp_path: Path) -> None:
    def lacking(name: str) -> Callable[[dict[str, bytes]], None]:
        def take_out(members: dict[str, bytes]) -> None:
            del members[next(each for each in members if each.endswith(name))]

        return take_out

    def second_root(members: dict[str, bytes]) -> None:
        members["other/file"] = b""

    def no_root(members: dict[str, bytes]) -> None:
        members["file"] = b""

    def evil_language(members: dict[str, bytes]) -> None:
        members["translate-de_en-1_0/metadata.json"] = json.dumps({"from_code": "../x", "to_code": "en"}).encode()

    for number, (change, said) in enumerate(
        (
            (lacking("metadata.json"), "no readable metadata.json"),
            (lacking("model.bin"), "no model/model.bin"),
            (lacking("sentencepiece.model"), "neither sentencepiece.model nor bpe.model"),
            (second_root, "exactly one folder"),
            (no_root, "exactly one folder"),
            (evil_language, "names no two languages"),
        )
    ):
        refused(changed(good, tmp_path / f"{number}.argosmodel", change), tmp_path, said)


def test_a_damaged_file_is_refused(good: Path, tmp_path: Path) -> None:
    whole = good.read_bytes()
    for number, content in enumerate((b"", b"no zip", whole[: len(whole) // 2], whole[:5000] + b"\0" * 500 + whole[5500:])):
        file = tmp_path / f"{number}.argosmodel"
        file.write_bytes(content)
        refused(file, tmp_path, "damaged")
    refused(tmp_path / "missing.argosmodel", tmp_path, "cannot be used: No such file")


def test_a_model_that_does_not_load_is_refused_and_the_old_one_stays(good: Path, tmp_path: Path) -> None:
    def spoil(members: dict[str, bytes]) -> None:
        members["translate-de_en-1_0/model/model.bin"] = members["translate-de_en-1_0/model/model.bin"][:3000]

    old = install(good, tmp_path / "models", try_out)
    file = changed(good, tmp_path / "broken.argosmodel", spoil)
    with pytest.raises(PackageError, match="its model does not work"):
        install(file, tmp_path / "models", try_out)
    assert installed(tmp_path / "models") == [old]


def refused(file: Path, folder: Path, said: str) -> None:
    """Try to install; nothing may be there afterwards."""
    with pytest.raises(PackageError, match=said):
        install(file, folder / "models", try_out)
    assert list((folder / "models").glob("*")) == []
    assert list((folder / "models").glob(".*")) == []
