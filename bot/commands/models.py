"""Translation models: downloading, installing, packing, listing and removing them, and translating a text with them."""

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.errors import CommandError
from bot.core.language import LANGUAGES, SOURCE
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.adapters.argos.index import Offer
    from bot.adapters.argos.packages import Package
    from bot.core.quality import Quality

    Hops = tuple[Package, ...] | None

_NO_MODEL = "   no Argos model for this language; people get texts by people, or the original"
_WHY = {
    "no_model": "no model is installed that leads there",
    "too_slow": "it took too long",
    "unsafe": "the models are not sure of it, or a number, address or name would be lost; the text stays as it is",
    "error": "a model does not work",
    "busy": "too much is waiting already",
}


def listing(options: argparse.Namespace) -> None:
    """List the installed models: size, memory they take, measured quality, licence."""
    from bot.adapters.argos.packages import installed
    from bot.adapters.argos.quality import measured, quality

    folder = _folder(options)
    packages, figures = installed(folder), quality(folder)
    if options.json:
        names = ("pair", "version", "size", "licence", "sha256", "description")
        found = [
            {name: getattr(each, name) for name in names}
            | {"memory": each.memory(), "quality": _as_json(measured(figures, [each]))}
            for each in packages
        ]
        print(json.dumps(found, ensure_ascii=False))
        return
    for each in packages:
        licence = each.licence or "licence not named"
        sizes = f"{_mb(each.size):>9}  {_mb(each.memory()):>9} in memory"
        rated = _rated((each,), measured(figures, [each]))
        print(f"{each.pair:8} {each.version:8} {sizes}  {rated}  {licence}{_about(each.description)}")
    if not packages:
        print(f"No model is in {folder}. To install one: wegweiser models download PAIR, or models install FILE.argosmodel")


def install(options: argparse.Namespace) -> None:
    """Install models from .argosmodel files; one of the same pair is replaced."""
    from bot.adapters.argos.model import try_out
    from bot.adapters.argos.packages import install

    folder = _folder(options)
    _libraries()
    for file in options.files:
        _say_installed(install(file, folder, try_out))


def remove(options: argparse.Namespace) -> None:
    """Remove installed models."""
    from bot.adapters.argos.packages import remove

    for pair in options.pairs:
        print(f"{remove(pair, _folder(options)).name} is removed.")


def download(options: argparse.Namespace) -> None:
    """Download models from the public index of Argos and install them; an interrupted download goes on where it stopped."""
    from bot.adapters.argos.download import connection, download, pins
    from bot.adapters.argos.index import PUBLIC, read_index
    from bot.adapters.argos.model import try_out
    from bot.adapters.argos.packages import installed

    settings = None if options.models else read_settings()
    folder = _folder(options)
    _libraries()
    with connection() as client:
        offers = _offers(read_index(client, options.index or (settings and settings.models_index) or PUBLIC), options.pairs)
        for offer in offers:
            known = {pin.sha256 for link, pin in pins(folder).items() if link in offer.links}
            if any(each.name == offer.name and each.sha256 in known for each in installed(folder)):
                print(f"{offer.name} is installed already.")
                continue
            today = datetime.now(UTC).date()
            _say_installed(download(client, offer, folder, today, try_out, _progress(offer.name)))


def pack(options: argparse.Namespace) -> None:
    """Make an .argosmodel file of an OPUS-MT model (converted to 8 bits) or of one that CTranslate2 can run."""
    from bot.adapters.argos.model import try_out
    from bot.adapters.argos.pack import Direction, pack

    _libraries()
    output = options.output or Path(f"{options.source}_{options.target}.argosmodel")
    package = pack(options.folder, Direction(options.source, options.target, options.token), output, try_out)
    print(f"{output} holds {package.name} ({_mb(package.size)} unpacked). To use it: wegweiser models install {output}")


def status(options: argparse.Namespace) -> None:
    """Say for each language how it is reached, how well that was measured, and for which there is no model at all."""
    from bot.adapters.argos.packages import NO_MODELS, installed
    from bot.adapters.argos.translator import missing

    folder = _folder(options)
    packages = installed(folder)
    size, memory = sum(each.size for each in packages), sum(each.memory() for each in packages)
    reached = _reached(folder, packages)
    if options.json:
        languages = {
            code: {way: _way(hops) for way, (hops, _) in ways.items()}
            | {"quality": {way: _as_json(figures) for way, (_, figures) in ways.items()}}
            for code, ways in reached.items()
        }
        said = {"folder": str(folder), "missing": missing(), "models": len(packages), "size": size, "memory": memory}
        print(json.dumps(said | {"languages": languages, "without_models": list(NO_MODELS)}))
        return
    print(f"Folder     {folder}, {len(packages)} models, {_mb(size)}; {_mb(memory)} if all were in memory at once")
    print(f"Libraries  {missing() or 'CTranslate2, SentencePiece, argostranslate and sentencex are installed'}")
    for code, ways in reached.items():
        to, back = ways["to"], ways["from"]
        note = _NO_MODEL if code in NO_MODELS else ""
        note = f"   {_rated(*to)} / {_rated(*back)}" if to[0] or back[0] else note
        print(f"{code}  from German: {_way(to[0]):15}  to German: {_way(back[0]):15}  {LANGUAGES[code].name}{note}")
    print(f"There is no Argos model for {', '.join(NO_MODELS.values())}: people get texts by people in these languages.")
    print("For Dari, texts and models in Persian (fa) are used: tell people so.")


def translate(options: argparse.Namespace) -> int:
    """Translate a text with the installed models, as the live chat does."""
    from bot.adapters.argos.packages import NO_MODELS
    from bot.adapters.argos.translator import ArgosTranslator
    from bot.services.ports import Translated

    folder = _folder(options)
    _libraries()

    async def translated() -> object:
        translator = ArgosTranslator(folder, seconds=math.inf)
        try:
            return await translator.translate(options.text, options.source, options.target)
        finally:
            await translator.close()

    result = asyncio.run(translated())
    if isinstance(result, Translated):
        found = {"text": result.text, "route": result.route, "confidence": result.confidence, "reason": None}
        print(json.dumps(found, ensure_ascii=False) if options.json else result.text)
        return 0
    reason = getattr(result, "reason", "error")
    if reason == "same_language":
        as_it_is = {"text": options.text, "route": [], "confidence": None, "reason": reason}
        print(json.dumps(as_it_is, ensure_ascii=False) if options.json else options.text)
        return 0
    if options.json:
        print(json.dumps({"text": None, "route": [], "confidence": None, "reason": reason}))
        return 1
    none = [each for each in (options.source, options.target) if each in NO_MODELS]
    offered = f" ({', '.join(none)}: there is no Argos model; use texts by people)" if none and reason == "no_model" else ""
    raise CommandError(f"Not translated from {options.source} to {options.target}: {_WHY.get(reason, reason)}{offered}.")


def _folder(options: argparse.Namespace) -> Path:
    return options.models or read_settings().models_folder


def _libraries() -> None:
    from bot.adapters.argos.translator import missing

    reason = missing()
    if reason:
        raise CommandError(f"Nothing can be translated here: {reason}.")


def _say_installed(package: "Package") -> None:
    print(f"{package.name} is installed ({_mb(package.size)}, sha256 {package.sha256[:12]}…){_about(package.description)}")


def _offers(found: "list[Offer]", pairs: list[str]) -> "list[Offer]":
    """Return what is wanted; all that is not there is named at once, before anything is fetched."""
    from bot.adapters.argos.index import find
    from bot.adapters.argos.packages import PackageError

    offers, problems = [], []
    for pair in pairs:
        try:
            offers.append(find(found, pair))
        except PackageError as error:
            problems.append(str(error))
    if problems:
        raise CommandError("\n".join(problems))
    return offers


def _progress(name: str) -> Callable[[int, int | None], None]:
    """Return what shows how much of a file has arrived: a line that changes, or in a log a line for every tenth."""
    live, shown = sys.stderr.isatty(), -1

    def show(done: int, total: int | None) -> None:
        nonlocal shown
        step = done * (100 if live else 10) // total if total else done // (10 * 1024**2)
        if step != shown:
            shown = step
            of = f" of {_mb(total)}" if total else ""
            print(f"{name}: {_mb(done)}{of}", end="\r" if live and done != total else "\n", file=sys.stderr, flush=True)

    return show


def _reached(folder: Path, packages: "list[Package]") -> "dict[str, dict[str, tuple[Hops, Quality | None]]]":
    """Return for each language the way from German and to German, with what was measured of it."""
    from bot.adapters.argos.quality import measured, quality
    from bot.adapters.argos.translator import route

    figures = quality(folder)

    def way(source: str, target: str) -> "tuple[Hops, Quality | None]":
        hops = route(packages, source, target)
        return hops, measured(figures, hops) if hops else None

    return {code: {"to": way(SOURCE, code), "from": way(code, SOURCE)} for code in LANGUAGES if code != SOURCE}


def _way(hops: "Hops") -> str:
    return "no" if hops is None else "direct" if len(hops) == 1 else "through English"


def _rated(hops: "Hops", found: "Quality | None") -> str:
    if not hops:
        return "-"
    if found is None:
        return "for tests only" if any(each.rehearsed for each in hops) else "not measured"
    off = "" if found.live else ", too weak for the live chat"
    return f"chrF {found.chrf:.0f}, BLEU {found.bleu:.0f} ({found.at}){off}"


def _as_json(found: "Quality | None") -> dict[str, Any] | None:
    return asdict(found) if found else None


def _about(description: str) -> str:
    return f"  {description}" if description else ""


def _mb(size: int) -> str:
    return f"{size / 1024**2:.1f} MB"
