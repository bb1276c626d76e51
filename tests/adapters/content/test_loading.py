from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.adapters.content.loader import load, read
from bot.adapters.content.problems import ContentError
from bot.core.flows import Target
from bot.core.hours import Closure, Span
from bot.core.knowledge import Fact
from tests.adapters.content.folder import BOT, DEPOSIT, EMERGENCY, FACTS, HOUSING, PLACES, SITE, Folder


def problems(folder: Folder) -> list[str]:
    with pytest.raises(ContentError) as raised:
        load(folder.root)
    return [str(problem) for problem in raised.value.problems]


def test_a_good_folder_becomes_core_objects(folder: Folder) -> None:
    content = load(folder.root)
    article = content.knowledge.articles["rental-deposit"]
    assert (article.wording("ar").title, article.revision, article.related) == ("Die Kaution", 2, ("flat-search",))
    assert article.wording("de").body.startswith("Sie zahlen **höchstens** {deposit_max}.\n\n1. Lesen")
    assert content.knowledge.facts["deposit_max"] == Fact(
        "deposit_max", "money", "5.80", date(2026, 1, 1), date(2026, 12, 31), "BGB § 551", date(2026, 8, 19)
    )
    assert content.knowledge.topics["housing"].order == 1
    assert content.phrases.say("opens", "de", time="9") == "Öffnet um 9."


def test_a_flow_keeps_order_targets_and_durations(folder: Folder) -> None:
    flows = load(folder.root).flows
    housing, helped = flows["housing"], flows["helped"]
    assert housing.expires_after == timedelta(days=3)
    assert helped.expires_after == timedelta(hours=12)
    assert (housing.topic, helped.topic) == ("housing", None)
    ask = housing.steps["what"].ask
    assert ask is not None
    assert [option.id for option in ask.options] == ["search", "deposit"]
    assert housing.steps["person"].handoff == Target("housing")
    assert helped.steps["near"].site == Target(None)
    assert helped.steps["done"].end
    texts = housing.texts.by_language["de"]
    assert texts["housing.what"] == "Worum geht es?"
    assert texts["housing.what.deposit"] == "Frage zur Kaution"
    assert texts["housing.what.?"] == "Das habe ich nicht verstanden."


def test_yaml_no_and_times_and_postcodes_stay_text(folder: Folder) -> None:
    folder.change(SITE, '"25335", town: Elmshorn', "01067, town: no")
    folder.change(SITE, '["09:00-12:00", "14:00-17:00"]', "[09:00-12:00]")
    folder.change(HOUSING, "also: [suche]", "also: [no, on, 10:00, 1e3, null, 24]")
    content = load(folder.root)
    site = content.network.sites["example-elmshorn"]
    assert (site.postcode, site.town) == ("01067", "no")
    assert site.hours.week == {0: (Span(time(9), time(12)),)}
    ask = content.flows["housing"].steps["what"].ask
    assert ask is not None
    assert ask.options[0].also == ("no", "on", "10:00", "1e3", "null", "24")


def test_a_site_has_its_hours_closures_and_appointments(folder: Folder) -> None:
    site = load(folder.root).network.sites["example-elmshorn"]
    assert site.hours.week == {0: (Span(time(9), time(12)), Span(time(14), time(17)))}
    assert site.hours.closures == (Closure(date(2026, 12, 24), date(2027, 1, 1)),)
    (rule,) = site.appointments
    assert (rule.minutes, rule.seats) == (30, 2)
    assert rule.hours.closures == site.hours.closures


RULES = """appointments:
  - hours: {mon: ["09:00-12:00"], tue: ["09:00-12:00", "14:00-16:00"]}
    length: 30
    lengths: {housing: 60}
    buffer: 15
    seats: 3
    online: 2
    topics: [housing]
    languages: [ar]
    kinds: [visit, home]
    advisor: beate
    every_weeks: 2
    first_week: 2026-11-25
    nth_of_month: [1, last]
    valid_from: 2026-11-01
    valid_until: 2027-03-31
    closures: [{from: 2027-02-01, to: 2027-02-05}]
    exceptions: {2026-12-08: ["14:00-16:00"], 2026-12-15: []}
  - {hours: {fri: ["09:00-12:00"]}, length: 45}
walk_in: {hours: {thu: ["09:00-11:00"]}, waiting: 40}
hold_minutes: 15
cool_down_minutes: 30
offer_minutes: 90
phone_interpreting: [fa, uk]
"""
RULE = 'appointments: {hours: {mon: ["09:00-12:00"]}, length: 30, seats: 2, lead_hours: 24, horizon_days: 28}\n'


def test_a_site_may_have_several_rules_each_with_its_own_recurrence_people_and_kinds(folder: Folder) -> None:
    folder.change(SITE, RULE, RULES)
    site = load(folder.root).network.sites["example-elmshorn"]
    first, second = site.appointments
    assert first.hours.exceptions == {date(2026, 12, 8): (Span(time(14), time(16)),), date(2026, 12, 15): ()}
    assert (first.hours.every, first.hours.anchor, first.hours.nth) == (2, date(2026, 11, 25), (1, -1))
    assert (first.hours.first, first.hours.last) == (date(2026, 11, 1), date(2027, 3, 31))
    assert first.hours.closures == (*site.hours.closures, Closure(date(2027, 2, 1), date(2027, 2, 5)))
    assert (first.minutes, first.lengths, first.buffer, first.seats, first.online) == (30, {"housing": 60}, 15, 3, 2)
    assert (first.topics, first.languages, first.kinds, first.advisor) == (("housing",), ("ar",), ("visit", "home"), "beate")
    assert (second.minutes, second.seats, second.online, second.kinds) == (45, 1, None, ("visit", "phone"))
    assert [(each.waiting, each.hours.week) for each in site.walk_in] == [(40, {3: (Span(time(9), time(11)),)})]
    assert (site.hold_for, site.cool_down, site.offer_for) == tuple(timedelta(minutes=each) for each in (15, 30, 90))
    assert site.phone_interpreting == ("fa", "uk")


def test_where_nobody_can_be_visited_people_meet_from_afar(folder: Folder) -> None:
    folder.change(SITE, "Beispielstraße 1", '""')
    (rule,) = load(folder.root).network.sites["example-elmshorn"].appointments
    assert rule.kinds == ("phone",)


def test_places_of_the_district_come_first(folder: Folder) -> None:
    places = load(folder.root).network.gazetteer.places
    assert [(place.name, place.inside) for place in places] == [("Elmshorn", True), ("Hamburg", False)]


def test_holidays_are_those_of_the_land(folder: Folder) -> None:
    holidays = load(folder.root).network.holidays
    assert holidays[date(2026, 10, 31)] == "Reformationstag"
    assert date(2026, 6, 4) not in holidays
    assert date(2036, 12, 25) in holidays
    folder.change("knowledge/network/district.yaml", "SH", "BY")
    assert date(2026, 6, 4) in load(folder.root).network.holidays


def test_without_a_district_file_the_land_is_schleswig_holstein(folder: Folder) -> None:
    (folder.root / "knowledge/network/district.yaml").unlink()
    assert date(2026, 10, 31) in load(folder.root).network.holidays


def test_crisis_words_of_all_languages_count_together(folder: Folder) -> None:
    crises = load(folder.root).crises
    assert [number.id for number in crises.numbers] == ["rescue", "police"]
    assert {"not de", "not ku", "najda"} <= set(crises.kinds[0].phrases)
    assert crises.kinds[0].unless == ("notizblock",)


def test_without_small_talk_the_phrases_are_empty(folder: Folder) -> None:
    (folder.root / BOT).unlink()
    assert load(folder.root).phrases.keys() == frozenset()


def test_the_edition_changes_with_words_and_order_but_not_with_comments(folder: Folder) -> None:
    def edition() -> str:
        return load(folder.root).flows["housing"].edition

    first = edition()
    assert len(first) == 16
    folder.write(HOUSING, "# Ein Kommentar\n" + (folder.root / HOUSING).read_text())
    assert edition() == first
    folder.translate()
    assert edition() != first
    second = edition()
    folder.change(HOUSING, "Worum geht es?", "Worum geht es genau?")
    assert edition() not in (first, second)


def test_the_order_of_answers_is_part_of_the_edition(folder: Folder) -> None:
    first = load(folder.root).flows["housing"].edition
    line = "        deposit: {label: Frage zur Kaution, goto: deposit}\n"
    folder.change(HOUSING, line, "")
    folder.change(HOUSING, "      options:\n", "      options:\n" + line)
    assert load(folder.root).flows["housing"].edition != first


def test_translations_of_an_earlier_german_text_are_not_used(translated: Folder) -> None:
    texts = load(translated.root).flows["housing"].texts
    assert texts.find("housing.what", "uk").text == "Worum geht es? uk"
    translated.change(HOUSING, "Worum geht es?", "Was suchen Sie?")
    texts = load(translated.root).flows["housing"].texts
    assert texts.find("housing.what", "uk").text == "Was suchen Sie?"
    assert texts.find("housing.what.deposit", "uk").text == "Frage zur Kaution uk"


def test_all_problems_come_at_once_and_name_file_and_place(folder: Folder) -> None:
    folder.change(FACTS, '"5.80"', '"5,80"')
    folder.change(HOUSING, "goto: deposit}", "goto: depot}")
    folder.change(SITE, "mon:", "montag:")
    found = problems(folder)
    assert len(found) == 3
    assert any(text.startswith("flows/housing.yaml: Schritt 'what': Den Schritt 'depot' gibt es nicht.") for text in found)
    assert any(text.startswith("knowledge/facts.yaml: deposit_max: '5,80' ist keine Zahl.") for text in found)
    assert any(text.startswith(f"{SITE}: hours → montag: 'montag' ist nicht erlaubt. Möglich sind: mon, tue") for text in found)


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (SITE, "09:00-12:00", "12:00-09:00", "endet vor dem Anfang"),
        (SITE, "09:00-12:00", "9 bis 12", "ist keine Zeitspanne"),
        (SITE, "14:00-17:00", "11:00-17:00", "überschneiden sich"),
        (SITE, "lat: 53.75, lon: 9.65", "lat: 9.65, lon: 53.75", "liegt nicht in Deutschland"),
        (SITE, "lat: 53.75", "lat: nan", "liegt nicht in Deutschland"),
        (SITE, "from: 2026-12-24", "from: 2027-12-24", "'to' liegt vor 'from'"),
        (SITE, '"25335"', '"2533"', "ist keine Postleitzahl"),
        (SITE, "agency: example-a", "agency: example-z", "Der Träger 'example-z' fehlt"),
        ("knowledge/network/agencies/example-a.yaml", "days: 2", "days: 2\npartners: [gone]", "Der Träger 'gone' fehlt"),
        (SITE, "[Elmshorn]", "[Elmshron]", "'Elmshron' steht nicht in places.csv"),
        (SITE, "length: 30", "length: 40", "Vielfaches von 15"),
        (SITE, "wheelchair", "wheelchairs", "Meinten Sie 'wheelchair'?"),
        (SITE, "example: true", "example: wahr", "true (ja) oder false (nein)"),
        (SITE, "[housing]", "[hausing]", "Das Thema 'hausing' steht nicht in topics.yaml"),
        (PLACES, "25335,Elmshorn,53.75", "25335,Elmshorn,x", "Zeile 3: 'x', '9.65' sind keine Koordinaten"),
        (PLACES, "9.65,yes", "9.65,ja", "Schreiben Sie yes oder no"),
        (PLACES, "postcode,", "plz,", "Die Spalten müssen heißen"),
        ("knowledge/network/district.yaml", "SH", "XX", "'XX' ist nicht erlaubt"),
        (FACTS, "kind: money", "kind: geld", "'geld' ist nicht erlaubt"),
        (FACTS, "2026-12-31", "2025-12-31", "valid_until liegt vor valid_from"),
        (FACTS, "2026-12-31", "31.12.2026", "ist kein Datum"),
        (FACTS, "2026-12-31", "2026-02-30", "Den Tag '2026-02-30' gibt es nicht"),
        (FACTS, "deposit_max:", "Deposit-Max:", "ist kein Name"),
        (f"{DEPOSIT}/article.yaml", "topic: housing", "topic: hausing", "Das Thema 'hausing'"),
        (f"{DEPOSIT}/article.yaml", "[flat-search]", "[flat-serch]", "Der Artikel 'flat-serch' fehlt"),
        (f"{DEPOSIT}/article.yaml", "[flat-search]", "[rental-deposit]", "verweist auf sich selbst"),
        (f"{DEPOSIT}/article.yaml", "risk: green\n", "", "risk: Die Angabe fehlt"),
        (f"{DEPOSIT}/article.yaml", "https://www", "www", "ist keine Internetadresse"),
        (f"{DEPOSIT}/de.md", "revision: 2", "revision: zwei", "'zwei' ist keine ganze Zahl"),
        (f"{DEPOSIT}/de.md", "# Die Kaution", "Die Kaution", "die Überschrift '# Titel'"),
        (f"{DEPOSIT}/de.md", "---\nrevision", "revision", "Der Kopf fehlt"),
        (HOUSING, "flow: housing", "flow: house", "Beide müssen gleich heißen"),
        (HOUSING, "start: what", "start: wat", "Den Schritt 'wat' gibt es nicht"),
        (HOUSING, "goto: person}", "goto: persn}", "Den Schritt 'persn' gibt es nicht"),
        (
            HOUSING,
            "article: rental-deposit",
            "article: deposit",
            "Schritt 'deposit': Der Artikel 'deposit' fehlt. Legen Sie ihn an",
        ),
        (HOUSING, "call: helped", "call: helpd", "Der Ablauf 'helpd' fehlt"),
        (HOUSING, "{topic: housing}}", "{topic: haus}}", "Schritt 'person': Das Thema 'haus'"),
        (HOUSING, "3d", "3 Tage", "ist keine Dauer"),
        (HOUSING, "{article: rental-deposit, goto", "{article: rental-deposit, call: helped, goto", "Ein Schritt tut nur eines"),
        (HOUSING, "{topic: housing}}", "{topic: housing}, goto: what}", "Nach 'handoff' geht es hier nicht weiter"),
        (HOUSING, "{article: rental-deposit, goto: helped}", "{}", "Der Schritt tut nichts"),
        (HOUSING, "say: Worum geht es?", "say: Worum: es geht", "Zeile 9"),
        (HOUSING, "  deposit: {article", "  search: {article", "'search' steht zweimal da"),
        (HOUSING, "save: need", "save: Need", "ist kein Name"),
        (BOT, "topic_housing: Wohnen", "topic_housing: ", "Der Text ist leer"),
        (BOT, "phrases:", "words:", "Die Angabe 'words' gibt es hier nicht"),
        (EMERGENCY, "numbers: [rescue]", "numbers: [rescu]", "Die Nummer 'rescu' fehlt"),
        (EMERGENCY, "      ku: [", "      xx: [", "'xx' ist keine Sprache des Bots"),
    ],
)
def test_a_mistake_is_said_in_german_with_what_to_do(folder: Folder, path: str, old: str, new: str, message: str) -> None:
    folder.change(path, old, new)
    found = problems(folder)
    assert any(message in text and text.startswith(path) for text in found), found


def test_a_mistake_in_one_file_causes_no_mistakes_in_others(folder: Folder) -> None:
    folder.change(f"{DEPOSIT}/article.yaml", "risk: green", "risk: grün")
    folder.change("knowledge/topics.yaml", "order: 1", "order: eins")
    folder.change("knowledge/network/agencies/example-a.yaml", "days: 2", "days: zwei")
    assert len(problems(folder)) == 3


@pytest.mark.parametrize(
    "path", [PLACES, FACTS, EMERGENCY, "knowledge/topics.yaml", f"{DEPOSIT}/de.md", f"{DEPOSIT}/article.yaml"]
)
def test_a_missing_file_is_one_problem(folder: Folder, path: str) -> None:
    (folder.root / path).unlink()
    assert f"{path}: Die Datei fehlt. Legen Sie sie an." in problems(folder)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- a\n- b\n", b"text\n", b"a: [\n", b"a: &x [*x]\n", b"? [a]\n: b\n"])
@pytest.mark.parametrize("path", [FACTS, HOUSING, SITE, EMERGENCY, f"{DEPOSIT}/de.md", BOT, PLACES])
def test_a_file_of_nonsense_is_a_problem_and_no_crash(folder: Folder, path: str, content: bytes) -> None:
    (folder.root / path).write_bytes(content)
    assert any(text.startswith(path) for text in problems(folder))


def test_files_from_windows_are_read_like_others(folder: Folder) -> None:
    for path in (f"{DEPOSIT}/de.md", HOUSING, PLACES):
        text = (folder.root / path).read_text(encoding="utf-8")
        (folder.root / path).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    content = load(folder.root)
    assert "\r" not in content.knowledge.articles["rental-deposit"].wording("de").body


def test_a_translation_keeps_its_state_and_a_reviewed_one_names_its_reviewer(folder: Folder) -> None:
    folder.translate_article("rental-deposit", "ar", "# عنوان\nنص {deposit_max}", of=1)
    article = load(folder.root).knowledge.articles["rental-deposit"]
    assert (article.wording("ar").status, article.wording("ar").of, article.outdated("ar")) == ("draft", 1, True)
    folder.translate_article("rental-deposit", "ar", "# عنوان\nنص", head="status: reviewed")
    assert any("reviewer und reviewed_on" in text for text in problems(folder))
    folder.translate_article(
        "rental-deposit", "ar", "# عنوان\nنص", head="status: reviewed\nreviewer: L. M.\nreviewed_on: 2026-11-01"
    )
    assert load(folder.root).knowledge.articles["rental-deposit"].wording("ar").status == "reviewed"


def test_a_translation_cannot_be_newer_than_the_german_text_nor_of_an_unknown_language(folder: Folder) -> None:
    folder.translate_article("rental-deposit", "ar", "# a\nb", of=3)
    folder.translate_article("rental-deposit", "xx", "# a\nb")
    found = problems(folder)
    assert any("ar.md: of: Die deutsche Fassung hat erst die Revision 2" in text for text in found)
    assert any("'xx' ist keine Sprache des Bots" in text for text in found)


def test_a_damaged_catalogue_is_a_problem(translated: Folder) -> None:
    translated.write("locales/ar/LC_MESSAGES/flows.po", "garbage")
    assert any("Die Übersetzungsdatei ist beschädigt" in text for text in problems(translated))


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    assert {problem.file for problem in read(tmp_path).problems} == {
        "knowledge/topics.yaml",
        "knowledge/facts.yaml",
        "knowledge/emergency.yaml",
        "knowledge/network/places.csv",
    }
