"""Content that is spoiled in any way is refused with problems that name the file, or is taken; the program never stumbles."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.content.check import check
from bot.adapters.content.loader import load
from bot.adapters.content.problems import ContentError, errors
from tests.adapters.content.folder import FILES, Folder
from tests.fuzz import changed, fuzzed, spoiled

TODAY = date(2026, 11, 22)
CATALOGUE = "locales/ar/LC_MESSAGES/flows.po"
TREES = {path: yaml.load(text, yaml.BaseLoader) for path, text in FILES.items() if path.endswith(".yaml")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Folder(tmp_path_factory.mktemp("content"))
    folder.translate()
    return folder.root


@contextmanager
def written(path: Path, data: bytes) -> Iterator[None]:
    """Let a file be another for a while."""
    before = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(before)


def judge(root: Path, path: str, data: bytes) -> None:
    """Look at the folder as `check` does; what has no error can be loaded, what has one is refused with it."""
    with written(root / path, data):
        found = errors(check(root, TODAY))
        with suppress(ContentError):
            load(root)
            return
        assert found, "refused without a problem that says why"


@fuzzed(20)
@given(st.data())
def test_a_spoiled_file_is_refused_or_taken(root: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*FILES, CATALOGUE]))
    judge(root, path, data.draw(spoiled((root / path).read_bytes())))


@fuzzed(20)
@given(st.data())
def test_a_file_with_other_things_in_it_is_refused_or_taken(root: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(TREES)))
    tree = data.draw(changed(TREES[path]))
    judge(root, path, yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace"))
