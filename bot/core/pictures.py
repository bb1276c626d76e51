"""How many points a picture has, by its head alone: a small file can unfold into more than a browser can hold."""

import struct

MOST = 64_000_000
"""Points of a picture that is shown; a photo of the largest common cameras has 50 million."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Marks of a JPEG that its measures follow."""
_MARKS = 1_000
"""Of a JPEG that are looked at; one that hides its measures behind more is not shown."""


def points(data: bytes) -> int:
    """Return the points of a PNG, JPEG or WebP; 0 when its head tells nothing, and then no browser shows it either."""
    try:
        width, height = _webp(data) if data[:4] == b"RIFF" else _jpeg(data) if data[:2] == b"\xff\xd8" else _png(data)
    except (struct.error, ValueError):
        return 0
    return width * height


def _png(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(_MARKS):
        at = data.index(b"\xff", at)  # what stands between two marks is passed over, as browsers do
        mark = data[at + 1] if at + 1 < len(data) else 0
        if mark in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        bare = mark in (0x00, 0x01, 0xFF) or 0xD0 <= mark <= 0xD8
        at += (1 if mark == 0xFF else 2) if bare else 2 + struct.unpack_from(">H", data, at + 2)[0]
    return MOST, MOST


def _webp(data: bytes) -> tuple[int, int]:
    if data[12:16] == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF
