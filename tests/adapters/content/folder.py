"""A small, faultless content folder which a test spoils in one place."""

from datetime import date
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from bot.adapters.content.catalogues import catalogue_path, update
from bot.adapters.content.check import check, errors, warnings
from bot.core.language import LANGUAGES, SOURCE

TODAY = date(2026, 11, 22)
FILES = {
    "knowledge/topics.yaml": 'housing: {icon: "🏠", order: 1}\n',
    "knowledge/facts.yaml": """\
deposit_max:
  kind: money
  value: "5.80"
  valid_from: 2026-01-01
  valid_until: 2026-12-31
  source: "BGB § 551"
  checked: 2026-08-19
""",
    "knowledge/articles/rental-deposit/article.yaml": """\
topic: housing
risk: green
audience: [all]
jurisdiction: DE
sources:
  - {title: "BGB § 551", url: "https://www.gesetze-im-internet.de/bgb/__551.html", checked: 2026-08-19}
review_by: 2027-02-01
related: [flat-search]
contacts: []
""",
    "knowledge/articles/rental-deposit/de.md": """\
---
revision: 2
phrasings:
  - Wie hoch ist die Kaution?
---
# Die Kaution
Sie zahlen **höchstens** {deposit_max}.

1. Lesen Sie den Vertrag.
2. Zahlen Sie.
""",
    "knowledge/articles/flat-search/article.yaml": """\
topic: housing
risk: amber
audience: [all]
jurisdiction: SH
sources: [{title: Ratgeber, url: "https://example.org/", checked: 2026-08-19}]
review_by: 2027-02-01
""",
    "knowledge/articles/flat-search/de.md": """\
---
revision: 1
phrasings:
  - Wie finde ich eine Wohnung?
---
# Eine Wohnung finden
Fragen Sie bei der Gemeinde.
""",
    "knowledge/emergency.yaml": "numbers:\n"
    '  - {id: rescue, number: "112", name: Rettungsdienst, hours: "24/7", checked: 2026-11-22, source: gesund.bund.de}\n'
    '  - {id: police, number: "110", name: Polizei, checked: 2026-11-22, source: polizei.de}\n'
    "crises:\n  - id: medical\n    numbers: [rescue]\n    words:\n"
    + "".join(f"      {language}: [not {language}]\n" for language in LANGUAGES)
    + "      latin: [najda]\n    unless:\n      de: [notizblock]\n",
    "knowledge/network/district.yaml": "name: Kreis Pinneberg\nstate: SH\n",
    "knowledge/network/places.csv": "postcode,name,lat,lon,inside\n20095,Hamburg,53.55,10.0,no\n25335,Elmshorn,53.75,9.65,yes\n",
    "knowledge/network/agencies/example-a.yaml": "name: Beispiel-Träger\nexample: true\nanswers_within_days: 2\n",
    "knowledge/network/sites/example-elmshorn.yaml": """\
agency: example-a
name: Beispielstelle
example: true
address: {street: Beispielstraße 1, postcode: "25335", town: Elmshorn}
coordinates: {lat: 53.75, lon: 9.65}
languages: [de, ar]
topics: [housing]
target_groups: [under-27]
wheelchair: true
responsible_for: [Elmshorn]
hours: {mon: ["09:00-12:00", "14:00-17:00"]}
closures: [{from: 2026-12-24, to: 2027-01-01}]
appointments: {hours: {mon: ["09:00-12:00"]}, length: 30, seats: 2, lead_hours: 24, horizon_days: 28}
remote: [phone]
""",
    "flows/bot.yaml": """\
phrases:
  topic_housing: Wohnen
  number_rescue: Rettungsdienst
  number_police: Polizei
  crisis_medical: Bitte rufen Sie sofort Hilfe.
  group_under_27: unter 27
  opens: "Öffnet um {time}."
""",
    "flows/housing.yaml": """\
flow: housing
revision: 1
topic: housing
triggers: {menu: true, keywords: [wohnung, miete]}
expires_after: 3d
start: what
steps:
  what:
    say: Worum geht es?
    ask:
      save: need
      options:
        search: {label: Ich suche eine Wohnung, goto: search, also: [suche]}
        deposit: {label: Frage zur Kaution, goto: deposit}
      other: {say: Das habe ich nicht verstanden., retries: 2, goto: person}
  search: {say: "Das dauert oft.", article: flat-search, goto: helped}
  deposit: {article: rental-deposit, goto: helped}
  helped: {call: helped, goto: what}
  person: {handoff: {topic: housing}}
""",
    "flows/helped.yaml": """\
flow: helped
revision: 1
triggers: {menu: false, keywords: []}
expires_after: 12h
start: question
steps:
  question:
    say: Hat das geholfen?
    ask:
      save: helped
      options:
        solved: {label: Ja, goto: done}
        near: {label: Beratung in der Nähe, goto: near}
      other: {say: Bitte wählen Sie., retries: 2, goto: done}
  near: {site: {}, goto: done}
  done: {say: Alles Gute., end: true}
""",
}
DEPOSIT = "knowledge/articles/rental-deposit"
SITE = "knowledge/network/sites/example-elmshorn.yaml"
HOUSING = "flows/housing.yaml"
BOT = "flows/bot.yaml"
EMERGENCY = "knowledge/emergency.yaml"
FACTS = "knowledge/facts.yaml"
PLACES = "knowledge/network/places.csv"


class Folder:
    """The folder, with short ways to spoil it and to ask what the check says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for path, text in FILES.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def add(self, path: str, text: str) -> None:
        self.write(path, (self.root / path).read_text(encoding="utf-8") + text)

    def translate(self) -> None:
        """Translate every flow text into every language, more or less."""
        update(self.root)
        for language in LANGUAGES:
            path = catalogue_path(self.root, language)
            if language == SOURCE:
                continue
            with path.open("rb") as file:
                catalogue = read_po(file)
            for message in catalogue:
                if message.id:
                    message.string = f"{message.id} {language}"
            with path.open("wb") as file:
                write_po(file, catalogue)
        update(self.root)

    def translate_article(self, article: str, language: str, text: str, of: int = 2, head: str = "status: draft") -> None:
        self.write(f"knowledge/articles/{article}/{language}.md", f"---\nof: {of}\n{head}\nphrasings: []\n---\n{text}\n")

    def errors(self) -> list[str]:
        return [str(problem) for problem in errors(check(self.root, TODAY))]

    def warnings(self) -> list[str]:
        return [str(problem) for problem in warnings(check(self.root, TODAY))]

    def finds(self, *parts: str) -> bool:
        """Tell whether one error contains all these parts."""
        return any(all(part in error for part in parts) for error in self.errors())

    def warns(self, *parts: str) -> bool:
        """Tell whether one warning contains all these parts."""
        return any(all(part in warning for part in parts) for warning in self.warnings())
