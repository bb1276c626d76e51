"""What the services need from outside: Protocols only; adapters fulfil them without inheriting."""

from bot.services.ports.delivery import (
    Channel as Channel,
)
from bot.services.ports.delivery import (
    Delivered as Delivered,
)
from bot.services.ports.delivery import (
    DeliveryError as DeliveryError,
)
from bot.services.ports.delivery import (
    DeliveryStatus as DeliveryStatus,
)
from bot.services.ports.delivery import (
    OutboxItem as OutboxItem,
)
from bot.services.ports.records import (
    Advisor as Advisor,
)
from bot.services.ports.records import (
    HistoryLine as HistoryLine,
)
from bot.services.ports.records import (
    Note as Note,
)
from bot.services.ports.records import (
    StaffRole as StaffRole,
)
from bot.services.ports.records import (
    StaffSession as StaffSession,
)
from bot.services.ports.records import (
    Timer as Timer,
)
from bot.services.ports.records import (
    TranscriptLine as TranscriptLine,
)
from bot.services.ports.store import Store as Store
from bot.services.ports.store import Transaction as Transaction
from bot.services.ports.surroundings import (
    Alerts as Alerts,
)
from bot.services.ports.surroundings import (
    AppointmentChange as AppointmentChange,
)
from bot.services.ports.surroundings import (
    Clock as Clock,
)
from bot.services.ports.surroundings import (
    Embedder as Embedder,
)
from bot.services.ports.translation import NotTranslated as NotTranslated
from bot.services.ports.translation import Translated as Translated
from bot.services.ports.translation import Translator as Translator
