"""Writes what machines made of the content: whole files or none, signed, so that nobody's own words are ever taken for theirs."""

import os
from hashlib import sha256
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Write a file aside and take it into use when it is complete; whoever reads meanwhile has the old one."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    os.replace(aside, path)


def sign(engine: str, text: str) -> str:
    """Return who made a text, with a checksum of it."""
    return f"{engine} ({_checksum(text)})"


def signed(signature: str, text: str) -> bool:
    """Tell whether a text is still what was signed."""
    return f"({_checksum(text)})" in signature


def _checksum(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
