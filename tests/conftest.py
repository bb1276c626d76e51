"""What many tests need: the real content, loaded once."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.adapters.content.loader import load
from bot.core.content import Content

if TYPE_CHECKING:
    from tests.radicale import Radicale

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def content() -> Content:
    return load(ROOT)


@pytest.fixture(scope="session")
def calendar_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Radicale]":
    # Imported only where it is needed: it takes half a second.
    from tests.radicale import Radicale

    server = Radicale(tmp_path_factory.mktemp("radicale"))
    yield server
    server.close()


@pytest.fixture
def radicale(calendar_server: "Radicale") -> "Radicale":
    """A real CalDAV server with calendars that are empty."""
    return calendar_server.fresh()
