"""Appointments in the words of the staff's own calendars: topic and language, and nobody's name."""

from bot.adapters.web import trail
from bot.adapters.web.cases import language_name
from bot.adapters.web.interpreter_words import interpreted
from bot.adapters.web.parts import Gettext
from bot.core.appointments import Appointment
from bot.core.calendars import Entry
from bot.core.content import Content


def entry(content: Content, appointment: Appointment, _: Gettext, language: str) -> Entry:
    """Return an appointment as it stands in an advisor's calendar."""
    slot = appointment.slot
    site = content.network.sites.get(slot.site)
    topic = trail.topic(content, appointment.topic, language)
    # In the title, since a calendar is written anew only where that, the time or the place changed.
    summary = _("Termin · {topic} · {language}").format(topic=topic, language=language_name(appointment.language, language))
    return Entry(
        id=appointment.id,
        sequence=appointment.sequence,
        stamp=appointment.booked_at,
        start=slot.start,
        end=slot.end,
        summary=" · ".join(filter(None, (summary, interpreted(appointment.interpreting, {}, _)))),
        location=site.name if site else slot.site,
        description=_("Buchung {number}").format(number=appointment.id[-6:].upper()),
        cancelled=appointment.status == "cancelled",
    )


def assignment(content: Content, appointment: Appointment, _: Gettext, language: str) -> Entry:
    """Return an appointment as it stands in the calendar of who interprets: when, where, which language, and nothing else."""
    slot, site = appointment.slot, content.network.sites.get(appointment.slot.site)
    place = ", ".join(filter(None, (site.name, site.street, f"{site.postcode} {site.town}"))) if site else slot.site
    by_phone = appointment.interpreting is not None and appointment.interpreting.how == "phone"
    return Entry(
        id=appointment.id,
        sequence=appointment.sequence,
        stamp=appointment.booked_at,
        start=slot.start,
        end=slot.end,
        summary=_("Dolmetschen · {language}").format(language=language_name(appointment.language, language)),
        location=_("am Telefon, für {site}").format(site=site.name if site else slot.site) if by_phone else place,
        cancelled=appointment.status == "cancelled",
    )
