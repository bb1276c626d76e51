"""The Telegram bots whose tokens are set."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.adapters.content.catalogues import console_texts
from bot.adapters.web import trail
from bot.app.parts import OUTAGES, Parts
from bot.services.outbox import Pace
from bot.services.ports import Channel
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.telegram.advisors import StaffServices
    from bot.adapters.telegram.receiver import Receiver


Work = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Something that runs until it is stopped."""


@asynccontextmanager
async def telegram(
    parts: Parts, settings: Settings, pace: Pace | None = None
) -> AsyncIterator[tuple[dict[str, Channel], "dict[str, Receiver]", list[Work]]]:
    """Start the Telegram bots whose tokens are set; give their channels, their receivers, and what else is to run."""
    channels: dict[str, Channel] = {}
    receivers: dict[str, Receiver] = {}
    works: list[Work] = []
    closers = []
    try:
        if settings.telegram_token:
            # Imported only with a token: aiogram takes seconds and 165 MB.
            from bot.adapters.telegram.newcomers import ALLOWED_UPDATES, NewcomersBot
            from bot.adapters.telegram.receiver import Receiver as NewcomersReceiver

            newcomers = NewcomersBot(
                settings.telegram_token, parts.inbox, parts.closings.content, parts.clock, settings.telegram_api
            )
            await newcomers.start()
            closers.append(newcomers.close)
            channels["telegram"] = newcomers
            parts.presence.typing["telegram"] = newcomers.typing
            receivers["newcomers"] = NewcomersReceiver(
                "newcomers", settings.telegram_token, settings.telegram_api, newcomers.accept, ALLOWED_UPDATES, OUTAGES
            )
        if settings.telegram_staff_token:
            from bot.adapters.telegram import advisors as staff
            from bot.adapters.telegram.receiver import Receiver as StaffReceiver

            advisors = staff.AdvisorsBot(
                settings.telegram_staff_token,
                staff_services(parts),
                settings.telegram_staff_groups,
                f"{settings.public_url}/console" if settings.public_url else "",
                console_texts(settings.content, "de"),
                settings.telegram_api,
                settings.telegram_staff_relay,
                pace,
            )
            await advisors.start()
            closers.append(advisors.close)
            works.append(advisors.run)
            parts.alerts = advisors

            async def accept(update: dict[str, Any]) -> None:
                await advisors.accept(update)
                await parts.store.durable()

            receivers["advisors"] = StaffReceiver(
                "advisors", settings.telegram_staff_token, settings.telegram_api, accept, staff.ALLOWED_UPDATES, OUTAGES
            )
        yield channels, receivers, works
    finally:
        for close in reversed(closers):
            await close()


def staff_services(parts: Parts) -> "StaffServices":
    """Return what the staff bot works with."""
    from bot.adapters.telegram.advisors import StaffServices

    async def in_german(text: str, language: str) -> str | None:
        readable = await parts.translation.readable(text, language, "de")
        return readable.text if readable.original is not None else None

    return StaffServices(
        desk=parts.desk,
        transfers=parts.casework,
        store=parts.store,
        live=parts.live,
        clock=parts.clock,
        content=parts.closings.content,
        trail=lambda case: trail.in_words(parts.closings.content(), case.trail, "de"),
        in_german=in_german,
    )
