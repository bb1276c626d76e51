"""A package as `argostranslate.package` opens it: what its metadata says, and the tokenizer that belongs to it.

That module makes folders in the home directory when it is imported, so it is shown an empty one that is thrown away. Nothing
else of the library is imported: the rest loads onnxruntime, or downloads.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_ITS_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "ARGOS_PACKAGES_DIR")
_importing = threading.Lock()


def opened(path: Path) -> Any:
    """Return the library's own `Package` of a folder.

    Raises:
        OSError, ValueError: its metadata or tokenizer is missing or damaged.
    """
    try:
        package = _library().Package(path)
        package.tokenizer  # noqa: B018 - the library sets it only where it found one
    except AttributeError:
        raise ValueError(f"{path.name} is no package that argostranslate can open") from None
    return package


@cache
def _library() -> Any:
    with _importing, TemporaryDirectory() as folder, _environment(dict.fromkeys(_ITS_FOLDERS, folder)):
        from argostranslate import package

        return package


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
