from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import wire
from bot.core.content import Content
from tests.clock import FixedClock, Ids
from tests.services.fakes import BEATE, CARL, COLLEAGUE, JENS, PlannedTranslator, RecordingAlerts, World


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path, Vault(b"k" * 32))
    yield store
    store.close()


@pytest.fixture
def world(store: SqliteStore, content: Content) -> World:
    clock, alerts, translator = FixedClock(), RecordingAlerts(), PlannedTranslator()
    parts = wire(store, content, clock, Ids(), translator)
    parts.alerts = alerts
    with store.transaction() as tx:
        for advisor in (BEATE, COLLEAGUE, JENS, CARL):
            tx.add_advisor(advisor)
    return World(parts, clock, alerts, translator)
