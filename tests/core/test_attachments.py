"""A file is what its first bytes say; its name is cleaned and its sender is not believed."""

import pytest

from bot.core.attachments import LARGEST, UnfitFile, accepted, is_picture
from bot.core.messages import Attachment

JPEG, PNG, PDF = b"\xff\xd8\xff\xe0 photo", b"\x89PNG\r\n\x1a\n picture", b"%PDF-1.7 letter"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("data", "kind", "media_type", "name"),
    [
        (JPEG, "photo", "image/jpeg", "brief.jpg"),
        (PNG, "photo", "image/png", "brief.png"),
        (WEBP, "photo", "image/webp", "brief.webp"),
        (PDF, "document", "application/pdf", "brief.pdf"),
    ],
)
def test_what_it_is_stands_in_its_bytes_and_not_in_its_name(data: bytes, kind: str, media_type: str, name: str) -> None:
    assert accepted("brief.exe", data) == Attachment(kind, name, media_type, data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (HEIC, "heic"),
        (b"<html><script>", "unknown"),
        (b"GIF89a", "unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "unknown"),
        (b"PK\x03\x04", "unknown"),
        (b"", "unknown"),
        (b"RIFF\x10\x00\x00\x00WAVE", "unknown"),
        (JPEG + bytes(LARGEST), "too_large"),
    ],
)
def test_everything_else_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnfitFile) as refused:
        accepted("foto.jpg", data)
    assert refused.value.reason == reason


def test_a_file_of_exactly_ten_megabytes_is_taken() -> None:
    assert accepted("foto.jpg", JPEG + bytes(LARGEST - len(JPEG))).kind == "photo"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Amina\\Mein Brief.PDF", "Mein Brief.pdf"),
        ("rechnung\u202efdp.exe", "rechnungfdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("رسالة من دائرة الأجانب.pdf", "رسالة من دائرة الأجانب.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
    ],
)
def test_a_name_cannot_lead_anywhere_or_mislead(given: str, kept: str) -> None:
    assert accepted(given, PDF).name == kept


def test_only_what_really_is_a_picture_is_shown_as_one() -> None:
    assert is_picture(Attachment("photo", "foto.jpg", "image/jpeg", JPEG))
    assert not is_picture(Attachment("photo", "foto.jpg", "image/jpeg", b"<script>"))
    assert not is_picture(Attachment("document", "brief.pdf", "application/pdf", PDF))
    assert not is_picture(None)
