from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore
from tests.adapters.sqlite.people import open_store


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(directory: Path) -> Iterator[SqliteStore]:
    store = open_store(directory)
    yield store
    store.close()
