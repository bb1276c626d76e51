"""What the web needs from the rest of the system."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.calendars import Entry
from bot.core.content import Content
from bot.core.retention import Periods
from bot.services.agenda import Agenda
from bot.services.bookings import Bookings
from bot.services.casework import Casework
from bot.services.closings import Closings
from bot.services.counter import Counter
from bot.services.desk import Desk
from bot.services.drafts import Drafts
from bot.services.editorial import Editorial
from bot.services.feeds import Feeds
from bot.services.files import Files
from bot.services.inbox import Inbox
from bot.services.interpreters import Interpreters
from bot.services.live import Live
from bot.services.members import Members
from bot.services.offering import Offering
from bot.services.ports import Advisor, Calendar, Clock, IdentityProvider, Store
from bot.services.presence import Presence
from bot.services.reading import Reading
from bot.services.requests import Requests
from bot.services.sending import Sending

Gettext = Callable[[str], str]
Webhook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Takes headers and body of a request and returns the status to answer with."""
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class WebParts:
    """Everything `create_web` wires together.

    `secret` signs the hidden tokens of the chat's forms; keep it over restarts. `metrics` gives names and values without any
    person in them. `outages` are what is raised while nothing can be stored. `demo_hint` is shown on the sign-in page and
    stays empty outside the demo. Passkeys are for `public_url` alone. With `require_second_factor`, staff without one can only
    set one up.
    """

    inbox: Inbox
    desk: Desk
    casework: Casework
    members: Members
    editorial: Editorial
    agenda: Agenda
    closings: Closings
    bookings: Bookings
    counter: Counter
    offering: Offering
    sending: Sending
    drafts: Drafts
    files: Files
    feeds: Feeds
    interpreters: Interpreters
    requests: Requests
    feed_file: Callable[[Iterable[Entry]], bytes]
    presence: Presence
    reading: Reading
    store: Store
    live: Live
    content: Callable[[], Content]
    clock: Clock
    console_texts: Callable[[str], Gettext]
    secret: bytes
    ready: Callable[[], bool]
    metrics: Callable[[], Mapping[str, float]]
    failing_calendars: Callable[[Advisor], Sequence[Calendar]] = lambda advisor: ()
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    secure_cookies: bool = False
    public_url: str = "http://localhost:8080"
    provider: IdentityProvider | None = None
    require_second_factor: bool = False
    demo_hint: str = ""
    source_url: str = ""
    quick_exit_url: str = ""
    pause: Pause = asyncio.sleep
    outages: tuple[type[Exception], ...] = ()
    periods: Callable[[], Periods] = Periods
