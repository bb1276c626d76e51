"""Adding a phrasing leaves the rest of the file as it was."""

from pathlib import Path

import pytest
import yaml

from bot.adapters.content.phrasings import NoPlace, add_phrasings, quoted

BODY = "---\n# Titel\nText --- mit Strichen.\n\n---\nEnde\n"


def added(tmp_path: Path, head: str, *phrasings: str) -> str:
    path = tmp_path / "de.md"
    path.write_bytes(f"---\n{head}{BODY}".encode())
    add_phrasings(path, phrasings)
    text = path.read_bytes().decode()
    assert text.startswith("---\n")
    assert text.endswith(BODY)
    return text[4 : -len(BODY)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("revision: 1\nphrasings:\n  - eins\n", "revision: 1\nphrasings:\n  - eins\n  - neu\n"),
        ("phrasings:\n- eins   # so\nrevision: 1   # bleibt\n", "phrasings:\n- eins   # so\n- neu\nrevision: 1   # bleibt\n"),
        ("phrasings:\n    - 'eins'\n\n# Ende\n", "phrasings:\n    - 'eins'\n    - neu\n\n# Ende\n"),
        ("phrasings:\n  - eins\n    geht weiter\nof: 1\n", "phrasings:\n  - eins\n    geht weiter\n  - neu\nof: 1\n"),
        ("phrasings:\n  - >-\n    eins\n    zwei\nof: 1\n", "phrasings:\n  - >-\n    eins\n    zwei\n  - neu\nof: 1\n"),
        ("phrasings: []   # leer\nof: 1\n", "phrasings: # leer\n  - neu\nof: 1\n"),
        ("of: 1\nphrasings: []\n", "of: 1\nphrasings:\n  - neu\n"),
        ('phrasings: [eins, "zwei"]\nof: 1\n', 'phrasings: [eins, "zwei", "neu"]\nof: 1\n'),
        ("phrasings: [eins,\n  zwei,]\nof: 1\n", 'phrasings: [eins,\n  zwei,"neu"]\nof: 1\n'),
        ("of: 1\nstatus: draft\n", "of: 1\nstatus: draft\nphrasings:\n  - neu\n"),
        ("of: 1\r\nphrasings:\r\n  - eins\r\n", "of: 1\r\nphrasings:\r\n  - eins\r\n  - neu\r\n"),
    ],
)
def test_a_phrasing_goes_to_the_end_of_the_list_however_it_is_written(tmp_path: Path, before: str, after: str) -> None:
    assert added(tmp_path, before, "neu") == after


@pytest.mark.parametrize(
    "phrasing",
    [
        "Hund: anmelden?",
        "# Kinder",
        "- nein",
        "a #b",
        '"so"',
        "'so",
        "[a",
        "{x}",
        "?",
        "كيف أحصل على Kita؟",
        "no",
        "10:00",
        "…",
        "&a",
        "a\\b",
    ],
)
def test_whatever_is_asked_is_read_as_it_was_asked(tmp_path: Path, phrasing: str) -> None:
    head = added(tmp_path, "phrasings:\n  - eins\n", phrasing)
    assert yaml.load(head, Loader=yaml.BaseLoader)["phrasings"] == ["eins", phrasing]
    head = added(tmp_path, "phrasings: [eins]\n", phrasing)
    assert yaml.load(head, Loader=yaml.BaseLoader)["phrasings"] == ["eins", phrasing]


def test_quotation_marks_stand_only_where_they_are_needed() -> None:
    assert [quoted(text) for text in ("Wo ist es?", "Hund: was?", 'er sagt "ja": gut')] == [
        "Wo ist es?",
        '"Hund: was?"',
        '"er sagt \\"ja\\": gut"',
    ]


def test_a_list_that_cannot_be_understood_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "de.md"
    path.write_text(f"---\nphrasings: &a eins\nof: 1\n{BODY}", "utf-8")
    before = path.read_bytes()
    with pytest.raises(NoPlace):
        add_phrasings(path, ["neu"])
    assert path.read_bytes() == before
