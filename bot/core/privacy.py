"""Data-protection notices: templates filled with what an agency says about itself; what is missing is seen at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from bot.core.language import direction, fallback_chain
from bot.core.network import Network
from bot.core.retention import Periods
from bot.core.text import isolate
from bot.core.texts import Text, fill, placeholders


@dataclass(frozen=True, slots=True)
class Template:
    """A text with {placeholders} in one language; `missing` is what stands in place of a fact, whose `labels` name it."""

    text: str
    missing: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Papers:
    """The templates: notices by language, and the German record of processing."""

    notices: Mapping[str, Template] = field(default_factory=dict)
    record: Template | None = None


def full_text(template: Template, facts: Mapping[str, str]) -> str:
    """Return a template's text with its facts; a missing one is a gap that says what belongs there."""
    gaps = {name: fill(template.missing, {"fact": template.labels.get(name, name)}) for name in placeholders(template.text)}
    return fill(template.text, gaps | {name: value for name, value in facts.items() if value})


def facts(network: Network, periods: Periods, agency: str) -> dict[str, str]:
    """Return what an agency's papers are filled with; an agency nobody knows has only periods."""
    known = network.agencies.get(agency)
    controller = {} if known is None else {each.name: getattr(known.privacy, each.name) for each in fields(known.privacy)}
    return controller | periods.stated(agency)


def notice(papers: Papers, network: Network, periods: Periods, agency: str, language: str) -> Text | None:
    """Return an agency's whole notice in the first language of the fallback chain that has one; None without any template."""
    for code in fallback_chain(language):
        template = papers.notices.get(code)
        if template is not None:
            known = facts(network, periods, agency)
            if direction(code) == "rtl":
                known = {name: isolate(value) for name, value in known.items() if value}
            return Text(full_text(template, known), code)
    return None


def lacking(network: Network, agency: str) -> list[str]:
    """Return the names of the facts that an agency has not given."""
    known = network.agencies[agency].privacy
    return [each.name for each in fields(known) if not getattr(known, each.name)]
