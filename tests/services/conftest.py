from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import wire
from bot.core.content import Content
from bot.services.translation import Translation
from tests.clock import FixedClock, Ids
from tests.services.fakes import PlannedTranslator, RecordingAlerts, World


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path, Vault(b"k" * 32))
    yield store
    store.close()


@pytest.fixture
def world(store: SqliteStore, content: Content) -> World:
    clock, alerts, translator = FixedClock(), RecordingAlerts(), PlannedTranslator()
    parts = wire(store, content, clock, Ids(), Translation(translator))
    parts.alerts = alerts
    return World(parts, clock, alerts, translator)
