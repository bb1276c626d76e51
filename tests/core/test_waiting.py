"""Who waits for an earlier time is asked about the first that fits, each time once; after two refusals waiting ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.appointments import Appointment, Slot, book, cancel
from bot.core.locales import ZONE, local
from bot.core.waiting import LASTS, Waiting, answer_by, ask, deadline, find, loosened, refuse, worthwhile
from tests.clock import TUESDAY
from tests.core import examples

SITE = examples.site("elmshorn")
HALF_AN_HOUR = timedelta(minutes=30)
OKSANA = Waiting("w-1", "oksana", "c-1", "elmshorn", "kita", "uk", TUESDAY, TUESDAY + LASTS)


def german(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def slot(hours: float, advisor: str = "") -> Slot:
    """Return a time so many hours after Tuesday morning."""
    start = TUESDAY + timedelta(hours=hours)
    return Slot("elmshorn", start, start + HALF_AN_HOUR, 0, advisor)


def booked(at: Slot, id: str = "a-1") -> Appointment:
    return book(at, "oksana", "c-1", "kita", "uk", TUESDAY, id)


def found(waiting: Waiting, *free: Slot, own: tuple[Appointment, ...] = (), now: datetime = TUESDAY) -> Slot | None:
    return find(waiting, SITE, free, own, now)


def test_who_wants_any_time_gets_the_first() -> None:
    assert found(OKSANA, slot(48), slot(72)) == slot(48)
    assert found(OKSANA) is None


def test_only_what_is_earlier_than_the_own_time_is_earlier() -> None:
    waiting = replace(OKSANA, before=slot(72).start)
    assert found(waiting, slot(72), slot(73)) is None
    assert found(waiting, slot(71.5), slot(72)) == slot(71.5)


def test_what_somebody_was_asked_about_comes_only_once() -> None:
    asked, hold = ask(OKSANA, slot(48), TUESDAY + HALF_AN_HOUR, "h-1")
    assert (hold.offered, hold.expires_at, asked.open) == ("w-1", TUESDAY + HALF_AN_HOUR, "h-1")
    assert found(asked, slot(48), slot(72)) == slot(72)


def test_what_is_too_near_to_answer_and_come_is_left_out() -> None:
    assert found(OKSANA, slot(2.5)) is None
    assert found(OKSANA, slot(3)) == slot(3)
    evening = german("11-24T20:00")
    assert answer_by(SITE, evening) == german("11-25T09:00")
    at_nine, at_ten = (
        replace(slot(0), start=german(f"11-25T{hour}"), end=german(f"11-25T{hour}") + HALF_AN_HOUR) for hour in ("09:00", "10:00")
    )
    assert found(OKSANA, at_nine, at_ten, now=evening) == at_ten


def test_nobody_is_asked_about_a_time_at_which_they_are_elsewhere() -> None:
    elsewhere = booked(replace(slot(48), site="wedel"))
    assert found(OKSANA, slot(48), slot(49), own=(elsewhere,)) == slot(49)
    assert found(OKSANA, slot(48), own=(cancel(elsewhere),)) is None, "that time was just cancelled"


def test_the_appointment_that_would_be_moved_is_not_in_the_way() -> None:
    own = booked(slot(48.25))
    waiting = replace(OKSANA, appointment="a-1", before=own.slot.start)
    assert found(waiting, slot(48), own=(own,)) == slot(48)
    assert found(replace(waiting, appointment=None), slot(48), own=(own,)) is None


def test_who_needs_a_language_waits_for_an_advisor_who_speaks_it() -> None:
    spoken = replace(SITE.appointments[0], advisor="beate", languages=("uk",))
    site = replace(SITE, appointments=(*SITE.appointments, spoken))
    free = [slot(48), slot(49, "beate")]
    assert find(OKSANA, site, free, (), TUESDAY) == slot(48)
    assert find(replace(OKSANA, only=True), site, free, (), TUESDAY) == slot(49, "beate")
    assert find(replace(OKSANA, language="ar", only=True), site, free, (), TUESDAY) is None


def test_waiting_ends_in_the_morning_of_the_own_time_or_after_four_weeks() -> None:
    assert deadline(None, TUESDAY) == deadline(TUESDAY + timedelta(days=40), TUESDAY) == TUESDAY + LASTS
    assert f"{local(deadline(slot(72).start, TUESDAY)):%d.%m. %H:%M}" == "27.11. 08:00"


def test_when_the_site_cancels_any_time_will_do() -> None:
    waiting = loosened(replace(OKSANA, before=slot(72).start, appointment="a-1", until=slot(70).start), TUESDAY)
    assert (waiting.before, waiting.appointment, waiting.until) == (None, None, TUESDAY + LASTS)


def test_a_second_no_is_the_last() -> None:
    once = refuse(replace(OKSANA, open="h-1"))
    assert once is not None
    assert (once.refused, once.open, once.since) == (1, None, OKSANA.since)
    assert refuse(once) is None


@pytest.mark.parametrize(("days", "worth"), [(None, True), (1, False), (2, True)])
def test_waiting_for_tomorrow_is_not_worthwhile(days: int | None, worth: bool) -> None:
    before = None if days is None else TUESDAY + timedelta(days=days)
    assert worthwhile(SITE, before, TUESDAY) is worth
    assert not worthwhile(replace(SITE, appointments=()), before, TUESDAY)


def test_an_appointment_on_the_topic_is_what_somebody_waited_for() -> None:
    assert OKSANA.served(booked(slot(48)))
    assert not OKSANA.served(replace(booked(slot(48)), topic="work"))
    assert replace(OKSANA, appointment="a-1", topic="papers").served(booked(slot(48)))
    assert not OKSANA.served(cancel(booked(slot(48))))
