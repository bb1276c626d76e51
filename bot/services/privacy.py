"""Requests of those whose data it is: a file of everything that is kept, readable by people and by programs."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from html import escape
from typing import Any

from bot.core.appointments import Appointment
from bot.core.consents import Consent
from bot.core.language import LANGUAGES, direction
from bot.core.locales import clock, full_day, local, plain_date
from bot.core.messages import Attachment
from bot.core.network import Network
from bot.core.text import isolate
from bot.core.texts import Texts
from bot.core.waiting import Waiting
from bot.services import vacancies
from bot.services.ports import Record, Transaction, TranscriptLine

LARGEST_IN_CHAT = 15 << 20
"""Bytes of somebody's files above which the answer in the chat only names them: they are in the chat itself."""
_AUTHORS = {"newcomer": "web_you", "advisor": "web_advisor"}
_STYLE = (
    "body{max-width:40em;margin:2em auto;padding:0 1em;font:1.1em/1.5 sans-serif}"
    "dt{font-weight:bold}span{white-space:pre-wrap}time{color:#555}"
)


def own_files(
    tx: Transaction, contact_id: str, network: Network, phrases: Texts, language: str, now: datetime
) -> tuple[Attachment, Attachment]:
    """Return everything that is kept about a contact, for themselves: for people and for programs; it is noted that they had it.

    What advisors wrote about them is counted only: the agency hands it over, since it may be about others as well.
    """
    record = tx.record_of(contact_id)
    tx.audit("newcomer", "export", named(record), now)
    size = sum(len(line.attachment.data) for line in record.lines if line.attachment and line.author != "bot")
    return (
        Attachment("document", "wegweiser.html", "text/html", as_page(record, network, phrases, language, now)),
        Attachment("document", "wegweiser.json", "application/json", as_json(record, now, files=size <= LARGEST_IN_CHAT)),
    )


def erase(tx: Transaction, contact_id: str, network: Network, now: datetime) -> set[str]:
    """Erase a contact with everything of theirs; return which open pages have to look again."""
    case, held = tx.open_case(contact_id), tx.hold_of(contact_id)
    booked = [each.slot.site for each in tx.appointments(contact_id) if each.status == "booked"]
    agencies = {network.sites[site].agency for site in booked if site in network.sites} | ({case.agency} if case else set())
    touched = {f"conversation:{each}" for each in tx.conversations_of(contact_id)} | {f"agency:{each}" for each in agencies}
    tx.erase(contact_id)
    for site in {*booked, *([held.slot.site] if held else [])}:
        vacancies.free(tx, site, now)
    return touched | {"timers"}


def named(record: Record) -> str:
    """Return what a record is called in the log: its cases' numbers."""
    return " ".join(f"case {case.number}" for case in record.cases) or "no case"


def as_json(record: Record, now: datetime, *, files: bool = True, notes: bool = False) -> bytes:
    """Return a record for programs. Files we made ourselves are only named, else each copy would hold the ones before."""
    content = asdict(record) | {
        "made_at": now,
        "lines": [_line(line, files) for line in record.lines],
        "notes": list(map(asdict, record.notes)) if notes else len(record.notes),
    }
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")


def _line(line: TranscriptLine, files: bool) -> dict[str, Any]:
    message = line.message
    return {
        "at": line.at,
        "author": line.author,
        "advisor": line.advisor,
        "case_id": line.case_id,
        "text": line.text,
        "translation": line.translation,
        "original": message.original if message else None,
        "german": message.german if message else None,
        "language": message.language if message else None,
        "choices": [choice.label for row in message.choices for choice in row] if message else [],
        "edited": line.edited,
        "delivery": line.delivery,
        "album": line.album,
        "seen": line.seen,
        "file": _file(line.attachment, files and line.author != "bot") if line.attachment else None,
    }


def _file(attachment: Attachment, whole: bool) -> dict[str, Any]:
    data = b64encode(attachment.data).decode() if whole else None
    return {"name": attachment.name, "media_type": attachment.media_type, "bytes": len(attachment.data), "base64": data}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode()
    return list(value) if isinstance(value, frozenset) else str(value)


def as_page(record: Record, network: Network, phrases: Texts, language: str, now: datetime, *, notes: bool = False) -> bytes:
    """Return a record as a page that needs no connection, in a reader's language."""

    def say(key: str) -> str:
        return escape(phrases.say(key, language))

    title = say("mydata_title")
    parts = [
        f'<!doctype html><html lang="{language}" dir="{direction(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head><body>',
        f"<h1>{title}</h1><p>{_time(now, language)}</p>",
        _facts(record, say),
        _section(
            say("mydata_consents"),
            [_agreed(one, network, phrases, language) for each in record.conversations for one in each.consents],
        ),
        _section(say("mydata_messages"), [_said(line, language, say) for line in record.lines]),
        _section(say("mydata_cases"), [_case(case.number, case.agency, case.question, network) for case in record.cases]),
        _section(say("mydata_appointments"), [_booked(each, network) for each in record.appointments]),
        *([_section(say("mydata_waiting"), [_waits(record.waits_for, network, language)])] if record.waits_for else []),
    ]
    if notes:
        parts.append(_section(say("mydata_notes"), [_bidi(note.text) for note in record.notes]))
    elif record.notes:
        parts.append(f"<h2>{say('mydata_notes')}: {len(record.notes)}</h2><p>{say('mydata_notes_ask')}</p>")
    return "\n".join([*parts, "</body></html>"]).encode("utf-8", "replace")


def _facts(record: Record, say: Callable[[str], str]) -> str:
    rows = []
    for each in record.conversations:
        rows.append((say("mydata_address"), f"{each.address.channel}: {each.address.id}"))
        rows.append((say("mydata_language"), each.language or "–"))
        rows.append((say("mydata_place"), each.place or "–"))
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{_bidi(value)}</dd>" for name, value in rows) + "</dl>"


def _agreed(consent: Consent, network: Network, phrases: Texts, language: str) -> str:
    """Return an answer: what it allows or not, from when until when, in which language it was read, and which version."""
    agency = network.agencies[consent.recipient].name if consent.recipient in network.agencies else consent.recipient
    purpose = phrases.say(f"consent_for_{consent.purpose}", language, agency=agency)
    days = " – ".join(plain_date(local(each).date()) for each in (consent.at, consent.withdrawn_at) if each)
    read_in = LANGUAGES[consent.language].name if consent.language in LANGUAGES else consent.language
    return " · ".join(map(_bidi, (f"{'✅' if consent.stands else '❌'} {purpose}", days, read_in, f"v{consent.version}")))


def _section(title: str, items: list[str]) -> str:
    return f"<h2>{title}: {len(items)}</h2><ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _said(line: TranscriptLine, language: str, say: Callable[[str], str]) -> str:
    author = say(_AUTHORS[line.author]) if line.author in _AUTHORS else "Wegweiser"
    text = f"{line.text} 📎 {line.attachment.name}" if line.attachment else line.text
    return f"{_time(line.at, language)} <b>{author}</b><br>{_bidi(text)}"


def _case(number: int, agency: str, question: str, network: Network) -> str:
    name = network.agencies[agency].name if agency in network.agencies else agency
    return f"{number} · {escape(name)}<br>{_bidi(question)}"


def _booked(appointment: Appointment, network: Network) -> str:
    guest = appointment.guest
    said = [_bidi(each) for each in (guest.name, guest.phone) if each] if guest else []
    return "<br>".join((escape(appointment.shown) + _site(appointment.slot.site, network), *said))


def _site(site_id: str, network: Network) -> str:
    site = network.sites.get(site_id)
    return f", {escape(site.name)}" if site else ""


def _waits(waiting: Waiting, network: Network, language: str) -> str:
    before = f" &lt; {_time(waiting.before, language)}" if waiting.before else ""
    return _time(waiting.since, language) + _site(waiting.site, network) + before


def _bidi(text: str) -> str:
    return f'<span dir="auto">{escape(text)}</span>'


def _time(moment: datetime, language: str) -> str:
    return f"<time>{escape(full_day(local(moment).date(), language))} {isolate(clock(moment))}</time>"
