"""Small things to test with: flows of a few steps, a site with a few hours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta

from bot.core.engine import Library
from bot.core.flows import Ask, AskType, Flow, Option, Other, Step
from bot.core.hours import Closure, Hours, Span
from bot.core.messages import Coordinates
from bot.core.network import Agency, AppointmentRule, Network, Site
from bot.core.places import Gazetteer, Place
from bot.core.texts import Texts

MONDAY, TUESDAY, SUNDAY = 0, 1, 6
NO_HOLIDAYS: Mapping[date, str] = {}

ELMSHORN = Place("Elmshorn", "25335", Coordinates(53.7567, 9.6426), True)
TORNESCH = Place("Tornesch", "25436", Coordinates(53.7, 9.72), True)
PRISDORF = Place("Prisdorf", "25497", Coordinates(53.68, 9.76), True)
HELGOLAND = Place("Helgoland", "27498", Coordinates(54.18, 7.89), True)
HAMBURG = Place("Hamburg", "20095", Coordinates(53.55, 10.0), False)
PLACES = (ELMSHORN, TORNESCH, PRISDORF, HELGOLAND, HAMBURG)


def spans(*texts: str) -> tuple[Span, ...]:
    """Return spans written like "09:00-12:00"."""
    pairs = [text.split("-") for text in texts]
    return tuple(Span(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def hours(week: Mapping[int, tuple[Span, ...]], *closures: Closure) -> Hours:
    return Hours(week, closures)


TUESDAY_MORNING = hours({TUESDAY: spans("09:00-12:00")})


def rule(
    open_at: Hours = TUESDAY_MORNING, minutes: int = 30, seats: int = 1, lead_hours: int = 24, horizon_days: int = 14
) -> AppointmentRule:
    return AppointmentRule(open_at, minutes, seats, lead_hours, horizon_days)


SITE = Site(
    id="elmshorn",
    agency="example-a",
    name="Beispielstelle Elmshorn",
    street="Beispielstraße 1",
    postcode="25335",
    town="Elmshorn",
    position=ELMSHORN.position,
    phone="0000 1",
    email="elmshorn@example.org",
    languages=("de",),
    topics=(),
    target_groups=(),
    wheelchair=True,
    by_appointment_only=False,
    responsible_for=(),
    remote=(),
    hours=TUESDAY_MORNING,
    appointments=(rule(),),
    verified_on=None,
    example=True,
)


def network(*sites: Site, days: int = 2) -> Network:
    agencies = {site.agency: Agency(site.agency, site.agency, days, True) for site in sites}
    return Network(agencies, {site.id: site for site in sites}, Gazetteer(PLACES), NO_HOLIDAYS)


def site(id: str, place: Place = ELMSHORN, **changes: object) -> Site:
    return replace(SITE, **{"id": id, "position": place.position, **changes})  # type: ignore[arg-type]


def flow(id: str, *steps: Step, texts: Mapping[str, Mapping[str, str]] | None = None, edition: str = "1") -> Flow:
    """Return a flow that starts at its first step."""
    return Flow(
        id=id,
        edition=edition,
        revision=1,
        topic=id,
        menu=True,
        keywords=(),
        expires_after=timedelta(days=3),
        start=steps[0].id,
        steps={step.id: step for step in steps},
        texts=Texts(texts or {}),
    )


def ask(
    *options: Option, save: str = "answer", type: AskType = "choice", goto: str | None = None, other: Other | None = None
) -> Ask:
    return Ask(save, type, options, goto, other)


def library(*flows: Flow) -> Library:
    """Return what knows these flows; of one id, the last edition is the present one."""
    present = {each.id: each for each in flows}
    editions = {(each.id, each.edition): each for each in flows}
    return lambda id, edition: editions.get((id, edition)) if edition else present.get(id)
