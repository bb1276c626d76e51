"""Measuring how well the installed translation models translate."""

import argparse
import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.errors import CommandError
from bot.core.language import LANGUAGES, SOURCE
from bot.core.quality import FAULTS, FEWEST, Findings, Outcome, Quality, compare, judge
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.adapters.argos.packages import Package

Rows = list[tuple[str, str]]
_AT_ONCE = 100
"""Sentences asked for at once; the engine refuses many more."""
_EXAMPLES = 3


def evaluate(options: argparse.Namespace) -> None:
    """Measure pairs on sentences of counselling language, or on your own: scores, and negations or numbers that got lost."""
    from bot.adapters.argos.quality import write

    _libraries()
    folder: Path = options.models or read_settings().models_folder
    lasting, report = {}, []
    for (source, target), hops in _ways(folder, options.pairs).items():
        rows = _rows(options, source, target)[: options.limit]
        if not rows:
            continue
        outcomes = asyncio.run(_translated(folder, rows, source, target))
        findings = compare(outcomes, source, target)
        names, today = [each.name for each in hops], datetime.now(UTC).date().isoformat()
        figures = judge(findings, _scores(outcomes), len(rows), names, today, (options.least_chrf, options.most_lost))
        note = _note(hops, len(rows))
        if not note:
            lasting[f"{source}-{target}"] = figures
        if options.json:
            report.append({"pair": f"{source}-{target}", "counts": not note} | _as_json(figures, findings))
        else:
            _show(f"{source}-{target}", figures, findings, note)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    if options.write and lasting:
        write(folder, lasting)


def _libraries() -> None:
    from bot.adapters.argos.translator import missing

    reason = missing()
    if reason:
        raise CommandError(f"Nothing can be translated here: {reason}.")
    if find_spec("sacrebleu") is None:
        raise CommandError("The scores need sacrebleu. To install it: .venv/bin/pip install 'sacrebleu>=2.6,<3'")


def _ways(folder: Path, named: Sequence[str]) -> "dict[tuple[str, str], tuple[Package, ...]]":
    """Return the pairs to measure with their packages: those that are named, else all between German and our languages."""
    from bot.adapters.argos.packages import installed, languages
    from bot.adapters.argos.translator import route

    pairs = [languages(each) for each in named] or [
        pair for code in LANGUAGES if code != SOURCE for pair in ((SOURCE, code), (code, SOURCE))
    ]
    if None in pairs:
        raise CommandError(f"{named[pairs.index(None)]!r} is no pair of languages, write for example de-ar")
    packages = installed(folder)
    ways = {pair: route(packages, *pair) for pair in pairs if pair}
    unreached = ["-".join(pair) for pair, hops in ways.items() if hops is None]
    if named and unreached:
        raise CommandError(f"No model in {folder} leads there: {', '.join(unreached)}. See: wegweiser models status")
    if len(unreached) == len(ways):
        raise CommandError(f"No model is in {folder} to be measured. To install one: wegweiser models download PAIR")
    return {pair: hops for pair, hops in ways.items() if hops}


def _rows(options: argparse.Namespace, source: str, target: str) -> Rows:
    """Return sentences with their translations by people."""
    from bot.adapters.content.counselling import sentences

    if options.set is not None:
        if len(options.pairs) != 1:
            raise CommandError("A set is for one pair. Name it, for example: wegweiser models evaluate de-ar --set FILE.tsv")
        return read_set(options.set)
    here, there = sentences(options.content, source), sentences(options.content, target)
    rows = [(text, there[id]) for id, text in here.items() if id in there]
    if options.pairs and not rows:
        raise CommandError(f"No sentences are shipped for {source}-{target}. Give your own: --set FILE.tsv")
    return rows


def read_set(file: Path) -> Rows:
    """Return the rows of a test set: `{"source": …, "reference": …}` a line, or in a .tsv two columns with a tab between.

    Raises:
        CommandError: it cannot be read, or a line is something else.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {getattr(error, 'strerror', '') or 'it is not UTF-8'}.") from None
    rows = [_row(file, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not rows:
        raise CommandError(f"There is nothing in {file}.")
    return rows


def _row(file: Path, number: int, line: str) -> tuple[str, str]:
    if file.suffix.lower() == ".tsv":
        wanted, cells = "a sentence, a tab and its translation", line.rstrip("\r").split("\t")
    else:
        wanted, cells = '{"source": "…", "reference": "…"}', _cells(line)
    source, reference = cells if len(cells) == 2 else ("", "")
    if not source.strip() or not reference.strip():
        raise CommandError(f"{file}, line {number}: this is not {wanted}.")
    return source.strip(), reference.strip()


def _cells(line: str) -> list[str]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return [each for each in (row.get("source"), row.get("reference")) if isinstance(each, str)] if isinstance(row, dict) else []


async def _translated(folder: Path, rows: Rows, source: str, target: str) -> list[Outcome]:
    """Translate as live chat does, through English where it must be, but without a deadline."""
    from bot.adapters.argos.translator import ArgosTranslator
    from bot.services.ports import NotTranslated, Translated

    translator = ArgosTranslator(folder, seconds=math.inf, measuring=True)
    results: list[Translated | NotTranslated] = []
    try:
        for first in range(0, len(rows), _AT_ONCE):
            asked = rows[first : first + _AT_ONCE]
            results += await asyncio.gather(*(translator.translate(text, source, target) for text, _ in asked))
    finally:
        await translator.close()
    return [
        Outcome(*row, result.text) if isinstance(result, Translated) else Outcome(*row, None, result.reason)
        for row, result in zip(rows, results, strict=True)
    ]


def _scores(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return chrF and BLEU of what was translated."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    said = [each.said for each in outcomes if each.said is not None]
    references = [[each.reference for each in outcomes if each.said is not None]]
    if not said:
        return 0.0, 0.0
    return CHRF().corpus_score(said, references).score, BLEU(force=True).corpus_score(said, references).score


def _note(hops: "Sequence[Package]", sentences: int) -> str:
    """Return why figures do not last, or nothing."""
    if any(each.rehearsed for each in hops):
        return "models for tests and the demo, never measured for people"
    return f"fewer than {FEWEST} sentences, too few for a verdict" if sentences < FEWEST else ""


def _as_json(figures: Quality, findings: Findings) -> dict[str, Any]:
    examples = {fault: [asdict(each) for each in where[:_EXAMPLES]] for fault, where in findings.faults.items() if where}
    return asdict(figures) | {"reasons": dict(findings.reasons), "examples": examples}


def _show(pair: str, figures: Quality, findings: Findings, note: str) -> None:
    verdict = "good enough for live chat" if figures.live else "off for live chat"
    reasons = "".join(f", {count} left untranslated ({reason})" for reason, count in findings.reasons.items())
    print(f"\n{pair}  {' → '.join(figures.route)}  {note or verdict}")
    print(f"  chrF {figures.chrf:.1f}, BLEU {figures.bleu:.1f} on {figures.sentences - figures.untranslated} sentences{reasons}")
    for fault in FAULTS:
        where = findings.faults[fault]
        kind, _, sign = fault.partition("_")
        share = f"{len(where)} of {findings.having[sign]}" if kind == "lost" else str(len(where))
        print(f"  {fault.replace('_', ' '):20} {share}", flush=True)
        for each in where[:_EXAMPLES]:
            print(f"    {each.source}  →  {each.said}")
