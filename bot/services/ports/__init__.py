"""What the services need from outside: Protocols only; adapters fulfil them without inheriting."""

from bot.services.ports.calendars import Account as Account
from bot.services.ports.calendars import Calendar as Calendar
from bot.services.ports.calendars import CalendarError as CalendarError
from bot.services.ports.calendars import CalendarServer as CalendarServer
from bot.services.ports.calendars import Feed as Feed
from bot.services.ports.cases import NEWCOMER as NEWCOMER
from bot.services.ports.delivery import (
    AskedLine as AskedLine,
)
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
from bot.services.ports.identity import Errand as Errand
from bot.services.ports.identity import IdentityProvider as IdentityProvider
from bot.services.ports.identity import ProviderError as ProviderError
from bot.services.ports.privacy import AuditLine as AuditLine
from bot.services.ports.privacy import Record as Record
from bot.services.ports.records import (
    CAPACITY as CAPACITY,
)
from bot.services.ports.records import (
    Advisor as Advisor,
)
from bot.services.ports.records import (
    CaseCount as CaseCount,
)
from bot.services.ports.records import (
    HistoryLine as HistoryLine,
)
from bot.services.ports.records import (
    Note as Note,
)
from bot.services.ports.records import (
    NoteKind as NoteKind,
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
from bot.services.ports.relay import Alert as Alert
from bot.services.ports.relay import Posted as Posted
from bot.services.ports.relay import Source as Source
from bot.services.ports.relay import Topic as Topic
from bot.services.ports.signins import Invite as Invite
from bot.services.ports.signins import Passkey as Passkey
from bot.services.ports.signins import SecondFactor as SecondFactor
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
from bot.services.ports.translation import Urgency as Urgency
