"""Which files people may send each other: told by their content, never by their name."""

import re
from typing import Literal

from bot.core.messages import Attachment
from bot.core.pictures import MOST, points
from bot.core.text import strip_controls

LARGEST = 10 << 20
"""Bytes of a file; a photo of a letter has a tenth of that, and Telegram takes no larger photo."""
PICTURES = ("image/jpeg", "image/png", "image/webp")
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")
_NAME_LENGTH = 60
_UNSAFE = re.compile(r'[/:*?"<>|\s]+')


class UnfitFile(Exception):
    """A file that is not taken, and why."""

    def __init__(self, reason: Literal["too_large", "heic", "unknown"]) -> None:
        super().__init__(reason)
        self.reason: Literal["too_large", "heic", "unknown"] = reason


def accepted(name: str, data: bytes) -> Attachment:
    """Return a file as it may travel, with a harmless name and the ending of what it really is.

    Raises:
        UnfitFile: it is too large, or nothing that is taken.
    """
    if len(data) > LARGEST:
        raise UnfitFile("too_large")
    found = media_type(data)
    if found is None:
        raise UnfitFile("heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIC else "unknown")
    kind = "photo" if found in PICTURES else "document"
    return Attachment(kind, _clean(name, kind) + _ENDINGS[found], found, data)


def media_type(data: bytes) -> str | None:
    """Return what a file is by its first bytes; None for everything that is not taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if data.startswith(b"%PDF-") else None


def is_picture(attachment: Attachment | None) -> bool:
    """Tell whether a file can be shown, whatever its sender says that it is; one that unfolds beyond measure is a file only."""
    return attachment is not None and media_type(attachment.data) in PICTURES and points(attachment.data) <= MOST


def _clean(name: str, otherwise: str) -> str:
    """Return a file's name without its folders, its ending and anything that could mislead."""
    last = strip_controls(name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rpartition(".")[0] or last
    return _UNSAFE.sub(" ", stem).strip(" .")[:_NAME_LENGTH].strip() or otherwise
