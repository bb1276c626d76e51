"""A picture's points are told by its head."""

import struct

import pytest

from bot.core.attachments import is_picture
from bot.core.messages import Attachment
from bot.core.pictures import MOST, points
from tests.conftest import ROOT

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def jpeg(width: int, height: int, between: bytes = b"", frame: int = 0xC0) -> bytes:
    return JPEG + between + struct.pack(">BBHBHH", 0xFF, frame, 17, 8, height, width)


def webp(kind: bytes, head: bytes) -> bytes:
    return b"RIFF\x00\x00\x00\x00WEBP" + kind + b"\x00" * 4 + head


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(300, 200), 60_000),
        (jpeg(300, 200), 60_000),
        (jpeg(300, 200, frame=0xC2), 60_000),
        (jpeg(300, 200, between=b"\xff\xc4\x00\x04xx\xff\xff\xe1\x00\x06\xff\xc0xx"), 60_000),
        (jpeg(300, 200, between=b"neither \xff\x00 nor"), 60_000),
        (webp(b"VP8X", b"\x00" * 4 + (299).to_bytes(3, "little") + (199).to_bytes(3, "little")), 60_000),
        (webp(b"VP8L", b"/" + struct.pack("<I", 299 | 199 << 14)), 60_000),
        (webp(b"VP8 ", b"\x00" * 3 + b"\x9d\x01\x2a" + struct.pack("<HH", 300, 200)), 60_000),
        (JPEG, 0),
        (JPEG[:4], 0),
        (b"\x89PNG\r\n\x1a\n", 0),
        (b"RIFF", 0),
    ],
)
def test_each_kind_is_measured_and_what_has_no_head_has_no_points(data: bytes, expected: int) -> None:
    assert points(data) == expected


def test_a_real_picture_is_measured() -> None:
    assert 100_000 < points((ROOT / "bot/adapters/web/pictures/advisor.png").read_bytes()) < 4_000_000


def test_a_picture_that_unfolds_beyond_measure_is_a_file_only() -> None:
    for data, shown in ((png(8000, 8000), True), (png(65_000, 65_000), False), (jpeg(65_000, 65_000), False)):
        assert is_picture(Attachment("photo", "x", "image/png", data)) is shown


def test_who_hides_the_measures_has_nothing_shown_and_costs_no_time() -> None:
    assert points(b"\xff\xd8" + b"\xff\x00" * 5_000_000) > MOST
