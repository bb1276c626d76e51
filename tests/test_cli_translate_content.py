"""`wegweiser translate-content` with the real test models, which know only rehearsed sentences and leave all others German."""

from dataclasses import fields
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot.adapters.argos.packages import install
from bot.adapters.argos.quality import write
from bot.adapters.argos.translator import ArgosTranslator
from bot.adapters.content import machine
from bot.adapters.content.catalogues import catalogue_path, update
from bot.adapters.content.loader import load
from bot.core.quality import Quality
from bot.core.translations import NotTranslated
from tests.adapters.content.folder import BOT, Folder
from tests.commands import Ran, wegweiser
from tests.conftest import ROOT

SCHOOL = "knowledge/articles/school"
ENGLISH, ARABIC = f"{SCHOOL}/en.md", f"{SCHOOL}/ar.md"
HEAD = """\
topic: housing
risk: green
audience: [all]
jurisdiction: DE
sources: [{title: Ratgeber, url: "https://example.org/", checked: 2026-08-19}]
review_by: 2027-02-01
"""
GERMAN = """\
---
revision: 1
phrasings: [Wie kommt mein Kind zur Schule?]
---
# Wie weit ist der Schulweg?
**Der Bus zur Schule ist kostenlos.** Die Ferien dauern sechs Wochen.

1. Sprechen Sie zuerst mit der Klassenlehrerin.
2. Der Brief ist **vom** Jobcenter.

{deposit_max} Die Kaution ist ein Darlehen vom Jobcenter.
[Schulen](https://example.org/a_b)
"""
IN_ENGLISH = """\
# How far is it to school?
**The bus to school is free.** The holidays last six weeks.

1. Speak to the class teacher first.
2. The letter is from the Jobcenter.

{deposit_max} The deposit is a loan from the Jobcenter.
[Schulen](https://example.org/a_b)
"""
PHRASES = """\
  closed: Am Wochenende ist unsere Beratung geschlossen.
  unheard: Pusteblumen fliegen weit.
  consent_free: Unsere Beratung ist kostenlos und vertraulich.
"""
GLOSSARY = "jobcenter: {term: Jobcenter, text: Das Jobcenter bezahlt die Klassenfahrt.}\n"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for pair in ("de_en", "en_ar"):
        install(ROOT / "tests/models" / f"{pair}.argosmodel", folder)
    return folder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Folder(tmp_path_factory.mktemp("school"))
    for article, text in (("rental-deposit", "Pay {deposit_max}."), ("flat-search", "Ask.")):
        for language in ("en", "ar"):
            folder.translate_article(article, language, f"# By a person\n{text}", of=1)
    folder.write(f"{SCHOOL}/article.yaml", HEAD)
    folder.write(f"{SCHOOL}/de.md", GERMAN)
    folder.translate()
    return folder.root


@pytest.fixture
def school(template: Path, tmp_path: Path) -> Folder:
    """The small folder with an article of rehearsed sentences; its other two articles have translations by people."""
    folder = Folder(tmp_path)
    copytree(template, tmp_path, dirs_exist_ok=True)
    return folder


def on(folder: Folder, models: Path, *options: object, language: str = "en") -> Ran:
    return wegweiser("translate-content", "--language", language, *options, "--content", folder.root, "--models", models)


def files(folder: Folder) -> dict[str, bytes]:
    return {path.relative_to(folder.root).as_posix(): path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}


def changed(folder: Folder, before: dict[str, bytes]) -> set[str]:
    after = files(folder)
    return {path for path in after if after[path] != before.get(path)}


def messages(folder: Folder, domain: str = "flows", language: str = "en") -> dict[str, Any]:
    with catalogue_path(folder.root, language, domain).open("rb") as file:
        return {each.context: each for each in read_po(file) if each.context}


# Articles


def test_a_missing_article_is_translated_with_its_links_facts_and_lists_and_the_check_is_content(
    school: Folder, models: Path
) -> None:
    before = files(school)
    ran = on(school, models)
    assert ran.status == 0
    assert changed(school, before) == {ENGLISH}
    assert (school.root / ENGLISH).read_text("utf-8").split("---\n")[2] == IN_ENGLISH
    wording = load(school.root).knowledge.articles["school"].wordings["en"]
    assert (wording.status, wording.of, wording.phrasings) == ("machine", 1, ())
    assert "machine: Argos de-en 1.0 (" in (school.root / ENGLISH).read_text("utf-8")
    assert school.errors() == []
    assert "1/1 school: written" in ran.out
    assert "Left as it is: flat-search, rental-deposit: translated by people (draft)" in ran.out
    assert "Next: wegweiser check" in ran.out
    assert "make vectors" in ran.out
    assert "These models are for tests" in ran.err


def test_arabic_comes_by_way_of_english(school: Folder, models: Path) -> None:
    assert on(school, models, "--article", "school", language="ar").status == 0
    text = (school.root / ARABIC).read_text("utf-8")
    assert "2. الرسالة من مركز العمل.\n" in text
    assert "machine: Argos de-en 1.0 + en-ar 1.0 (" in text
    assert school.errors() == []


def test_a_sentence_that_is_refused_stays_german_and_is_listed(school: Folder, models: Path) -> None:
    school.change(f"{SCHOOL}/de.md", "Die Ferien", "Pusteblumen fliegen. Die Ferien")
    ran = on(school, models)
    assert "stays German (the models are not sure): Pusteblumen fliegen." in ran.out
    assert "free.** Pusteblumen fliegen. The holidays" in (school.root / ENGLISH).read_text("utf-8")


def test_a_line_that_stays_german_is_a_warning_until_a_person_says_the_text_is_theirs(school: Folder, models: Path) -> None:
    school.change(f"{SCHOOL}/de.md", "2. Der", "2. Heute blühen hier Pusteblumen.\n3. Der")
    assert on(school, models).status == 0
    assert school.errors() == []
    assert school.warns(ENGLISH, "1 Zeile ist noch deutsch: 'Heute blühen hier Pusteblumen.'")
    school.change(ENGLISH, "status: machine", "status: draft")
    assert school.finds(ENGLISH, "1 Zeile ist noch deutsch")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("# Wie weit ist der Schulweg?", "# Pusteblumen", "its title would stay German"),
        ("1. Sprechen", "Pusteblumen fliegen weit über das Land, wenn im Mai der Wind weht.\n1. Sprechen", "more than 20%"),
    ],
)
def test_an_article_that_would_be_too_german_is_not_written(school: Folder, models: Path, old: str, new: str, why: str) -> None:
    school.change(f"{SCHOOL}/de.md", old, new)
    before = files(school)
    ran = on(school, models)
    assert (ran.status, changed(school, before)) == (0, set())
    assert f"Left as it is: school: {why}" in ran.out


def test_a_red_article_is_left_to_people(school: Folder, models: Path) -> None:
    school.change(f"{SCHOOL}/article.yaml", "risk: green", "risk: red")
    before = files(school)
    ran = on(school, models)
    assert ran.status == 0
    assert "Left as it is: school: risk red, only people may translate it" in ran.out
    assert "There is nothing to translate to en." in ran.out
    ran = on(school, models, "--article", "school")
    assert (ran.status, ran.err.count("\n")) == (2, 2)
    assert "'school' is left as it is: risk red, only people may translate it. Nothing was changed." in ran.err
    assert changed(school, before) == set()


def test_an_outdated_text_is_renewed_only_while_it_is_the_machines_own(school: Folder, models: Path) -> None:
    on(school, models)
    assert "There is nothing to translate" in on(school, models).out
    school.change(ENGLISH, "phrasings: []", "phrasings: [school bus]")
    school.change(f"{SCHOOL}/de.md", "revision: 1", "revision: 2")
    school.change(f"{SCHOOL}/de.md", "Die Ferien dauern sechs Wochen.", "Das kann bis zu 8 Wochen dauern.")
    assert on(school, models).status == 0
    wording = load(school.root).knowledge.articles["school"].wordings["en"]
    assert (wording.of, wording.phrasings, "8 weeks" in wording.body) == (2, ("school bus",), True)
    school.change(ENGLISH, "first.", "first!")
    school.change(f"{SCHOOL}/de.md", "revision: 2", "revision: 3")
    before = files(school)
    assert "Left as it is: school: somebody changed the machine's words" in on(school, models).out
    school.change(ENGLISH, "status: machine", "status: reviewed\nreviewer: Volkan\nreviewed_on: 2026-11-22")
    assert "school: translated by people (reviewed)" in on(school, models).out
    assert changed(school, before) == {ENGLISH}


def test_an_interrupted_run_goes_on_with_what_is_left(school: Folder, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school.write("knowledge/articles/bus/article.yaml", HEAD)
    school.write("knowledge/articles/bus/de.md", GERMAN.replace("Wie kommt", "Wie fährt"))
    real = machine.write_article

    def interrupted(*args: Any) -> None:
        if args[1].id == "school":
            raise KeyboardInterrupt
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(machine, "write_article", interrupted)
        ran = on(school, models)
    assert ran.status == 130
    assert "What is written stays; the same command goes on from there." in ran.err
    before = files(school)
    assert "knowledge/articles/bus/en.md" in before
    assert not [path for path in before if path.endswith(".new")]
    assert on(school, models).status == 0
    assert changed(school, before) == {ENGLISH}


def test_what_somebody_translates_meanwhile_stays(school: Folder, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = machine.write_article

    def later(*args: Any) -> None:
        school.translate_article("school", "en", "# School\nBy Oksana, {deposit_max}.", of=1)
        real(*args)

    monkeypatch.setattr(machine, "write_article", later)
    assert "Left as it is: school: somebody translated it meanwhile" in on(school, models).out
    assert "By Oksana" in (school.root / ENGLISH).read_text("utf-8")


def test_what_the_same_models_said_before_is_remembered_in_the_data_folder(
    school: Folder, models: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(*args: object) -> NotTranslated:
        return NotTranslated("unsafe")

    data = tmp_path_factory.mktemp("data")
    words = ("translate-content", "--language", "en", "--content", school.root)
    settings: dict[str, Any] = {"data": data / "store", "key_file": data / "key", "models": models}
    assert wegweiser(*words, **settings).status == 0
    first = (school.root / ENGLISH).read_bytes()
    (school.root / ENGLISH).unlink()
    monkeypatch.setattr(ArgosTranslator, "translate", refuses)
    assert wegweiser(*words, **settings).status == 0
    assert (school.root / ENGLISH).read_bytes() == first


def test_a_dry_run_names_what_would_be_done_and_writes_nothing(school: Folder, models: Path) -> None:
    school.add(BOT, PHRASES)
    before = files(school)
    ran = on(school, models, "--dry-run")
    assert (ran.status, changed(school, before)) == (0, set())
    assert "To translate: articles 1, texts 2. Nothing was written." in ran.out
    assert "Articles: school\nflows.po: bot.closed, bot.unheard\n" in ran.out
    assert "Left as it is: bot.consent_free: only people may translate it" in ran.out


# Translators' files


def test_texts_and_explanations_are_fuzzy_until_a_person_confirms_them(school: Folder, models: Path) -> None:
    school.add(BOT, PHRASES)
    school.write("knowledge/glossary.yaml", GLOSSARY)
    assert on(school, models, "--kind", "flows", "glossary").status == 0
    assert not (school.root / ENGLISH).exists()
    flows, terms = messages(school), messages(school, "glossary")
    closed = flows["bot.closed"]
    assert (closed.string, closed.fuzzy) == ("Our advice centre is closed at the weekend.", True)
    assert closed.user_comments[0].startswith("Maschine: Argos de-en 1.0 (")
    assert catalogue_path(school.root, "en") not in update(school.root)
    assert [flows[key].string for key in ("bot.unheard", "bot.consent_free")] == ["", ""]
    assert (flows["housing.what"].string, flows["housing.what"].fuzzy) == ("Worum geht es? en", False)
    assert (terms["jobcenter.term"].string, terms["jobcenter.text"].fuzzy) == ("", True)
    content = load(school.root)
    assert content.phrases.find("closed", "en").language == "de"
    assert content.knowledge.terms["jobcenter"].wordings == {}
    assert school.finds("locales/en", "bot.closed: Das hat eine Maschine übersetzt.")
    assert school.warns("locales/en", "fehlen 1, veraltet sind 0, von einer Maschine und ungeprüft 1.")


def test_a_texts_translation_by_machine_is_renewed_and_one_that_somebody_touched_is_not(school: Folder, models: Path) -> None:
    school.add(BOT, PHRASES.replace("Pusteblumen fliegen weit.", "Ich kenne hier niemanden."))
    on(school, models, "--kind", "flows")
    path = catalogue_path(school.root, "en")
    path.write_text(path.read_text("utf-8").replace("closed at the weekend", "closed on weekends"), "utf-8")
    school.change(BOT, "Am Wochenende ist unsere Beratung geschlossen.", "Die Ferien dauern sechs Wochen.")
    school.change(BOT, "Ich kenne hier niemanden.", "Bitte warten Sie einen Moment.")
    on(school, models, "--kind", "flows")
    found = messages(school)
    assert (found["bot.unheard"].string, found["bot.unheard"].fuzzy) == ("Please wait a moment.", True)
    assert "closed on weekends" in found["bot.closed"].string


def test_a_confirmed_translation_is_its_translators_own_from_then_on(school: Folder, models: Path) -> None:
    school.add(BOT, PHRASES)
    on(school, models, "--kind", "flows")
    path = catalogue_path(school.root, "en")
    path.write_text(path.read_text("utf-8").replace("#, fuzzy\n", ""), "utf-8")
    school.change(BOT, "Am Wochenende ist unsere Beratung geschlossen.", "Die Ferien dauern sechs Wochen.")
    update(school.root)
    on(school, models, "--kind", "flows")
    closed = messages(school)["bot.closed"]
    assert (closed.string, closed.fuzzy) == ("Our advice centre is closed at the weekend.", True)
    assert not any("Maschine" in comment for comment in closed.user_comments)


# What cannot be done


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--language", "xx"), "'xx' is not a language Wegweiser speaks"),
        (("--language", "de"), "German is what is translated from."),
        (("--language", "ku"), "There is no Argos model for Kurdish (ku): people translate its texts."),
        (("--language", "ro"), "Perhaps: wegweiser models download de-en en-ro"),
        (("--language", "en", "--article", "dogs"), "There is no article 'dogs'. Nothing was changed."),
        (("--language", "en", "--article", "flat-search"), "'flat-search' is left as it is: translated by people (draft)."),
        (("--language", "en", "--article", "x", "--kind", "flows"), "not allowed with"),
    ],
)
def test_what_cannot_be_translated_is_said(school: Folder, models: Path, words: tuple[str, ...], said: str) -> None:
    before = files(school)
    ran = wegweiser("translate-content", *words, "--content", school.root, "--models", models)
    assert (ran.status, ran.out, changed(school, before)) == (2, "", set())
    assert said in ran.err


def test_models_that_were_measured_and_found_weak_are_used_only_when_wanted(school: Folder, tmp_path_factory: Any) -> None:
    from tests.adapters.argos.tiny import package

    folder = tmp_path_factory.mktemp("weak")
    install(package(folder / "de_en.argosmodel", "de-en"), folder / "models")
    counts: dict[str, Any] = {each.name: 0 for each in fields(Quality) if each.type in ("int", int)}
    weak = Quality(**counts, chrf=20.4, bleu=5.0, at="2026-11-22", route=("de-en 1.0",), live=False)
    write(folder / "models", {"de-en": weak})
    ran = on(school, folder / "models", "--dry-run")
    assert (ran.status, ran.out) == (2, "")
    assert "de-en was measured and is weak (chrF 20)" in ran.err
    assert on(school, folder / "models", "--dry-run", "--anyway").status == 0
