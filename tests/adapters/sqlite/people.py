"""Who appears in the tests: Amina (Arabic) and Oksana (Ukrainian); Beate and Jens, advisors of two agencies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite import SqliteStore, Transaction, Vault, migrations
from bot.adapters.sqlite.database import connect, make_directory
from bot.adapters.sqlite.store import DATABASE
from bot.core.appointments import Appointment, Hold, Slot, book, hold
from bot.core.cases import Case
from bot.core.contacts import Conversation
from bot.core.messages import Address, InboundMessage
from bot.core.retention import Periods
from bot.services.ports import Advisor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PERIODS = Periods()
MASTER = bytes(range(32))
AMINA = Address("telegram", "4815162342")
OKSANA = Address("web", "oksana-7f3a")
BEATE = Advisor("beate", "beate", "Beate Petersen", "caritas", "advisor", "de", "hash-b")
JENS = Advisor("jens", "jens", "Jens Hansen", "awo", "coordinator", "de", "hash-j", telegram_id=77, disabled=True)
AMINAS_QUESTION = "كيف أجد سكناً في هايده؟"
OKSANAS_QUESTION = "Де мені знайти садочок?"


def open_store(directory: Path, *, alone: bool = True) -> SqliteStore:
    return SqliteStore(directory, Vault(MASTER), alone=alone)


def lay_down(directory: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the data directory of an older program, which knew only the first steps of the schema."""
    make_directory(directory)
    database = connect(directory / DATABASE)
    with monkeypatch.context() as older:
        older.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:steps])
        migrations.migrate(database)
    database.conn.execute("INSERT INTO key_check (value) VALUES (?)", (Vault(MASTER).check_value(),))
    database.conn.close()


def amina(tx: Transaction, now: datetime = NOW) -> Conversation:
    return tx.conversation_at(AMINA, now, "amina")


def oksana(tx: Transaction, now: datetime = NOW) -> Conversation:
    return tx.conversation_at(OKSANA, now, "oksana")


def wrote(text: str, external_id: str = "1", address: Address = AMINA) -> InboundMessage:
    return InboundMessage(address.channel, external_id, address, NOW, text=text)


def heard(
    tx: Transaction, message: InboundMessage, who: str, case: str | None, now: datetime, translation: str | None = None
) -> None:
    tx.hear(message, message.text, who, case, now, translation)


def case_of(conversation: Conversation, number: int = 1, opened_at: datetime = NOW, agency: str = "caritas") -> Case:
    return Case(
        id=f"case-{number}",
        number=number,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
        agency=agency,
        site="heide",
        topic="housing",
        language="ar",
        place="Heide",
        question=AMINAS_QUESTION,
        trail=("housing", "rental-deposit"),
        opened_at=opened_at,
        promised_until=opened_at + DAY,
        flags=("crisis",),
    )


def slot(start: datetime = NOW + DAY, minutes: int = 30, seat: int = 0) -> Slot:
    return Slot("heide", start, start + minutes * MINUTE, seat)


def hold_by(person: Conversation, wanted: Slot, now: datetime = NOW) -> Hold:
    return hold(wanted, person.contact_id, now, f"hold-{person.id}")


def booking_by(person: Conversation, wanted: Slot, id: str = "") -> Appointment:
    return book(wanted, person.contact_id, person.id, "housing", "ar", NOW, id or f"appointment-{person.id}")


def everything_on_disk(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(directory.iterdir()))
