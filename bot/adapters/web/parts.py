"""What the web needs from the rest of the system."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.core.content import Content
from bot.services.agenda import Agenda
from bot.services.desk import Desk
from bot.services.inbox import Inbox
from bot.services.live import Live
from bot.services.ports import Clock, Store

Gettext = Callable[[str], str]
Webhook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Takes headers and body of a request and returns the status to answer with."""
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class WebParts:
    """Everything `create_web` wires together.

    `secret` signs the hidden tokens of the chat's forms; keep it over restarts. `metrics` gives names and values without any
    person in them. `outages` are what is raised while nothing can be stored. `demo_hint` is shown on the sign-in page and
    stays empty outside the demo.
    """

    inbox: Inbox
    desk: Desk
    agenda: Agenda
    store: Store
    live: Live
    content: Callable[[], Content]
    clock: Clock
    console_texts: Callable[[str], Gettext]
    secret: bytes
    ready: Callable[[], bool]
    metrics: Callable[[], Mapping[str, float]]
    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    secure_cookies: bool = False
    demo_hint: str = ""
    source_url: str = ""
    pause: Pause = asyncio.sleep
    outages: tuple[type[Exception], ...] = ()
