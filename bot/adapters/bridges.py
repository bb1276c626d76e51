"""The file of what is learned about languages (`core/bridge.py`): it goes with the program, whatever content is used."""

import logging
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.core.bridge import Bridge

log = logging.getLogger(__name__)
SHIPPED = Path(__file__).with_name("bridge.npz")


def load_bridge(path: Path = SHIPPED) -> Bridge | None:
    """Return what is shipped, or None without it: questions are then compared as if every language were stored."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            centres = dict(zip(file["languages"].tolist(), file["centres"].astype(np.float32), strict=True))
            return Bridge(centres, file["space"].astype(np.float32))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        log.warning("%s is damaged (%s); questions in languages without phrasings find less", path, type(error).__name__)
        return None


def save_bridge(bridge: Bridge, path: Path = SHIPPED) -> None:
    """Write what was learned in half precision, which is more than enough."""
    np.savez_compressed(
        path,
        languages=np.array(list(bridge.centres)),
        centres=np.stack(list(bridge.centres.values())).astype(np.float16),
        space=bridge.space.astype(np.float16),
    )
