"""Translation models: installing, listing and removing them, saying what they can do, translating a text with them."""

import argparse
import asyncio
import json
import math
from pathlib import Path

from bot.commands.errors import CommandError
from bot.core.language import LANGUAGES, SOURCE
from bot.settings import read_settings

_WHY = {
    "no_model": "no model is installed that leads there",
    "too_slow": "it took too long",
    "unsafe": "the models are not sure of it, or a number, address or name would be lost; the text stays as it is",
    "error": "a model does not work",
    "same_language": "it is the same language",
}


def models(options: argparse.Namespace) -> int | None:
    """List, install or remove translation models (.argosmodel files), or say which languages they reach."""
    folder = _folder(options)
    if bool(options.what) != (options.action in ("install", "remove")):
        raise CommandError("For example: wegweiser models install de_en.argosmodel · models remove de-en · models list")
    return {"list": _list, "install": _install, "remove": _remove, "status": _status}[options.action](folder, options)


def translate(options: argparse.Namespace) -> int:
    """Translate a text with the installed models, as the live chat does."""
    from bot.adapters.argos.translator import NO_MODELS, ArgosTranslator
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
    if options.json:
        print(json.dumps({"text": None, "route": [], "confidence": None, "reason": reason}))
        return 1
    none = [each for each in (options.source, options.target) if each in NO_MODELS]
    offered = f" ({', '.join(none)}: nobody offers a model; use texts by people)" if none and reason == "no_model" else ""
    raise CommandError(f"Not translated from {options.source} to {options.target}: {_WHY[reason]}{offered}.")


def _folder(options: argparse.Namespace) -> Path:
    return options.models or read_settings().models_folder


def _libraries() -> None:
    from bot.adapters.argos.translator import missing

    reason = missing()
    if reason:
        raise CommandError(f"Nothing can be translated here: {reason}.")


def _install(folder: Path, options: argparse.Namespace) -> None:
    from bot.adapters.argos.engine import try_out
    from bot.adapters.argos.packages import install

    _libraries()
    for name in options.what:
        package = install(Path(name), folder, try_out)
        print(f"{package.name} is installed ({_mb(package.size)}, sha256 {package.sha256[:12]}…){_about(package.description)}")


def _remove(folder: Path, options: argparse.Namespace) -> None:
    from bot.adapters.argos.packages import remove

    for pair in options.what:
        print(f"{remove(pair, folder).name} is removed.")


def _list(folder: Path, options: argparse.Namespace) -> None:
    from bot.adapters.argos.packages import installed

    packages = installed(folder)
    if options.json:
        names = ("pair", "version", "size", "licence", "sha256", "description")
        print(json.dumps([{name: getattr(each, name) for name in names} for each in packages], ensure_ascii=False))
        return
    for each in packages:
        licence = each.licence or "licence not named"
        print(f"{each.pair:8} {each.version:8} {_mb(each.size):>9}  {licence}{_about(each.description)}")
    if not packages:
        print(f"No model is in {folder}. To install one: wegweiser models install FILE.argosmodel")


def _status(folder: Path, options: argparse.Namespace) -> None:
    from bot.adapters.argos.packages import installed
    from bot.adapters.argos.translator import NO_MODELS, missing, route

    packages = installed(folder)
    ways = {
        code: {"to": route(packages, SOURCE, code), "from": route(packages, code, SOURCE), "exists": code not in NO_MODELS}
        for code in LANGUAGES
        if code != SOURCE
    }

    def way(code: str, direction: str) -> str:
        hops = ways[code][direction]
        if not isinstance(hops, tuple):
            return "no"
        return "direct" if len(hops) == 1 else "through English"

    if options.json:
        found = {code: {"to": way(code, "to"), "from": way(code, "from")} for code in ways}
        print(json.dumps({"folder": str(folder), "missing": missing(), "languages": found}))
        return
    print(f"Folder     {folder}, {len(packages)} models, {_mb(sum(each.size for each in packages))}")
    print(f"Libraries  {missing() or 'CTranslate2, SentencePiece and sentencex are installed'}")
    for code, language in LANGUAGES.items():
        if code == SOURCE:
            continue
        note = (
            ""
            if ways[code]["exists"]
            else "   nobody offers a model for this language; people get texts by people, or the original"
        )
        print(f"{code}  from German: {way(code, 'to'):15}  to German: {way(code, 'from'):15}  {language.name}{note}")


def _about(description: str) -> str:
    return f"  {description}" if description else ""


def _mb(size: int) -> str:
    return f"{size / 1024**2:.1f} MB"
