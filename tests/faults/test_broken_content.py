"""A volunteer's mistake: every command says in which file, where in it and what to do, and does not start."""

from pathlib import Path

import pytest

from tests.adapters.content.folder import FILES
from tests.commands import wegweiser

BROKEN = [
    ("knowledge/topics.yaml", b"housing: {icon: [}", "knowledge/topics.yaml: Zeile 1: "),
    ("knowledge/topics.yaml", b"", "knowledge/topics.yaml: Die Datei ist leer. "),
    ("knowledge/topics.yaml", b"housing: {icon: x, order: first}", "knowledge/topics.yaml: housing \u2192 order: "),
    ("knowledge/emergency.yaml", b"- 112", "knowledge/emergency.yaml: "),
    ("knowledge/articles/flat-search/de.md", "Für".encode("latin-1"), "flat-search/de.md: Die Datei ist nicht in UTF-8"),
    ("knowledge/articles/flat-search/de.md", b"# Wohnung", "flat-search/de.md: Der Kopf fehlt. "),
    ("flows/broken.yaml", b"flow: other\n", "flows/broken.yaml: "),
    (
        "locales/ar/LC_MESSAGES/flows.po",
        b'msgid "x\n',
        "locales/ar/LC_MESSAGES/flows.po: Die \u00dcbersetzungsdatei ist besch\u00e4digt",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(("name", "data", "said"), BROKEN)
def test_file_place_and_what_to_do_are_named(folder: Path, name: str, data: bytes, said: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    data_folder = folder / "elsewhere"
    run = wegweiser("run", data=data_folder / "data", key_file=data_folder / "key", content=folder)
    demo = wegweiser("demo", "--content", folder, "--data", data_folder / "demo")
    check = wegweiser("check", "--content", folder)
    assert (run.status, demo.status, check.status) == (2, 2, 1)
    assert said in run.err
    assert said in demo.err
    assert said in check.out
    assert not data_folder.exists()


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    for name in ("knowledge/topics.yaml", "knowledge/facts.yaml", "flows/broken.yaml"):
        (folder / name).write_bytes(b"[")
    ran = wegweiser("demo", "--content", folder)
    for name in ("knowledge/topics.yaml", "knowledge/facts.yaml", "flows/broken.yaml"):
        assert f"{name}: Zeile" in ran.err
