"""Beate books for somebody who phones and has no chat: an appointment like any other, of which nothing goes out by itself."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.appointments import Appointment, Guest, Slot, Wish
from bot.core.hours import Closure, Hours
from bot.core.locales import local
from bot.core.network import AppointmentRule, Kind
from bot.services.bookings import NotBooked
from bot.services.counter import CHANNEL
from bot.services.desk import Forbidden
from bot.services.ports import Advisor, Record
from bot.services.privacy import as_json, as_page
from tests.core.examples import spans
from tests.services.fakes import BEATE, CARL, JENS, World

SITE = "example-elmshorn"
ARABIC = Wish("papers", "ar")
GUEST = Guest("A. K.", "04121 4711")
EDITOR = replace(BEATE, id="volkan", login="volkan", role="editor")


def offers(world: World, *rules: AppointmentRule) -> None:
    """Let the site have these times alone."""
    content = world.parts.content
    site = replace(content.network.sites[SITE], appointments=rules)
    world.parts.content = replace(content, network=replace(content.network, sites={**content.network.sites, SITE: site}))


def rule(seats: int = 1, online: int = 0, kinds: tuple[Kind, ...] = ("visit",)) -> AppointmentRule:
    hours = Hours({2: spans("10:00-10:30"), 3: spans("14:00-15:00")})
    return AppointmentRule(hours, 30, seats, lead_hours=1, horizon_days=7, online=online, kinds=kinds)


def free(world: World, wish: Wish = ARABIC) -> list[Slot]:
    return list(world.parts.counter.times(BEATE, wish, SITE).slots)


def books(world: World, start: datetime | None = None, key: str = "first", wish: Wish = ARABIC) -> Appointment:
    return world.parts.counter.book(BEATE, wish, SITE, start or free(world, wish)[0].start, GUEST, key)


def record(world: World, booked: Appointment) -> Record:
    with world.parts.store.transaction() as tx:
        return tx.record_of(booked.contact_id)


def stored(world: World, booked: Appointment) -> Appointment | None:
    with world.parts.store.transaction() as tx:
        return tx.appointment(booked.id)


def test_times_of_the_desk_alone_are_offered_and_booked_for_a_guest(world: World) -> None:
    offers(world, rule(online=0))
    booked = books(world)
    assert stored(world, booked) == booked
    assert (booked.topic, booked.language, booked.guest) == ("papers", "ar", GUEST)
    assert [each.id for each in world.parts.agenda.coming(BEATE)] == [booked.id]
    (conversation,) = record(world, booked).conversations
    assert (conversation.address.channel, conversation.language, conversation.consents) == (CHANNEL, "ar", ())


def test_without_a_site_those_of_the_whole_agency_are_asked(world: World) -> None:
    found = world.parts.counter.times(BEATE, ARABIC)
    assert len({slot.site for slot in found.slots}) > 1
    assert {site.agency for site in found.sites} == {BEATE.agency}


def test_who_interprets_is_arranged_as_for_everybody(world: World) -> None:
    assert books(world, wish=Wish("papers", "bg")).interpreting is not None
    assert books(world, key="second", wish=Wish("papers", "de")).interpreting is None


def test_a_time_that_was_taken_meanwhile_is_refused_and_leaves_nothing_of_the_person(world: World) -> None:
    offers(world, rule(seats=1))
    start = free(world)[0].start
    books(world, start)
    with world.parts.store.transaction() as tx:
        before = tx.contacts()
    with pytest.raises(NotBooked) as error:
        books(world, start, key="second")
    assert error.value.reason == "gone"
    with world.parts.store.transaction() as tx:
        assert tx.contacts() == before


def test_the_same_press_twice_books_once_another_one_books_again(world: World) -> None:
    offers(world, rule(seats=2))
    start = free(world)[0].start
    first = books(world, start)
    assert books(world, start) == first
    assert books(world, start, key="second").id != first.id
    assert len(world.parts.agenda.coming(BEATE)) == 2


@pytest.mark.parametrize("who", [JENS, CARL, EDITOR])
def test_another_agency_a_disabled_advisor_and_an_editor_find_nothing(who: Advisor, world: World) -> None:
    booked = books(world)
    counter, slot = world.parts.counter, free(world)[0]
    for attempt in (
        lambda: counter.times(who, ARABIC, SITE),
        lambda: counter.book(who, ARABIC, SITE, slot.start, GUEST, "other"),
        lambda: counter.move(who, booked.id, slot.start),
        lambda: counter.slip(who, booked.id),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert stored(world, booked) == booked


async def test_who_has_a_chat_is_moved_there_and_has_no_slip(world: World) -> None:
    id = await world.books()
    with pytest.raises(Forbidden):
        world.parts.counter.slip(BEATE, id)
    with pytest.raises(Forbidden):
        world.parts.counter.move(BEATE, id, world.clock.now())


def test_a_guest_cannot_be_written_to(world: World) -> None:
    booked = books(world)
    with pytest.raises(Forbidden):
        world.parts.agenda.write_to(BEATE, booked.id)


async def test_nothing_is_sent_neither_card_nor_reminder_nor_cancellation(world: World) -> None:
    booked = books(world)
    world.clock.time = booked.slot.start - timedelta(hours=2)
    await world.parts.timers.fire_due()
    world.parts.agenda.cancel(BEATE, booked.id)
    assert stored(world, booked) is not None
    assert record(world, booked).lines == ()
    with world.parts.store.transaction() as tx:
        assert tx.due_outbox(CHANNEL, world.clock.now() + timedelta(days=1)) == []
    assert world.alerts.changes == []


def closes(world: World, booked: Appointment) -> None:
    site = world.parts.content.network.sites[SITE]
    day = local(booked.slot.start).date()
    offers(world, *(replace(each, hours=replace(each.hours, closures=(Closure(day, day),))) for each in site.appointments))


async def test_a_guest_whose_time_is_closed_is_not_asked_but_moved_by_the_desk(world: World) -> None:
    offers(world, rule(online=1))
    booked = books(world)
    closes(world, booked)
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert misfit.proposal is not None
    assert world.parts.agenda.propose(BEATE, booked.id) == misfit
    world.clock.time = booked.slot.start - timedelta(hours=2)
    await world.parts.timers.fire_due()
    assert record(world, booked).lines == ()
    for _ in range(2):
        moved = world.parts.counter.move(BEATE, booked.id, misfit.proposal.start)
        assert (moved.slot.start, moved.sequence, moved.guest) == (misfit.proposal.start, 1, GUEST)
    assert world.parts.agenda.misfits(BEATE) == []
    with pytest.raises(NotBooked):
        world.parts.counter.move(BEATE, booked.id, booked.slot.start)


def test_the_slip_is_in_the_persons_language_with_a_calendar_file_that_tells_nothing_about_them(world: World) -> None:
    booked = books(world)
    card = world.parts.counter.slip(BEATE, booked.id).messages[0]
    assert (card.language, world.phrase("appointment_booked", "ar") in card.text, booked.shown in card.text) == ("ar", True, True)
    assert card.attachment is not None
    assert b"BEGIN:VEVENT" in card.attachment.data
    assert not any(word in card.attachment.data for word in (b"A. K.", b"4711"))
    world.parts.agenda.cancel(BEATE, booked.id)
    with pytest.raises(Forbidden):
        world.parts.counter.slip(BEATE, booked.id)


@pytest.mark.parametrize("kind", ["phone", "video", "home"])
def test_a_slip_does_not_promise_that_somebody_writes_before(kind: Kind, world: World) -> None:
    offers(world, rule(kinds=(kind,)))
    text = world.parts.counter.slip(BEATE, books(world, wish=replace(ARABIC, language="de")).id).messages[0].text
    assert "Chat" not in text
    site = world.parts.content.network.sites[SITE]
    assert site.street not in text


def test_name_and_telephone_are_sealed_handed_out_and_erased_with_everything(world: World) -> None:
    booked = books(world)
    with world.parts.store.transaction() as tx:
        row = tx.db.execute("SELECT * FROM appointment").fetchone()
    assert not any(secret in str(tuple(row)) for secret in ("A. K.", "4711"))
    kept = record(world, booked)
    content, now = world.parts.content, world.clock.now()
    assert json.loads(as_json(kept, now))["appointments"][0]["guest"] == {"name": "A. K.", "phone": "04121 4711"}
    page = as_page(kept, content.network, content.phrases, "de", now).decode()
    assert all(said in page for said in ("A. K.", "04121 4711"))
    with world.parts.store.transaction() as tx:
        tx.erase(booked.contact_id)
    assert stored(world, booked) is None
    assert len(free(world)) > 0


def test_when_the_time_of_the_appointment_is_over_the_person_goes_with_it(world: World) -> None:
    booked = books(world)
    kept = world.parts.content.network.periods(world.parts.periods)
    for beyond, there in ((timedelta(minutes=-1), True), (timedelta(minutes=1), False)):
        now = booked.slot.end + kept.of(BEATE.agency).appointment + beyond
        with world.parts.store.transaction() as tx:
            tx.purge(now, kept)
            assert (booked.contact_id in tx.contacts()) is there
