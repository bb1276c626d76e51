import gettext
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bot.adapters.content.catalogues import catalogue_path, console_texts, update
from bot.adapters.content.po import PLURAL_FORMS
from bot.adapters.content.problems import ContentError
from bot.core.language import LANGUAGES
from tests.adapters.content.folder import BOT, HOUSING, Folder


def po_text(folder: Folder, language: str = "ar", domain: str = "flows") -> str:
    return catalogue_path(folder.root, language, domain).read_text(encoding="utf-8")


def test_an_update_creates_a_catalogue_for_every_language_but_german(folder: Folder) -> None:
    changed = update(folder.root)
    assert {path.parts[-3] for path in changed} == set(LANGUAGES) - {"de"}
    assert '#: flows/housing.yaml\nmsgctxt "housing.what"\nmsgid "Worum geht es?"\nmsgstr ""\n' in po_text(folder)
    assert '#. Knopf: höchstens 40 Zeichen\n#: flows/housing.yaml\nmsgctxt "housing.what.deposit"' in po_text(folder)
    assert 'msgctxt "housing.what.?"' in po_text(folder)
    assert 'msgctxt "bot.topic_housing"\nmsgid "Wohnen"' in po_text(folder)


def test_an_update_twice_changes_nothing(translated: Folder) -> None:
    assert update(translated.root) == []
    translated.change(HOUSING, "Worum geht es?", "Was suchen Sie?")
    assert len(update(translated.root)) == len(LANGUAGES) - 1
    assert update(translated.root) == []


def test_a_changed_german_text_makes_its_translation_fuzzy_and_keeps_the_old_text_beside_it(translated: Folder) -> None:
    translated.change(HOUSING, "Worum geht es?", "Was suchen Sie?")
    update(translated.root)
    expected = (
        '#, fuzzy\n#| msgid "Worum geht es?"\nmsgctxt "housing.what"\nmsgid "Was suchen Sie?"\nmsgstr "Worum geht es? ar"\n'
    )
    assert expected in po_text(translated)


def test_after_two_changes_the_text_that_was_translated_is_still_shown(translated: Folder) -> None:
    for old, new in (("Worum geht es?", "Was suchen Sie?"), ("Was suchen Sie?", "Was brauchen Sie?")):
        translated.change(HOUSING, old, new)
        update(translated.root)
    assert '#| msgid "Worum geht es?"\nmsgctxt "housing.what"\nmsgid "Was brauchen Sie?"' in po_text(translated)
    assert "# |" not in po_text(translated)


def test_a_text_that_is_gone_is_kept_and_comes_back(translated: Folder) -> None:
    line = '  opens: "Öffnet um {time}."\n'
    translated.change(BOT, line, "")
    update(translated.root)
    assert '#~ msgctxt "bot.opens"\n#~ msgid "Öffnet um {time}."\n#~ msgstr "Öffnet um {time}. ar"' in po_text(translated)
    assert update(translated.root) == []
    translated.add(BOT, line)
    update(translated.root)
    assert '\nmsgctxt "bot.opens"\nmsgid "Öffnet um {time}."\nmsgstr "Öffnet um {time}. ar"' in po_text(translated)
    assert "#~" not in po_text(translated)


def test_a_doubtful_translation_does_not_come_back_as_a_good_one(translated: Folder) -> None:
    translated.change(BOT, "Öffnet um {time}.", "Macht auf um {time}.")
    update(translated.root)
    translated.change(BOT, '  opens: "Macht auf um {time}."\n', "")
    update(translated.root)
    translated.add(BOT, '  opens: "Macht auf um {time}."\n')
    update(translated.root)
    assert 'msgid "Macht auf um {time}."\nmsgstr ""' in po_text(translated)


def test_comments_of_translators_stay(translated: Folder) -> None:
    path = catalogue_path(translated.root, "ar")
    path.write_text(
        po_text(translated).replace("#: flows/housing.yaml\n", "# Höflich!\n#: flows/housing.yaml\n", 1), encoding="utf-8"
    )
    update(translated.root)
    assert "# Höflich!\n" in po_text(translated)


def test_the_header_names_nobody_and_no_day(translated: Folder) -> None:
    path = catalogue_path(translated.root, "ar")
    old = '"Language: ar\\n"\n'
    path.write_text(po_text(translated).replace(old, old + '"Last-Translator: L. M. <l@example.org>\\n"\n'), encoding="utf-8")
    update(translated.root)
    assert "example.org" not in po_text(translated)
    assert "Date" not in po_text(translated)


def test_percent_signs_do_not_make_a_text_a_format_for_python(folder: Folder) -> None:
    folder.add(BOT, '  half: "Sie zahlen die Hälfte: 50 % der Kosten."\n')
    update(folder.root)
    assert "python-format" not in po_text(folder)


def test_nothing_is_changed_while_a_file_cannot_be_read(translated: Folder) -> None:
    before = po_text(translated, "uk")
    translated.write("locales/ar/LC_MESSAGES/flows.po", "garbage")
    translated.change(HOUSING, "Worum geht es?", "Was suchen Sie?")
    with pytest.raises(ContentError):
        update(translated.root)
    assert po_text(translated, "uk") == before
    assert po_text(translated, "ar") == "garbage"


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_follow_the_rules_of_unicode(language: str) -> None:
    count, _, rule = PLURAL_FORMS[language].partition("; plural=")
    form = gettext.c2py(rule.rstrip(";"))
    plural = Locale.parse(language).plural_form
    pairs = {(form(number), plural(number)) for number in [0, 1, 2, 3, 10, 11, 99, 100, 101, 102, *range(1000)]}
    indexes, names = {index for index, _ in pairs}, {name for _, name in pairs}
    assert len(pairs) == len(indexes) == len(names)
    assert f"nplurals={len(pairs)}" == count


def test_arabic_plurals_are_in_the_order_of_the_usual_header() -> None:
    form = gettext.c2py(PLURAL_FORMS["ar"].partition("plural=")[2].rstrip(";"))
    assert [form(number) for number in (0, 1, 2, 3, 10, 11, 99, 100, 101, 102)] == [0, 1, 2, 3, 3, 4, 4, 5, 5, 5]


def test_every_catalogue_declares_the_plurals_of_its_language(translated: Folder) -> None:
    for language in set(LANGUAGES) - {"de"}:
        with catalogue_path(translated.root, language).open("rb") as file:
            assert f"nplurals={read_po(file).num_plurals}" in PLURAL_FORMS[language]


@pytest.fixture
def with_console(folder: Folder) -> Folder:
    folder.write("bot/adapters/web/templates/console/queue.html", '<h1>{{ _("Fälle") }}</h1>{{ _("Niemand wartet.") }}{{ name }}')
    folder.write("bot/adapters/web/templates/console/parts/case.html", '{{ _("Fall {number}") }}')
    folder.write("bot/adapters/web/templates/chat.html", '{{ _("nicht für die Konsole") }}')
    folder.write("bot/adapters/web/console.py", 'def page(_):\n    return _("Fall schließen"), _("Fälle")\n')
    return folder


def test_console_texts_come_from_its_templates_and_code(with_console: Folder) -> None:
    update(with_console.root)
    text = po_text(with_console, "en", "console")
    assert text.count("msgid ") == 5
    for german in ("Fälle", "Niemand wartet.", "Fall {number}", "Fall schließen"):
        assert f'msgid "{german}"' in text
    assert update(with_console.root) == []
    assert {path.parent.parent.name for path in with_console.root.glob("locales/*/*/console.po")} == {"en"}


def test_the_console_speaks_english_where_it_is_translated(with_console: Folder) -> None:
    update(with_console.root)
    with_console.change("locales/en/LC_MESSAGES/console.po", 'msgid "Fälle"\nmsgstr ""', 'msgid "Fälle"\nmsgstr "Cases"')
    assert console_texts(with_console.root, "en")("Fälle") == "Cases"
    assert console_texts(with_console.root, "en")("Niemand wartet.") == "Niemand wartet."
    assert console_texts(with_console.root, "de")("Fälle") == "Fälle"


def test_a_slightly_changed_console_text_keeps_its_translation_as_fuzzy(with_console: Folder) -> None:
    update(with_console.root)
    po = "locales/en/LC_MESSAGES/console.po"
    with_console.change(po, 'msgid "Niemand wartet."\nmsgstr ""', 'msgid "Niemand wartet."\nmsgstr "Nobody is waiting."')
    with_console.change("bot/adapters/web/templates/console/queue.html", "Niemand wartet.", "Niemand wartet!")
    update(with_console.root)
    text = po_text(with_console, "en", "console")
    assert '#, fuzzy\n#| msgid "Niemand wartet."\nmsgid "Niemand wartet!"\nmsgstr "Nobody is waiting."' in text
    assert console_texts(with_console.root, "en")("Niemand wartet!") == "Niemand wartet!"


def test_without_the_console_sources_its_catalogue_stays(folder: Folder) -> None:
    folder.write("locales/en/LC_MESSAGES/console.po", 'msgid "Fälle"\nmsgstr "Cases"\n')
    update(folder.root)
    assert po_text(folder, "en", "console") == 'msgid "Fälle"\nmsgstr "Cases"\n'


def test_an_unknown_console_language_stays_german(tmp_path: Path) -> None:
    assert console_texts(tmp_path, "xx")("Fälle") == "Fälle"
