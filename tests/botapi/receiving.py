"""Methods by which a bot receives its updates: polling or a webhook."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.botapi.calls import Call
from tests.botapi.errors import WEBHOOK_ACTIVE, bad_request, conflict
from tests.botapi.params import names
from tests.botapi.webhook import Post, Webhook

Json = dict[str, Any]

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
CONNECTIONS = 40
MOST_CONNECTIONS = 100
PORTS = {None, 443, 80, 88, 8443}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


async def get_updates(call: Call) -> list[Json]:
    """Return pending updates, waiting for the first one if asked to."""
    if call.bot.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    call.bot.updates.allow(_allowed(call))
    offset, limit = call.params.integer("offset"), call.params.integer("limit", 100)
    return await call.bot.updates.poll(offset, limit, call.params.integer("timeout"))


async def set_webhook(call: Call, post: Post) -> bool:
    """Push updates to an address from now on; an empty one ends it."""
    url = call.params.text("url")
    if not url:
        return await delete_webhook(call)
    _check_url(url)
    secret = call.params.text("secret_token")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters or is too long")
    kinds = _allowed(call)
    await _stop(call)
    call.bot.updates.allow(kinds)
    call.bot.updates.end_poll_for_webhook()
    connections = min(call.params.integer("max_connections") or CONNECTIONS, MOST_CONNECTIONS)
    call.bot.webhook = Webhook(call.bot.updates, url, secret, connections, post)
    call.bot.webhook.start()
    return True


async def delete_webhook(call: Call) -> bool:
    """Go back to polling."""
    await _stop(call)
    return True


async def _stop(call: Call) -> None:
    webhook, call.bot.webhook = call.bot.webhook, None
    if webhook is not None:
        await webhook.stop()
    if call.params.flag("drop_pending_updates"):
        call.bot.updates.pending.clear()


def get_webhook_info(call: Call) -> Json:
    """Describe the webhook and its last failure."""
    info: Json = {"url": "", "has_custom_certificate": False}
    info["pending_update_count"] = len(call.bot.updates.alive())
    if call.bot.updates.allowed:
        info["allowed_updates"] = sorted(call.bot.updates.allowed)
    return info | (call.bot.webhook.info() if call.bot.webhook is not None else {})


def _allowed(call: Call) -> list[str] | None:
    kinds = call.params.data("allowed_updates")
    return None if kinds is None else list(names(kinds))


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK and parts.scheme in {"http", "https"}:
        return  # Tests receive without a certificate; every other address must be one that Telegram accepts.
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
