"""Remembers beside the packages how well pairs did when they were measured (`wegweiser models evaluate --write`)."""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.adapters.argos.packages import QUALITY, Package, PackageError
from bot.core.quality import Quality

log = logging.getLogger(__name__)
_ENTRY = TypeAdapter(Quality)


def quality(folder: Path) -> dict[str, Quality]:
    """Return what was measured, by pair such as "de-ar"; an entry that cannot be read counts as not measured."""
    try:
        entries = json.loads((folder / QUALITY).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        entries = None
    if not isinstance(entries, dict):
        log.warning("%s cannot be read; measure anew: wegweiser models evaluate --write", folder / QUALITY)
        return {}
    found = {}
    for pair, entry in entries.items():
        try:
            found[pair] = _ENTRY.validate_python(entry)
        except ValidationError:
            log.warning("the figures of %s cannot be read; measure anew: wegweiser models evaluate %s --write", pair, pair)
    return found


def measured(found: Mapping[str, Quality], hops: Sequence[Package]) -> Quality | None:
    """Return the figures of a way through packages; none for models that are for tests, or other versions than were measured."""
    figures = found.get(f"{hops[0].source}-{hops[-1].target}")
    fits = figures is not None and figures.route == tuple(each.name for each in hops)
    return figures if fits and not any(each.rehearsed for each in hops) else None


def live(found: Mapping[str, Quality], hops: Sequence[Package]) -> bool:
    """Tell whether a way may be used in live chat: unless it was measured and found too bad."""
    figures = measured(found, hops)
    return figures is None or figures.live


def write(folder: Path, new: Mapping[str, Quality]) -> None:
    """Store figures; those of other pairs stay.

    Raises:
        PackageError: the file cannot be written.
    """
    entries = {pair: asdict(each) for pair, each in sorted({**quality(folder), **new}.items())}
    aside = folder / f".{QUALITY}"
    try:
        aside.write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
        os.replace(aside, folder / QUALITY)
    except OSError as error:
        raise PackageError(f"{folder / QUALITY} cannot be written: {error.strerror}.") from None
