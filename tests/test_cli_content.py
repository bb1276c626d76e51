"""What volunteers type to keep the content: laying out files, the table of translations, looking for dead links."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.content.loader import load
from bot.adapters.content.wording import still_german
from bot.core.content import Content
from bot.core.language import LANGUAGES
from tests.adapters.content.folder import DEPOSIT, Folder
from tests.commands import Ran, wegweiser

TODAY = datetime.now(UTC).date()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.translate()
    return made


def on(folder: Folder, *arguments: object) -> Ran:
    return wegweiser(*arguments, "--content", folder.root)


def texts(folder: Folder) -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in folder.root.rglob("*") if path.is_file()}


# A new article


def test_a_new_article_is_one_the_bot_can_read(folder: Folder) -> None:
    ran = on(folder, "article", "new", "kitchen", "--topic", "housing", "--title", "Eine Küche  finden")
    assert (ran.status, ran.err) == (0, "")
    assert [Path(line).name for line in ran.out.splitlines()[:2]] == ["article.yaml", "de.md"]
    article = load(folder.root).knowledge.articles["kitchen"]
    assert (article.topic, article.revision, article.wordings["de"].title) == ("housing", 1, "Eine Küche finden")
    assert timedelta(days=178) <= article.review_by - TODAY <= timedelta(days=184)


def test_a_new_article_is_an_error_of_the_check_until_no_hint_is_left(folder: Folder) -> None:
    on(folder, "article", "new", "kitchen", "--topic", "housing")
    found = [error for error in folder.errors() if "articles/kitchen/" in error]
    assert all("Hier steht noch der Hinweis '[[" in error for error in found)
    assert {error.split(":")[0].rpartition("/")[2] for error in found} == {"article.yaml", "de.md"}
    assert on(folder, "check").status == 1
    for name in ("article.yaml", "de.md"):
        path = folder.root / "knowledge/articles/kitchen" / name
        lines = path.read_text("utf-8").split("\n")
        path.write_text("\n".join(line.replace("[[", f"{n} ").replace("]]", "") for n, line in enumerate(lines)), "utf-8")
    folder.change("knowledge/articles/kitchen/article.yaml", "https://5 ", "https://")
    assert folder.errors() == []


def test_an_article_that_is_there_is_not_touched(folder: Folder) -> None:
    before = texts(folder)
    ran = on(folder, "article", "new", "rental-deposit", "--topic", "housing")
    assert (ran.status, texts(folder)) == (2, before)
    assert "There is an article 'rental-deposit' already" in ran.err


@pytest.mark.parametrize(
    ("id", "topic", "said"),
    [
        ("Küche", "housing", "'Küche' is no id"),
        ("../x", "housing", "'../x' is no id"),
        ("kitchen", "cooking", "There is no topic 'cooking'. There are: housing."),
    ],
)
def test_what_cannot_be_a_new_article_is_said(folder: Folder, id: str, topic: str, said: str) -> None:
    before = texts(folder)
    ran = on(folder, "article", "new", id, "--topic", topic)
    assert (ran.status, texts(folder)) == (2, before)
    assert said in ran.err


def test_a_folder_that_cannot_be_written_is_named(folder: Folder) -> None:
    (folder.root / "locales").rename(folder.root / "elsewhere")
    (folder.root / "locales").touch()
    ran = on(folder, "language", "add", "so")
    assert ran.status == 2
    assert "locales/so" in ran.err
    assert "cannot be written" in ran.err


# Translations


def test_a_new_translation_is_the_german_text_and_an_error_until_it_is_translated(folder: Folder) -> None:
    ran = on(folder, "translation", "new", "tr", "rental-deposit")
    assert (ran.status, ran.err) == (0, "")
    wording = load(folder.root).knowledge.articles["rental-deposit"].wordings["tr"]
    assert (wording.of, wording.status, wording.title) == (2, "draft", "Die Kaution")
    assert folder.finds(f"{DEPOSIT}/tr.md", "noch deutsch")
    path = folder.root / DEPOSIT / "tr.md"
    head = path.read_text("utf-8").partition("# Die Kaution")[0]
    path.write_text(head + "# Depozito\nEn fazla {deposit_max}.\n", "utf-8")
    assert folder.errors() == []


def test_all_missing_translations_of_a_language_are_laid_out_at_once(folder: Folder) -> None:
    folder.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla {deposit_max}.")
    before = texts(folder)
    ran = on(folder, "translation", "new", "Türkçe")
    assert ran.out.startswith(f"{folder.root}/knowledge/articles/flat-search/tr.md\n")
    assert len(texts(folder)) == len(before) + 1
    assert before.items() <= texts(folder).items()
    assert "Every article has a translation to tr" in on(folder, "translation", "new", "tr").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tr", "flat-search", "nothing"], "There is no article 'nothing'"),
        (["tr", "flat-search", "rental-deposit"], "has a translation to tr already"),
        (["so"], "First: wegweiser language add so"),
        (["de"], "German is what is translated from"),
    ],
)
def test_translations_that_cannot_be_laid_out_change_nothing(folder: Folder, arguments: list[str], said: str) -> None:
    folder.translate_article("rental-deposit", "tr", "# Depozito\nEn fazla {deposit_max}.")
    before = texts(folder)
    ran = on(folder, "translation", "new", *arguments)
    assert (ran.status, texts(folder)) == (2, before)
    assert said in ran.err


def test_every_article_laid_out_for_translation_is_found_by_the_check(content: Content) -> None:
    for article in content.knowledge.articles.values():
        german = article.wordings["de"].body
        assert still_german(german, german), article.id


# Languages


def test_a_language_the_bot_does_not_know_gets_its_files_and_the_line_to_add(folder: Folder) -> None:
    folder.write("knowledge/glossary.yaml", "office: {term: Amt, text: Ein Haus.}\n")
    ran = on(folder, "language", "add", "ps")
    assert (ran.status, ran.err) == (0, "")
    for domain in ("flows", "glossary"):
        assert f"locales/ps/LC_MESSAGES/{domain}.po\n" in ran.out
    assert 'Language("ps", "پښتو", "rtl"),' in ran.out
    assert '"Language: ps\\n"' in (folder.root / "locales/ps/LC_MESSAGES/flows.po").read_text("utf-8")
    assert folder.errors() == []
    assert folder.warns("locales/ps: Der Bot kennt diese Sprache noch nicht")


def test_a_known_language_gets_what_it_lacks_and_nothing_else_changes(folder: Folder) -> None:
    before = texts(folder)
    lost = folder.root / "locales/uk/LC_MESSAGES/flows.po"
    lost.unlink()
    ran = on(folder, "language", "add", "ua")
    assert ran.out.splitlines()[0] == str(lost)
    assert "wegweiser translation new uk" in ran.out
    after = texts(folder)
    assert {path for path in before if before[path] != after[path]} == {lost}


@pytest.mark.parametrize("code", ["zz", "klingon", "../x", "de", "pt_BR", ""])
def test_what_is_no_language_to_add_is_said(folder: Folder, code: str) -> None:
    before = texts(folder)
    ran = on(folder, "language", "add", code)
    assert (ran.status, ran.out, texts(folder)) == (2, "", before)


def test_all_languages_of_the_bot_can_be_added_again(folder: Folder) -> None:
    for code in set(LANGUAGES) - {"de"}:
        assert on(folder, "language", "add", code).status == 0
