"""Papers of data protection, filled with what the network files say: the record of processing, and the notice."""

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.commands.errors import CommandError, writing
from bot.core.content import Content
from bot.core.network import Network
from bot.core.privacy import facts, full_text, lacking, notice
from bot.core.retention import Periods
from bot.settings import CONTENT, SettingsError, read_settings


def privacy(options: argparse.Namespace) -> None:
    """Print or write a paper of an agency: its record of processing activities (record), or its notice (page)."""
    from bot import contents

    folder, periods = _settings(options)
    content = contents.load_content(folder)
    agency = options.agency or content.network.operator
    if agency not in content.network.agencies:
        known = ", ".join(content.network.agencies)
        raise CommandError(f"Of which agency? Give --agency with one of: {known}; or name the operator in district.yaml.")
    text = _paper(content, content.network.periods(periods), agency, options)
    if options.out is None:
        print(text)
        return
    with writing():
        options.out.write_text(f"{text}\n", "utf-8")
    print(options.out)
    missing = lacking(content.network, agency)
    if missing:
        print(f"It still has gaps: {', '.join(missing)}. Fill them in knowledge/network/agencies/{agency}.yaml under privacy.")


def _paper(content: Content, periods: Periods, agency: str, options: argparse.Namespace) -> str:
    if options.paper == "page":
        found = notice(content.papers, content.network, periods, agency, options.language)
        if found is None:
            raise CommandError("There is no template of the notice: add knowledge/privacy/de.md to the content.")
        return found.text
    if content.papers.record is None:
        raise CommandError("There is no template of the record: add knowledge/privacy/record.de.md to the content.")
    return full_text(content.papers.record, facts(content.network, periods, agency))


def _settings(options: argparse.Namespace) -> tuple[Path, Periods]:
    """Return the content's folder and the operator's own periods; the usual ones where nothing is set up."""
    try:
        settings = read_settings()
    except SettingsError:
        return options.content or CONTENT, Periods()
    return options.content or settings.content, settings.periods


def state(network: Network) -> Iterator[str]:
    """Yield what a notice still lacks, and which ones hold example values."""
    if not network.operator:
        yield "no: operator is missing in knowledge/network/district.yaml, hence /privacy shows gaps"
    for agency in network.agencies.values():
        missing = lacking(network, agency.id)
        if missing:
            yield f"no: the notice of {agency.id} has gaps: {', '.join(missing)} (in its file, under privacy)"
    examples = [agency.id for agency in network.agencies.values() if agency.example]
    if examples:
        yield f"example values stand in the notices of {', '.join(examples)}"


def relayed(network: Network, agencies: Iterable[str]) -> Iterator[str]:
    """Yield which notices do not say that a Telegram group reads along: by the template only who writes there is at Telegram."""
    for id in agencies:
        known = network.agencies.get(id)
        if known is not None and "telegram" not in known.privacy.processors.casefold():
            yield f"no: conversations of {id} lie in a Telegram group too: say so in its notice (privacy: processors)"
