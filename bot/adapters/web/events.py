"""Server-sent events: what tells an open page that there is something new."""

import json
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from bot.adapters.web.messages import Names, as_json
from bot.core.cases import Case
from bot.core.messages import Address
from bot.services.inbox import Inbox
from bot.services.live import Live
from bot.services.presence import Presence, typing

HEARTBEAT = 15.0
REST = 3.0
"""Seconds after which an open queue is told again that something changed at its agency: there it may never be quiet."""
_OPENING = "retry: 2000\n\n"
_BEAT = ": still here\n\n"
_TYPING = "event: typing\ndata: {}\n\n"
_CHANGED = "data: changed\n\n"


def stream(events: AsyncIterator[str]) -> StreamingResponse:
    """Return a response that stays open."""
    # Without this header nginx would keep the events until they fill a buffer.
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def last_seen(request: Request) -> int:
    """Return the number of the last message a client has, from `Last-Event-ID` or `?after=`."""
    for given in (request.headers.get("last-event-id", ""), request.query_params.get("after", "")):
        if given.isascii() and given.isdigit() and len(given) < 19:
            return int(given)
    return 0


async def chat_events(inbox: Inbox, live: Live, address: Address, after: int, names: Names) -> AsyncIterator[str]:
    """Yield every message of a chat after one, then those to come; `gone` once the chat was erased."""
    yield _OPENING
    conversation = inbox.find(address)
    if conversation is None:
        return
    types = typing(conversation.id, "advisor")
    with live.watch(f"conversation:{conversation.id}", types) as watch:
        while not live.over:
            if inbox.find(address) is None:
                yield "event: gone\ndata: {}\n\n"
                return
            lines = inbox.transcript(address, after)
            known = names() if any(line.advisor for line in lines) else {}
            for line in lines:
                after = line.n
                yield f"id: {line.n}\ndata: {json.dumps(as_json(line, known), ensure_ascii=False)}\n\n"
            if not await watch.changed(HEARTBEAT):
                yield _BEAT
            elif types in watch.subjects:
                yield _TYPING


async def agency_events(live: Live, agency: str, allowed: Callable[[], bool]) -> AsyncIterator[str]:
    """Yield a content-free event whenever something changed for an agency, as long as the reader is signed in."""
    yield _OPENING
    with live.watch(f"agency:{agency}") as watch:
        while not live.over and allowed():
            if not await watch.changed(HEARTBEAT):
                yield _BEAT
                continue
            yield _CHANGED
            await watch.rest(REST)


async def case_events(
    live: Live, presence: Presence, case: Case, advisor_id: str, allowed: Callable[[], bool]
) -> AsyncIterator[str]:
    """Yield what `agency_events` yields, for somebody who looks at a case: who else does, and whether the newcomer types.

    What is about the case itself waits for nothing; what else changes at its agency hardly shows on its page.
    """
    yield _OPENING
    types = typing(case.conversation_id, "newcomer")
    this = f"case:{case.id}", f"conversation:{case.conversation_id}", types
    with presence.looking(case.id, advisor_id), live.watch(f"agency:{case.agency}", *this) as watch:
        while not live.over and allowed():
            if not await watch.changed(HEARTBEAT):
                yield _BEAT
            if types in watch.subjects:
                yield _TYPING
            if watch.subjects - {types}:
                yield _CHANGED
                await watch.rest(HEARTBEAT, *this)
