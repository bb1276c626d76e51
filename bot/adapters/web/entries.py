"""Appointments in the words of the staff's own calendars: topic and language, and nobody's name."""

from bot.adapters.web import trail
from bot.adapters.web.cases import language_name
from bot.adapters.web.parts import Gettext
from bot.core.appointments import Appointment
from bot.core.calendars import Entry
from bot.core.content import Content


def entry(content: Content, appointment: Appointment, _: Gettext, language: str) -> Entry:
    """Return an appointment as it stands in an advisor's calendar."""
    slot = appointment.slot
    site = content.network.sites.get(slot.site)
    topic = trail.topic(content, appointment.topic, language)
    return Entry(
        id=appointment.id,
        sequence=appointment.sequence,
        stamp=appointment.booked_at,
        start=slot.start,
        end=slot.end,
        summary=_("Termin · {topic} · {language}").format(topic=topic, language=language_name(appointment.language, language)),
        location=site.name if site else slot.site,
        description=_("Buchung {number}").format(number=appointment.id[-6:].upper()),
        cancelled=appointment.status == "cancelled",
    )
