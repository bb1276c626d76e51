"""The web application of a wired system."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from bot.adapters.calendars import feed_file
from bot.adapters.content.catalogues import console_texts
from bot.adapters.oidc import Provider
from bot.adapters.sqlite import StoreUnavailable
from bot.adapters.web.app import create_web
from bot.adapters.web.parts import WebParts
from bot.app.parts import Parts
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.adapters.telegram.receiver import Receiver


def web(parts: Parts, settings: Settings, webhooks: Mapping[str, "Receiver"] | None = None, demo_hint: str = "") -> Starlette:
    """Return the web application."""
    with parts.store.transaction() as tx:
        secret = tx.secret("forms")
    return create_web(
        WebParts(
            inbox=parts.inbox,
            desk=parts.desk,
            casework=parts.casework,
            members=parts.members,
            editorial=parts.editorial,
            agenda=parts.agenda,
            closings=parts.closings,
            bookings=parts.bookings,
            counter=parts.counter,
            offering=parts.offering,
            sending=parts.sending,
            drafts=parts.drafts,
            files=parts.files,
            feeds=parts.feeds,
            interpreters=parts.interpreters,
            requests=parts.requests,
            feed_file=feed_file,
            failing_calendars=parts.calendars.failing,
            presence=parts.presence,
            reading=parts.reading,
            store=parts.store,
            live=parts.live,
            content=parts.closings.content,
            clock=parts.clock,
            console_texts={code: console_texts(settings.content, code) for code in ("de", "en")}.__getitem__,
            secret=secret,
            ready=lambda: parts.ready,
            metrics=parts.counts,
            webhooks={name: receiver.webhook for name, receiver in (webhooks or {}).items()},
            public_url=settings.public_url or f"http://localhost:{settings.port}",
            provider=_provider(parts, settings),
            secure_cookies=settings.public_url.startswith("https://"),
            require_second_factor=settings.require_second_factor,
            demo_hint=demo_hint,
            source_url=settings.source_url,
            quick_exit_url=settings.quick_exit_url,
            outages=(StoreUnavailable,),
            periods=lambda: parts.content.network.periods(parts.periods),
        )
    )


def _provider(parts: Parts, settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    file = settings.oidc_client_secret_file
    secret = settings.oidc_client_secret or (file.read_text("utf-8").strip() if file else "")
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, parts.clock)
