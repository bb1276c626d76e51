"""What is translated: the count, the table in a terminal, and the page for volunteers."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.adapters.content.coverage import Coverage, as_html, as_json, as_text, cover
from bot.adapters.content.loader import load
from bot.core.language import LANGUAGES
from tests.adapters.content.folder import TODAY, Folder
from tests.commands import wegweiser

TURKISH = "# Depozito\nEn fazla {deposit_max}."
REVIEWED = "status: reviewed\nreviewer: Ayşe\nreviewed_on: 2026-11-01"


@pytest.fixture
def half(translated: Folder) -> Folder:
    """Turkish has both articles, one of them reviewed but outdated; Persian one, by machine; the other languages none."""
    translated.translate_article("rental-deposit", "tr", TURKISH, of=1, head=REVIEWED)
    translated.translate_article("flat-search", "tr", "# Ev <bulmak>\nSorun.", of=1, head=REVIEWED)
    translated.translate_article("rental-deposit", "fa", TURKISH, head="status: machine")
    translated.add("knowledge/topics.yaml", 'kita: {icon: "🏠", order: 2}\n')
    translated.add("flows/bot.yaml", "  topic_kita: Kita\n")
    translated.change("knowledge/articles/flat-search/article.yaml", "topic: housing", "topic: kita")
    translated.translate()
    return translated


def covered(folder: Folder) -> Coverage:
    return cover(load(folder.root).knowledge)


def test_every_article_counts_once_in_every_language(half: Folder) -> None:
    coverage = covered(half)
    assert coverage.count("tr", "housing") == {"outdated": 1}
    assert coverage.count("tr", "kita") == {"reviewed": 1}
    assert coverage.count("fa") == {"machine": 1, "missing": 1}
    assert coverage.count("ku") == {"missing": 2}
    assert coverage.topics == {"housing": 1, "kita": 1}


def test_what_is_to_do_is_missing_or_outdated_and_named_by_its_file(half: Folder) -> None:
    todo = covered(half).todo("tr")
    assert [(each.state, each.file) for each in todo] == [("outdated", "knowledge/articles/rental-deposit/tr.md")]
    assert [each.state for each in covered(half).todo("ku")] == ["missing", "missing"]


def test_topics_without_articles_take_no_room(half: Folder) -> None:
    half.change("knowledge/articles/flat-search/article.yaml", "topic: kita", "topic: housing")
    assert covered(half).topics == {"housing": 2}


def test_the_table_in_a_terminal_is_aligned_and_explains_itself(half: Folder) -> None:
    lines = as_text(covered(half)).split("\n")
    assert re.split(r"  +", lines[0]) == ["language", "total 2", "housing 1", "kita 1"]
    rows = {line.split()[0]: line for line in lines[1 : len(LANGUAGES)]}
    assert set(rows) == set(LANGUAGES) - {"de"}
    assert rows["tr"].split() == ["tr", "r1", "o1", "o1", "r1"]
    column = lines[0].index("housing")
    assert rows["tr"][column:].startswith("o1")
    assert rows["ku"][column:].startswith("x1")
    assert "r reviewed" in lines[-1]
    assert "x missing" in lines[-1]
    assert all(line == line.rstrip() for line in lines)


def test_the_count_for_programs_has_every_state_and_what_is_to_do(half: Folder) -> None:
    found = json.loads(as_json(covered(half)))
    assert found["topics"] == {"housing": 1, "kita": 1}
    none = {"reviewed": 0, "draft": 0, "machine": 0, "outdated": 0, "missing": 0}
    assert found["languages"]["fa"]["total"] == none | {"machine": 1, "missing": 1}
    assert found["languages"]["fa"]["topics"]["kita"] == none | {"missing": 1}
    assert found["languages"]["tr"]["todo"] == [
        {"article": "rental-deposit", "state": "outdated", "file": "knowledge/articles/rental-deposit/tr.md"}
    ]


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_a_table_with_headers_that_say_what_they_head(half: Folder) -> None:
    page = Page(as_html(covered(half), load(half.root).phrases, TODAY))
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert scopes.count("col") == 4
    assert scopes.count("row") == len(LANGUAGES) - 1
    assert ("html", {"lang": "de"}) in page.tags
    for words in ("Türkisch", "Wohnen", "Kita", "1 veraltet", "1 geprüft", "2 fehlen", "22.11.2026"):
        assert words in page.text


def test_the_page_names_the_files_to_start_with(half: Folder) -> None:
    page = Page(as_html(covered(half), load(half.root).phrases, TODAY))
    assert "knowledge/articles/rental-deposit/tr.md" in page.text
    assert "knowledge/articles/flat-search/tr.md" not in page.text
    assert "knowledge/articles/flat-search/ku.md" in page.text


def test_the_page_asks_nobody_for_anything_and_runs_nothing(half: Folder) -> None:
    half.change("knowledge/articles/flat-search/de.md", "# Eine Wohnung finden", "# <script>alert(1)</script>")
    page = Page(as_html(covered(half), load(half.root).phrases, TODAY))
    assert "script" not in {tag for tag, _ in page.tags}
    assert "<script>alert(1)</script>" in page.text
    assert not any(name in ("src", "href", "style", "onclick") for _, attributes in page.tags for name in attributes)


def test_the_command_prints_the_table_or_writes_the_page(half: Folder, tmp_path: Path) -> None:
    ran = wegweiser("coverage", "--content", half.root)
    assert (ran.status, ran.out) == (0, as_text(covered(half)) + "\n")
    assert json.loads(wegweiser("coverage", "--json", "--content", half.root).out)["topics"] == {"housing": 1, "kita": 1}
    page = tmp_path / "stand.html"
    assert wegweiser("coverage", "--html", page, "--content", half.root).out == f"{page}\n"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert "cannot be written" in wegweiser("coverage", "--html", "/nowhere/x.html", "--content", half.root).err
