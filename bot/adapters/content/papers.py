"""Reads the templates of data-protection notices and of the record of processing, and checks what they are filled with."""

from collections.abc import Iterator
from pathlib import Path

from bot.adapters.content.problems import Problem
from bot.adapters.content.reading import Reader
from bot.adapters.content.schema import NoticeHead
from bot.adapters.content.values import IsoLanguage
from bot.core.language import LANGUAGES, SOURCE
from bot.core.network import Network
from bot.core.privacy import Papers, Template, facts, lacking
from bot.core.retention import Periods
from bot.core.texts import placeholders

FOLDER = "knowledge/privacy"
RECORD = f"record.{SOURCE}.md"


def read_papers(reader: Reader) -> Papers:
    """Return the templates that are there."""
    folder = reader.root / FOLDER
    paths = [path for path in sorted(folder.glob("*.md")) if path.name not in (RECORD, "README.md")]
    read = {path.stem: _template(reader, path) for path in paths if reader.fits(path, path.stem, IsoLanguage)}
    record = _template(reader, folder / RECORD) if (folder / RECORD).exists() else None
    return Papers({language: template for language, template in read.items() if template}, record)


def _template(reader: Reader, path: Path) -> Template | None:
    found = reader.article(path, NoticeHead)
    if found is None:
        return None
    head, title, body = found
    return Template(f"# {title}\n\n{body}", head.missing, head.labels)


def check_papers(papers: Papers, network: Network) -> Iterator[Problem]:
    """Yield what the papers of agencies that are no examples still lack, and what their templates ask for in vain."""
    known = frozenset(facts(network, Periods(), next(iter(network.agencies), "")))
    templates = {f"{language}.md": template for language, template in papers.notices.items()}
    for name, template in (templates | ({RECORD: papers.record} if papers.record else {})).items():
        for unknown in sorted(placeholders(template.text) - known):
            message = f"Den Platzhalter {{{unknown}}} gibt es nicht. Möglich sind: {', '.join(sorted(known))}."
            yield Problem(f"{FOLDER}/{name}", "", message)
    for code in papers.notices:
        if code not in LANGUAGES:
            yield Problem(f"{FOLDER}/{code}.md", "", "Der Bot kennt diese Sprache noch nicht.", "warning")
    if SOURCE not in papers.notices:
        yield Problem(f"{FOLDER}/{SOURCE}.md", "", "Die Vorlage der Datenschutzerklärung fehlt. Legen Sie sie an.", "warning")
    yield from _of_agencies(network)


def _of_agencies(network: Network) -> Iterator[Problem]:
    if not network.operator and any(not agency.example for agency in network.agencies.values()):
        message = "Es fehlt, welcher Träger das Gerät betreibt. Tragen Sie seine Kennung als operator ein."
        yield Problem("knowledge/network/district.yaml", "operator", message, "warning")
    if network.operator and network.operator not in network.agencies:
        message = f"Der Träger '{network.operator}' fehlt. Legen Sie ihn an oder korrigieren Sie die Kennung."
        yield Problem("knowledge/network/district.yaml", "operator", message)
    for agency in network.agencies.values():
        missing = [] if agency.example else lacking(network, agency.id)
        if missing:
            message = f"In der Datenschutzerklärung fehlen: {', '.join(missing)}. Ergänzen Sie sie."
            yield Problem(f"knowledge/network/agencies/{agency.id}.yaml", "privacy", message, "warning")
