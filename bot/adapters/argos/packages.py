"""Argos packages on disk: installing them from a file, listing and removing them."""

import hashlib
import json
import logging
import math
import re
import shutil
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

log = logging.getLogger(__name__)
LARGEST = 2 * 1024**3
"""Bytes of an unpacked package; the public ones have about a tenth of it."""
_MOST_FILES = 1000
_MOST_SHRUNK = 100
"""A file that was packed to less than a hundredth is a bomb; weights hardly shrink at all."""
_SMALL = 1024**2
_OWN = "wegweiser.json"
PIECES, TARGET_PIECES, BPE = "sentencepiece.model", "sentencepiece.target.model", "bpe.model"
"""The tokenizer of a package: SentencePiece, a second one for the target language (our own addition, for OPUS-MT), or BPE."""
DOWNLOADS, QUALITY = "downloads.json", "quality.json"
"""Files beside the packages: what was downloaded, and how well the pairs did when they were measured."""
NO_MODELS = {
    "ku": "Kurdish",
    "kmr": "Kurmanji",
    "ckb": "Sorani",
    "ti": "Tigrinya",
    "ps": "Pashto",
    "so": "Somali",
    "am": "Amharic",
    "prs": "Dari",
}
"""Languages without an Argos model: texts by people only, unless somebody packs and measures another model."""
METADATA = "metadata.json"
_MODEL = "model/model.bin"
_NOT_FOR_PEOPLE = "never for users"
"""What the models of tests/models say about themselves."""
_CODE = re.compile(r"[a-z]{2,3}\Z")
_PAIR = re.compile(r"([a-z]{2,3})[-_]([a-z]{2,3})\Z")
_IN_MEMORY = 1.15
"""What a loaded model takes, compared with its file."""


class PackageError(Exception):
    """A package cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package: one direction between two languages."""

    path: Path
    source: str
    target: str
    version: str
    size: int
    sha256: str
    licence: str = ""
    description: str = ""
    prefix: str = ""
    source_prefix: str = ""
    """What OPUS-MT models of several target languages want to read first, for example ">>ara<<"."""

    @property
    def pair(self) -> str:
        """Return both languages as one word, for example "de-ar"."""
        return f"{self.source}-{self.target}"

    def memory(self) -> int:
        """Return about how many bytes it takes when it is loaded; what it needs to translate comes on top."""
        return math.ceil(sum(each.stat().st_size for each in (self.path / "model").iterdir()) * _IN_MEMORY)

    @property
    def rehearsed(self) -> bool:
        """Tell whether it is a model for tests and the demo, which knows only the sentences it was trained on."""
        return _NOT_FOR_PEOPLE in self.description

    @property
    def name(self) -> str:
        """Return pair and version."""
        return f"{self.pair} {self.version}"


def languages(pair: str) -> tuple[str, str] | None:
    """Return both languages of a pair such as "de-en" or "de_en", or None."""
    named = _PAIR.match(pair.strip().lower())
    return (named[1], named[2]) if named else None


def sha256_of(file: Path) -> str:
    """Return the checksum of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def installed(folder: Path) -> list[Package]:
    """Return the packages of a folder; whatever else lies there is left out with a warning.

    Raises:
        PackageError: the folder cannot be read.
    """
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise PackageError(f"{folder} cannot be read: {error.strerror}.") from None
    found = []
    for path in paths:
        if path.name.startswith(".") or path.name in (DOWNLOADS, QUALITY):
            continue
        try:
            found.append(read(path))
        except PackageError as error:
            log.warning("%s is no package (%s) and is left out", path, error)
    return found


def install(file: Path, folder: Path, try_out: Callable[[Package], None] = lambda package: None) -> Package:
    """Unpack a package beside the others and take it into use at once; a package of the same pair is replaced.

    Raises:
        PackageError: it is damaged, dangerous, or not what Wegweiser can use; nothing was changed.
    """
    try:
        digest = sha256_of(file)
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=folder))
    except OSError as error:
        raise PackageError(f"{error.filename or file} cannot be used: {error.strerror}.") from None
    try:
        root = _unpack(file, aside)
        own = {"sha256": digest, "file": file.name}
        (root / _OWN).write_text(json.dumps(own, indent=1), "utf-8")
        package = read(root)
        try_out(package)
        place = folder / f"{package.source}_{package.target}"
        _replace(place, root, aside / ".before")
        return read(place)
    except PackageError as error:
        raise PackageError(f"{file.name} cannot be installed: {error}.") from None
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise PackageError(f"{file.name} is damaged or no Argos package ({error}). Fetch it once more.") from None
    except OSError as error:
        raise PackageError(f"{file.name} cannot be unpacked into {folder}: {error.strerror}.") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def remove(pair: str, folder: Path) -> Package:
    """Delete the package of a pair such as "de-en".

    Raises:
        PackageError: there is none, or it cannot be deleted.
    """
    named = languages(pair)
    package = next((each for each in installed(folder) if (each.source, each.target) == named), None)
    if package is None:
        raise PackageError(f"There is no package {pair!r}. See: wegweiser models list")
    try:
        aside = Path(tempfile.mkdtemp(prefix=".removing-", dir=folder))
        package.path.rename(aside / "package")
        shutil.rmtree(aside)
    except OSError as error:
        raise PackageError(f"{package.path} cannot be deleted: {error.strerror}.") from None
    return package


def _replace(place: Path, new: Path, before: Path) -> None:
    if place.exists():
        place.rename(before)
    try:
        new.rename(place)
    except OSError:
        if before.exists():
            before.rename(place)
        raise


def read(path: Path) -> Package:
    """Return the package of a folder.

    Raises:
        PackageError: it is none.
    """
    metadata = read_object(path / METADATA)
    source, target = metadata.get("from_code"), metadata.get("to_code")
    if not (isinstance(source, str) and isinstance(target, str) and _CODE.match(source) and _CODE.match(target)):
        raise PackageError(f"{METADATA} names no two languages")
    if not (path / _MODEL).is_file():
        raise PackageError(f"it has no {_MODEL}")
    if not any((path / name).is_file() for name in (PIECES, BPE)):
        raise PackageError(f"it has neither {PIECES} nor {BPE}")
    own = read_object(path / _OWN) if (path / _OWN).exists() else {}
    return Package(
        path,
        source,
        target,
        version=str(metadata.get("package_version", "")),
        size=sum(each.stat().st_size for each in path.rglob("*") if each.is_file()),
        sha256=str(own.get("sha256", "")),
        licence=str(metadata.get("license", metadata.get("licence", ""))),
        description=" ".join(str(metadata.get("description", "")).split()),
        prefix=str(metadata.get("target_prefix", "")),
        source_prefix=str(metadata.get("source_prefix", "")),
    )


def read_object(path: Path) -> dict[str, Any]:
    """Return what a small JSON file of a package says.

    Raises:
        PackageError: it is not there, too large, or no JSON object.
    """
    try:
        if path.stat().st_size > _SMALL:
            raise PackageError(f"its {path.name} is too large")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise PackageError(f"it has no readable {path.name}") from None
    if not isinstance(found, dict):
        raise PackageError(f"{path.name} is not what it should be")
    return found


def _unpack(file: Path, aside: Path) -> Path:
    """Unpack a package into an empty folder and return its root folder."""
    with ZipFile(file) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(archive.infolist()) > _MOST_FILES:
            raise PackageError(f"it has more than {_MOST_FILES} files")
        roots = {_root(each) for each in archive.infolist()}
        if len(roots) != 1:
            raise PackageError("an Argos package has exactly one folder at its root")
        if len({each.filename.casefold() for each in members}) < len(members):
            raise PackageError("it has two files of the same name")
        if sum(each.file_size for each in members) > LARGEST:
            raise PackageError(f"it would take more than {LARGEST // 1024**2} MB")
        if any(each.file_size > max(_SMALL, _MOST_SHRUNK * each.compress_size) for each in members):
            raise PackageError("a file in it grows more than a hundredfold when it is unpacked")
        for each in members:
            place = aside / each.filename
            place.parent.mkdir(parents=True, exist_ok=True)
            # zipfile stops at the size that was declared and compares the checksum.
            with archive.open(each) as packed, place.open("xb") as unpacked:
                shutil.copyfileobj(packed, unpacked, 1024**2)
    return aside / roots.pop()


def _root(member: ZipInfo) -> str:
    """Return the first folder of a member's name; nothing may lead anywhere else."""
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageError(f"{member.filename!r} is a link or a device")
    parts = member.filename.rstrip("/").split("/")
    if "\\" in member.filename or ":" in member.filename or any(part in ("", ".", "..") for part in parts):
        raise PackageError(f"{member.filename!r} leads out of the package")
    if len(parts) == 1 and not member.is_dir():
        raise PackageError("an Argos package has exactly one folder at its root")
    return parts[0]
