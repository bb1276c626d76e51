"""Makes Argos packages of other models: OPUS-MT (Marian) ones, which are converted to 8 bits, and those of CTranslate2.

OPUS-MT cuts each language with a SentencePiece model of its own. The source's becomes `sentencepiece.model`, which any reader of
Argos packages finds; the target's is kept beside it and decodes.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.adapters.argos.packages import BPE, METADATA, PIECES, TARGET_PIECES, Package, PackageError, read, read_object, sha256_of
from bot.core.language import LANGUAGES

_MARIAN, _CONVERTED = "decoder.yml", "model.bin"
_TOKENIZERS = (
    {"source.spm": PIECES, "target.spm": TARGET_PIECES},
    {PIECES: PIECES, TARGET_PIECES: TARGET_PIECES},
    {PIECES: PIECES},
    {BPE: BPE},
)
"""Which files may lie in a folder, and what they are called in a package; the first whole set counts."""
_KEPT = re.compile(r"(README|LICEN[CS]E|NOTICE|COPYING|CITATION)(\..+)?\Z", re.IGNORECASE)
_LANGUAGE_TOKEN = re.compile(r">>\w+<<\Z")


@dataclass(frozen=True, slots=True)
class Direction:
    """What a model translates; `token` is what models of several target languages want to read first (">>ara<<")."""

    source: str
    target: str
    token: str = ""


def pack(folder: Path, direction: Direction, output: Path, try_out: Callable[[Package], None] = lambda package: None) -> Package:
    """Write the model of a folder as an .argosmodel file and return what is in it.

    Raises:
        PackageError: the folder holds no usable model, or the file cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".packing-") as temporary:
            root = Path(temporary) / f"translate-{direction.source}_{direction.target}-1_0"
            root.mkdir()
            _convert(folder, root / "model")
            _copy_tokenizer(folder, root)
            _check_token(root / "model", direction.token)
            _describe(folder, root, direction)
            package = read(root)
            try_out(package)
            _zip(root, Path(temporary) / "packed")
            (Path(temporary) / "packed").replace(output)
            return package
    except (PackageError, ValueError) as error:
        raise PackageError(f"{folder} cannot be packed: {error}.") from None
    except OSError as error:
        raise PackageError(f"{error.filename or output} cannot be used: {error.strerror}.") from None


def _convert(folder: Path, model: Path) -> None:
    from ctranslate2.converters import OpusMTConverter

    ready = next((each for each in (folder, folder / "model") if (each / _CONVERTED).is_file()), None)
    if ready:
        model.mkdir()
        for each in (ready / _CONVERTED, ready / "config.json", *ready.glob("*vocabulary*")):
            shutil.copyfile(each, model / each.name)
    elif (folder / _MARIAN).is_file():
        try:
            OpusMTConverter(str(folder)).convert(str(model), quantization="int8")
        except OSError:
            raise
        except Exception as error:  # Whatever is wrong with weights of unknown origin.
            raise PackageError(f"its weights cannot be converted ({type(error).__name__}: {error})") from None
    else:
        raise PackageError(
            f"it holds neither an OPUS-MT model in Marian's form ({_MARIAN}, *.npz) nor one of CTranslate2 ({_CONVERTED}); "
            "a model for PyTorch has to be converted with ct2-transformers-converter first"
        )


def _copy_tokenizer(folder: Path, root: Path) -> None:
    found = next((each for each in _TOKENIZERS if all((folder / name).is_file() for name in each)), None)
    if found is None:
        raise PackageError(f"it has no tokenizer: source.spm and target.spm, {PIECES} or {BPE}")
    for name, packed in found.items():
        shutil.copyfile(folder / name, root / packed)


def _check_token(model: Path, token: str) -> None:
    """Refuse a model of several target languages without the one that is meant: it would choose by itself."""
    known = [each for each in _source_vocabulary(model) if _LANGUAGE_TOKEN.match(each)]
    if token and token not in known:
        raise PackageError(f"the model does not know the token {token}; it knows {' '.join(known) or 'none'}")
    if known and not token:
        raise PackageError(f"it translates into several languages; choose one with --token: {' '.join(known)}")


def _source_vocabulary(model: Path) -> list[str]:
    for name in ("source_vocabulary", "shared_vocabulary"):
        as_json, as_lines = model / f"{name}.json", model / f"{name}.txt"
        if as_json.is_file():
            found = json.loads(as_json.read_text("utf-8"))
            return [str(each) for each in found] if isinstance(found, list) else []
        if as_lines.is_file():
            return as_lines.read_text("utf-8").splitlines()
    raise PackageError("its model has no vocabulary")


def _describe(folder: Path, root: Path, direction: Direction) -> None:
    """Write what an Argos package says about itself; its version changes with the weights."""
    for each in sorted(folder.iterdir()):
        if each.is_file() and _KEPT.match(each.name):
            shutil.copyfile(each, root / each.name)
    before = read_object(folder / METADATA) if (folder / METADATA).exists() else {}
    metadata = before | {
        "package_version": f"1.0+{sha256_of(root / 'model' / _CONVERTED)[:8]}",
        "argos_version": "1.5",
        "from_code": direction.source,
        "from_name": _name(direction.source),
        "to_code": direction.target,
        "to_name": _name(direction.target),
        "license": _licence(folder) or before.get("license", ""),
        "description": before.get("description") or f"Packed from {folder.resolve().name}.",
    }
    if direction.token:
        metadata["source_prefix"] = direction.token
    (root / METADATA).write_text(json.dumps(metadata, indent=1, ensure_ascii=False), "utf-8")


def _name(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else code


def _licence(folder: Path) -> str:
    """Return the first line of the licence: its name, in those that OPUS-MT ships."""
    for each in sorted(folder.glob("LICEN[CS]E*")):
        lines = [line.strip() for line in each.read_text("utf-8", "replace").splitlines() if line.strip()]
        return lines[0][:80] if lines else ""
    return ""


def _zip(root: Path, file: Path) -> None:
    """Pack a folder; the same content gives the same bytes."""
    with ZipFile(file, "w") as archive:
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            entry = ZipInfo(path.relative_to(root.parent).as_posix())
            entry.compress_type, entry.external_attr, entry.file_size = ZIP_DEFLATED, 0o644 << 16, path.stat().st_size
            with path.open("rb") as content, archive.open(entry, "w") as packed:
                shutil.copyfileobj(content, packed, 1024**2)
