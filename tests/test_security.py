"""SECURITY.md names tests for what it says: they have to be there."""

import re

from tests.conftest import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")


def test_every_test_that_is_named_as_a_proof_exists() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", TEXT))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_line_of_the_threat_model_names_a_proof() -> None:
    lines = [line for line in TEXT.split("|---|---|---|---|\n")[1].splitlines() if line.startswith("|")]
    assert len(lines) > 10
    assert [line for line in lines if "`tests/" not in line] == []


def test_the_container_takes_the_files_the_program_needs_and_no_root() -> None:
    steps = (ROOT / "Dockerfile").read_text("utf-8")
    for folder in ("bot", "knowledge", "flows", "locales"):
        assert f"COPY {folder} {folder}\n" in steps
    assert "\nUSER wegweiser\n" in steps
