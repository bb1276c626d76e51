"""An agency sees who comes to its sites, can cancel and can write; staff hears of what newcomers do with appointments."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import appointments
from bot.core.appointments import Appointment
from bot.core.cases import CaseError
from bot.core.language import LANGUAGES
from bot.services.desk import Forbidden
from bot.services.ports import Advisor, DeliveryError
from tests.services.fakes import AMINA, BEATE, CARL, COLLEAGUE, JENS, OKSANA, World, button

EDITOR = replace(BEATE, role="editor")


def appointment(world: World, id: str) -> Appointment:
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


def timers(world: World, kind: str) -> list[str]:
    with world.parts.store.transaction() as tx:
        return [each.subject for each in tx.due_timers(world.clock.now() + timedelta(days=90)) if each.kind == kind]


async def moves(world: World, id: str) -> None:
    """Let Oksana move her appointment to the last day that is offered."""
    said = await world.presses(OKSANA, f"book:move:{id}")
    days = [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith("book:day:")]
    said = await world.presses(OKSANA, days[-1])
    for prefix in ("book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))


async def cancels(world: World, id: str) -> None:
    await world.presses(OKSANA, f"book:off:{id}", f"book:drop:{id}")


def of_agency(world: World, agency: str) -> str:
    """Return a site of an agency that offers appointments."""
    return next(s.id for s in world.parts.content.network.sites.values() if s.agency == agency and s.appointments)


# --- Seeing --------------------------------------------------------------------------------------


async def test_an_agency_sees_what_is_booked_at_its_sites_soonest_first(world: World) -> None:
    oksanas = await world.books(OKSANA)
    aminas = await world.books(AMINA, "ar")
    await moves(world, oksanas)
    assert [each.id for each in world.parts.agenda.coming(BEATE)] == [aminas, oksanas]
    assert world.parts.agenda.coming(JENS) == []


async def test_what_was_cancelled_or_is_over_since_yesterday_is_not_shown_but_all_of_today_is(world: World) -> None:
    id = await world.books()
    world.clock.time = appointment(world, id).slot.end
    assert [each.id for each in world.parts.agenda.today(BEATE)] == [id]
    world.clock.advance(days=1)
    assert world.parts.agenda.coming(BEATE) == []
    world.clock.advance(days=-5)
    assert world.parts.agenda.today(BEATE) == []
    await cancels(world, id)
    assert world.parts.agenda.coming(BEATE) == []


@pytest.mark.parametrize("who", [CARL, EDITOR], ids=["disabled", "editor"])
async def test_who_does_not_advise_sees_no_appointments(who: Advisor, world: World) -> None:
    await world.books()
    for look in (world.parts.agenda.coming, world.parts.agenda.today):
        with pytest.raises(Forbidden):
            look(who)


@pytest.mark.parametrize(
    "who", [JENS, CARL, EDITOR, replace(JENS, role="admin")], ids=["other agency", "disabled", "editor", "other agency's admin"]
)
async def test_who_has_no_access_can_do_nothing_with_an_appointment(who: Advisor, world: World) -> None:
    id = await world.books()
    told = world.told(OKSANA)
    for act in (world.parts.agenda.cancel, world.parts.agenda.write_to):
        for each in (id, "no-such-appointment"):
            with pytest.raises(Forbidden):
                act(who, each)
    assert appointment(world, id).status == "booked"
    assert world.told(OKSANA) == told


# --- Cancelling ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_cancelled_on_learns_when_and_where_and_can_book_again(language: str, world: World) -> None:
    id = await world.books(OKSANA, language)
    before = appointment(world, id)
    assert world.parts.agenda.cancel(BEATE, id).status == "cancelled"
    message = world.lines(OKSANA)[-1].message
    assert message is not None
    site = world.parts.content.network.sites[before.slot.site]
    for words in (appointments.shown(before.slot, language), site.name):
        assert words in message.text
    assert [choice.id for row in message.choices for choice in row] == ["book:start"]
    assert message.attachment is not None
    assert b"STATUS:CANCELLED" in message.attachment.data


async def test_a_cancelled_time_is_free_for_others_and_nobody_is_reminded(world: World) -> None:
    id = await world.books()
    await moves(world, id)
    slot = appointment(world, id).slot
    assert set(timers(world, "remind")) == {id}
    world.parts.agenda.cancel(BEATE, id)
    assert timers(world, "remind") == []
    with world.parts.store.transaction() as tx:
        assert tx.taken(slot.site, slot.start, slot.end, world.clock.now(), "somebody") == frozenset()


async def test_cancelling_twice_or_too_late_says_nothing_more(world: World) -> None:
    id = await world.books()
    world.parts.agenda.cancel(BEATE, id)
    told = world.told(OKSANA)
    assert world.parts.agenda.cancel(COLLEAGUE, id) == appointment(world, id)
    assert world.told(OKSANA) == told
    second = await world.books(AMINA, "ar")
    world.clock.time = appointment(world, second).slot.end
    assert world.parts.agenda.cancel(BEATE, second).status == "booked"


# --- Writing -------------------------------------------------------------------------------------


async def test_who_writes_to_somebody_has_their_case_at_once_and_the_bot_is_silent(world: World) -> None:
    id = await world.books()
    epoch = world.conversation(OKSANA).epoch
    case = world.parts.agenda.write_to(BEATE, id)
    assert case == world.case(OKSANA)
    booked = appointment(world, id)
    assert (case.status, case.advisor, case.agency, case.question) == ("active", "beate", "example-a", "")
    assert (case.site, case.topic, case.language) == (booked.slot.site, booked.topic, "uk")
    conversation = world.conversation(OKSANA)
    assert (conversation.owner, conversation.epoch, conversation.pending) == ("desk", epoch + 1, None)
    assert "Beate Petersen" in world.told(OKSANA)[-1]
    assert await world.writes(OKSANA, "Добрий день") == []
    view = world.parts.desk.view(BEATE, case.id)
    assert [(line.what, line.advisor) for line in view.history] == [("opened", "beate"), ("claimed", "beate")]
    assert view.lines[-1].text == "Добрий день"
    await world.parts.desk.reply(BEATE, case.id, "Bitte kommen Sie eine halbe Stunde später.")
    assert "[de→uk]" in world.told(OKSANA)[-1]
    await world.parts.timers.fire_due()
    assert world.alerts.told == [], "nobody waits in this case"


async def test_the_case_is_in_the_language_the_person_reads_now(world: World) -> None:
    id = await world.books(OKSANA, "uk")
    await world.presses(OKSANA, "lang:ru")
    assert world.parts.agenda.write_to(BEATE, id).language == "ru"


async def test_writing_again_leads_to_the_open_case_of_the_agency(world: World) -> None:
    id = await world.books()
    case = world.parts.agenda.write_to(BEATE, id)
    told = world.told(OKSANA)
    assert world.parts.agenda.write_to(COLLEAGUE, id) == case
    assert world.told(OKSANA) == told


async def test_who_talks_to_another_agency_is_left_alone(world: World) -> None:
    id = await world.books()
    case = world.parts.agenda.write_to(BEATE, id)
    with world.parts.store.transaction() as tx:
        tx.update_case(replace(case, agency="example-b"))
    told = world.told(OKSANA)
    with pytest.raises(CaseError) as error:
        world.parts.agenda.write_to(BEATE, id)
    assert (error.value.reason, error.value.holder) == ("taken", None)
    assert world.told(OKSANA) == told


# --- Telling staff -------------------------------------------------------------------------------


async def test_staff_hears_of_what_a_newcomer_books_moves_and_cancels(world: World) -> None:
    id = await world.books()
    await world.parts.timers.fire_due()
    await moves(world, id)
    await world.parts.timers.fire_due()
    await cancels(world, id)
    await world.parts.timers.fire_due()
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [(id, "booked"), (id, "moved"), (id, "cancelled")]


async def test_staff_is_not_told_of_what_they_did_themselves(world: World) -> None:
    id = await world.books()
    await world.parts.timers.fire_due()
    world.parts.agenda.cancel(BEATE, id)
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [(id, "booked")]


async def test_an_agency_that_an_appointment_is_moved_away_from_hears_that_it_is_off_there(world: World) -> None:
    id = await world.books()
    await world.parts.timers.fire_due()
    before = appointment(world, id).slot
    other = of_agency(world, "example-b")
    await world.presses(OKSANA, f"book:move:{id}")
    said = await world.presses(OKSANA, f"book:site:{other}")
    with world.parts.live.watch("agency:example-a") as left, world.parts.live.watch("agency:example-b") as come:
        for prefix in ("book:day:", "book:time:", "book:yes:"):
            said = await world.presses(OKSANA, button(said, prefix))
        assert await left.changed(0.1)
        assert await come.changed(0.1)
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [(id, "booked"), (id, "moved"), (id, "cancelled")]
    gone = world.alerts.appointments[-1].slot
    assert (gone.site, gone.start) == (before.site, before.start)
    assert [each.id for each in world.parts.agenda.coming(JENS)] == [id]
    assert world.parts.agenda.coming(BEATE) == []


async def test_an_alert_about_an_appointment_is_tried_again_after_trouble(world: World) -> None:
    id = await world.books()
    world.alerts.troubles = [DeliveryError("timed out")]
    await world.parts.timers.fire_due()
    assert world.alerts.changes == []
    world.clock.advance(seconds=30)
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [(id, "booked")]


async def test_an_alert_that_is_no_longer_true_is_not_sent(world: World) -> None:
    id = await world.books()
    await moves(world, id)
    await world.parts.timers.fire_due()
    assert world.alerts.changes == [(id, "moved")]


async def test_the_consoles_pages_hear_of_every_change(world: World) -> None:
    with world.parts.live.watch("agency:example-a") as watch:
        id = await world.books()
        assert await watch.changed(0.1)
        await moves(world, id)
        assert await watch.changed(0.1)
        await cancels(world, id)
        assert await watch.changed(0.1)
        second = await world.books(AMINA, "ar")
        assert await watch.changed(0.1)
        world.parts.agenda.cancel(BEATE, second)
        assert await watch.changed(0.1)


async def test_the_consoles_pages_hear_that_somebody_who_booked_was_erased(world: World) -> None:
    await world.books()
    await world.presses(OKSANA, "nav:erase", "erase:yes")
    world.clock.advance(minutes=1)
    with world.parts.live.watch("agency:example-a") as watch:
        await world.parts.timers.fire_due()
        assert await watch.changed(0.1)
    assert world.parts.agenda.coming(BEATE) == []
