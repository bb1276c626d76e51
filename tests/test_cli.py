"""Every command as a person types it: what it prints, how it ends, and that nobody ever sees a traceback."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.core.content import Content
from tests.adapters.content.folder import FILES
from tests.commands import Ran, environment, wegweiser

QUESTION = "Wie hoch ist die Kaution?"


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A content folder with as little in it as answers need: no flows, no network, no crisis words, no translations."""
    for name, text in FILES.items():
        if name.startswith("knowledge/articles/") or name.endswith(("topics.yaml", "facts.yaml")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def asked(path: Path, *lines: object) -> Path:
    """Write questions as JSON lines, texts as they are."""
    file = path / "questions.jsonl"
    rows = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(rows), "utf-8")
    return file


def answers(ran: Ran) -> list[dict[str, Any]]:
    """Return what a command wrote as JSON lines."""
    assert (ran.status, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.split("\n") if line]


def test_ask_lists_the_best_articles_with_their_titles(knowledge: Path) -> None:
    ran = wegweiser("ask", QUESTION, "--content", knowledge)
    assert ran.status == 0
    assert ran.out.splitlines()[0].split()[1:] == ["rental-deposit", "Die", "Kaution"]
    assert ran.out.splitlines()[-1] == "Answered with rental-deposit."


def test_ask_explains_what_each_stage_found(knowledge: Path) -> None:
    ran = wegweiser("ask", "Wieviel Kauzion mus ich zalen", "--explain", "--content", knowledge)
    lines = dict(line.split(maxsplit=1) for line in ran.out.split("\n\n")[1].splitlines())
    assert lines["language"] == "de"
    for signal in ("meaning", "letters", "like:"):
        assert signal in lines["rental-deposit"]


def test_ask_without_sentence_vectors_offers_and_never_answers_what_is_only_alike(knowledge: Path) -> None:
    [alike] = answers(wegweiser("ask", "Wieviel Kauzion mus ich zalen", "--letters", "--json", "--content", knowledge))
    [same] = answers(wegweiser("ask", QUESTION, "--letters", "--json", "--content", knowledge))
    assert alike["results"][0]["article"] == same["results"][0]["article"] == "rental-deposit"
    assert (alike["answered"], same["answered"]) == (False, True)


def test_ask_answers_as_json(knowledge: Path) -> None:
    [answer] = answers(wegweiser("ask", QUESTION, "--json", "--language", "de", "--content", knowledge))
    assert list(answer) == ["id", "answered", "language", "results"]
    assert (answer["id"], answer["answered"], answer["language"]) == (None, True, "de")
    assert answer["results"][0]["article"] == "rental-deposit"


def test_ask_answers_a_file_line_by_line_with_exactly_these_keys(knowledge: Path) -> None:
    file = asked(knowledge, {"id": "a", "text": QUESTION, "language": "de"}, "", {"id": 2, "text": "Wie finde ich eine Wohnung?"})
    first, second = answers(wegweiser("ask", "--queries", file, "--content", knowledge))
    assert list(first) == list(second) == ["id", "answered", "language", "results"]
    assert (first["id"], first["language"], second["id"], second["language"]) == ("a", "de", 2, "de")
    assert [list(each) for each in second["results"]] == [["article", "score"]] * len(second["results"])
    assert second["results"][0]["article"] == "flat-search"


def test_ask_works_without_facts_and_crisis_words(knowledge: Path) -> None:
    (knowledge / "knowledge" / "facts.yaml").unlink()
    assert answers(wegweiser("ask", QUESTION, "--json", "--content", knowledge))[0]["answered"]


def test_ask_does_not_mind_mistakes_in_what_it_does_not_need(knowledge: Path) -> None:
    (knowledge / "flows").mkdir()
    (knowledge / "flows" / "housing.yaml").write_text("flow: [")
    assert wegweiser("ask", QUESTION, "--content", knowledge).status == 0


def test_ask_knows_languages_by_code_tag_or_name_and_else_by_what_is_written(knowledge: Path) -> None:
    given = ["uk", "ar-SY", "Türkçe", "sw", 5, None]
    file = asked(knowledge, *({"id": n, "text": QUESTION, "language": each} for n, each in enumerate(given)))
    found = [answer["language"] for answer in answers(wegweiser("ask", "--queries", file, "--content", knowledge))]
    assert found == ["uk", "ar", "tr", "de", "de", "de"]


def test_a_file_of_questions_may_have_one_language_for_all(knowledge: Path) -> None:
    file = asked(knowledge, {"id": 1, "text": QUESTION}, {"id": 2, "text": QUESTION, "language": "fa"})
    found = answers(wegweiser("ask", "--queries", file, "--language", "ru", "--content", knowledge))
    assert [answer["language"] for answer in found] == ["ru", "fa"]


def test_whether_it_is_answered_does_not_depend_on_how_many_are_shown(knowledge: Path) -> None:
    word = "wohnung kaution"
    few, many = (answers(wegweiser("ask", word, "--json", "--top", top, "--content", knowledge))[0] for top in (1, 5))
    assert len(few["results"]) == 1
    assert few["answered"] == many["answered"]


def test_a_text_may_hold_any_character(knowledge: Path) -> None:
    texts = ["zwei\u2028Zeilen", "\u0000", "\ud800", "😀" * 5000, "", "   "]
    file = asked(knowledge, *(json.dumps({"id": text[:9], "text": text}) for text in texts))
    found = answers(wegweiser("ask", "--queries", file, "--content", knowledge))
    assert [answer["answered"] for answer in found] == [False] * len(texts)


def test_a_file_may_begin_with_the_mark_windows_puts_there(knowledge: Path) -> None:
    file = asked(knowledge, {"id": 1, "text": QUESTION})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert answers(wegweiser("ask", "--queries", file, "--content", knowledge))[0]["answered"]


def test_an_emergency_is_not_answered_with_an_article(content: Content) -> None:
    [answer] = answers(wegweiser("ask", "Ich will mich umbringen", "--json"))
    assert not answer["answered"]
    assert wegweiser("ask", "Ich will mich umbringen").out.startswith("emergency card: ")


def test_what_nobody_knows_is_said(knowledge: Path) -> None:
    assert wegweiser("ask", "?", "--content", knowledge).out == "I do not know.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ("[1]", "line 2: write an object with a text"),
        ('{"id": 1}', "line 2: write an object with a text"),
        ('{"id": 1, "text": 5}', "line 2: write an object with a text"),
    ],
)
def test_a_line_that_is_no_question_is_named(knowledge: Path, line: str, said: str) -> None:
    ran = wegweiser("ask", "--queries", asked(knowledge, {"id": 1, "text": "x"}, line), "--content", knowledge)
    assert ran.status == 2
    assert said in ran.err


def test_a_file_of_another_encoding_is_named(knowledge: Path) -> None:
    file = asked(knowledge)
    file.write_bytes('{"id": 1, "text": "für"}'.encode("latin-1"))
    assert "is not in UTF-8" in wegweiser("ask", "--queries", file, "--content", knowledge).err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "Give a question"),
        (["ask", "x", "--queries", "f.jsonl"], "Give a question"),
        (["ask", "x", "--language", "Klingon"], "'Klingon' is not a language Wegweiser speaks. Choose one of: de, ar"),
        (["ask", "x", "--top", "0"], "at least 1"),
        (["ask", "--queries", "/nowhere.jsonl"], "/nowhere.jsonl cannot be read"),
        (["ask", "--queries", "/"], "/ cannot be read"),
        (["ask", "x", "--content", "/nowhere"], "knowledge/topics.yaml: Die Datei fehlt"),
        (["talk", "--language", "sw"], "'sw' is not a language"),
        (["talk", "--flow", "nothing"], "There is no flow 'nothing' to begin with. There are: german, "),
        (["qr", "topic-nothing", "--bot", "wegweiser_bot"], "'topic-nothing' is no topic or site. Write for example topic-"),
        (["qr", "nonsense", "--bot", "wegweiser_bot"], "'nonsense' is no topic or site"),
        (["qr", "topic-housing", "--bot", ""], "is no user name of a Telegram bot"),
        (["qr", "topic-housing", "--url", "chat.example.org"], "is no address of a page"),
        (["qr", "topic-housing", "--bot", "wegweiser_bot", "--out", "code.docx"], "must end in .svg, .png or .pdf"),
        (["qr", "topic-housing", "--bot", "wegweiser_bot", "--out", "/nowhere/code.svg"], "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(arguments: list[str], said: str) -> None:
    ran = wegweiser(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["ask", "x", "--top", "many"], ["qr", "topic-housing"], ["staff", "fire"]]
)
def test_a_command_that_is_mistyped_shows_how_it_is_typed(arguments: list[str]) -> None:
    ran = wegweiser(*arguments)
    assert ran.status == 2
    assert ran.err.startswith("usage: wegweiser")


def test_talk_answers_what_comes_through_a_pipe_and_ends_with_it() -> None:
    ran = wegweiser("talk", "--language", "uk", typed="1\nменю\n")
    assert (ran.status, ran.err) == (0, "")
    assert "🤖" in ran.out
    assert ran.out.count("Житло") == 2


def test_talk_asks_for_the_language_first() -> None:
    ran = wegweiser("talk")
    assert "Sprache" in ran.out
    assert "   1. Deutsch" in ran.out


def test_talk_begins_with_a_flow(content: Content) -> None:
    flow = content.flows["housing"]
    ran = wegweiser("talk", "--language", "de", "--flow", "housing")
    assert flow.texts.find(flow.key(flow.start), "de").text.split("{")[0] in ran.out


def test_talk_takes_bytes_that_are_no_text() -> None:
    command = [sys.executable, "-m", "bot", "talk", "--language", "en"]
    ran = subprocess.run(command, input=b"\xff\xfe\n\x00\n", capture_output=True, env=environment(), timeout=60)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "🤖".encode() in ran.stdout


def test_check_finds_the_real_content_fit_to_start() -> None:
    ran = wegweiser("check")
    assert "Fehler" in ran.out.splitlines()[-1]


def test_check_names_file_place_and_what_to_do_and_fails(knowledge: Path) -> None:
    (knowledge / "knowledge" / "articles" / "flat-search" / "article.yaml").write_text("topic: nothing\n")
    ran = wegweiser("check", "--content", knowledge)
    assert ran.status == 1
    assert "knowledge/articles/flat-search/article.yaml: risk: " in ran.out
    problems = json.loads(wegweiser("check", "--json", "--content", knowledge).out)
    assert {"file", "place", "message", "severity"} == set(problems[0])


def test_qr_makes_a_picture_that_leads_to_the_bot(tmp_path: Path) -> None:
    out = tmp_path / "wohnen.svg"
    ran = wegweiser("qr", "topic-housing", "--bot", "@wegweiser_bot", "--out", out)
    assert ran.out == f"{out} leads to https://t.me/wegweiser_bot?start=topic-housing\n"
    assert out.read_bytes().startswith(b"<?xml")


def test_qr_makes_a_picture_that_leads_to_the_page(tmp_path: Path, content: Content) -> None:
    out, site = tmp_path / "stelle.png", next(iter(content.network.sites))
    ran = wegweiser("qr", f"site-{site}", "--url", "https://chat.example.org/", "--out", out)
    assert f"https://chat.example.org/?start=site-{site}" in ran.out
    assert out.read_bytes().startswith(b"\x89PNG")
