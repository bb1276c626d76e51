"""What many tests need: the real content, loaded once."""

from pathlib import Path

import pytest

from bot.adapters.content.loader import load
from bot.core.content import Content

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def content() -> Content:
    return load(ROOT)
