"""What is due happens once, is checked again when it fires, and one that fails holds nobody else up."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.sqlite import SqliteStore
from bot.core.appointments import Appointment
from bot.core.cases import Case
from bot.core.retention import Retention
from bot.services.ports import DeliveryError, Timer
from tests.services.fakes import AMINA, BEATE, OKSANA, World, broken, button, until


def appointment(world: World, id: str) -> Appointment:
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    return found


def reminders(world: World) -> int:
    return sum(text.startswith(world.phrase("appointment_reminder", "uk")) for text in world.told(OKSANA))


async def two_days_before(world: World, id: str) -> None:
    """Let time pass until the reminder of an appointment is due."""
    world.clock.time = appointment(world, id).slot.start - timedelta(days=2)
    await world.parts.timers.fire_due()


async def books_later(world: World) -> str:
    """Let Oksana book, say yes to reminders, and move the appointment to a day that is far enough away for one."""
    id = await world.books()
    said = await world.presses(OKSANA, "consent:yes:reminders", f"book:move:{id}")
    days = [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith("book:day:")]
    said = await world.presses(OKSANA, days[-1])
    for prefix in ("book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))
    return id


async def test_two_days_before_the_newcomer_is_reminded_once(world: World) -> None:
    id = await books_later(world)
    await two_days_before(world, id)
    await world.parts.timers.fire_due()
    assert reminders(world) == 1


async def test_nobody_is_reminded_earlier(world: World) -> None:
    id = await books_later(world)
    world.clock.time = appointment(world, id).slot.start - timedelta(days=2, seconds=1)
    await world.parts.timers.fire_due()
    assert reminders(world) == 0


async def test_nobody_is_reminded_of_what_was_cancelled(world: World) -> None:
    id = await books_later(world)
    await world.presses(OKSANA, f"book:off:{id}", f"book:drop:{id}")
    await two_days_before(world, id)
    assert reminders(world) == 0


async def test_nobody_is_reminded_of_the_old_time_of_what_was_moved(world: World, store: SqliteStore) -> None:
    id = await books_later(world)
    with store.transaction() as tx:
        tx.add_timer(Timer("remind:old", "remind", id, "0", world.clock.now()))
    await world.parts.timers.fire_due()
    assert reminders(world) == 0
    await two_days_before(world, id)
    assert reminders(world) == 1


async def test_nobody_is_reminded_of_what_is_over(world: World) -> None:
    id = await books_later(world)
    world.clock.time = appointment(world, id).slot.end
    await world.parts.timers.fire_due()
    assert reminders(world) == 0


async def test_who_books_for_less_than_a_day_ahead_is_not_reminded_at_once(world: World) -> None:
    world.clock.advance(hours=6)
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "book:topic:papers")
    await world.writes(OKSANA, "Elmshorn")
    said = await world.presses(OKSANA, "book:site:example-elmshorn-youth")
    for prefix in ("book:day:example-elmshorn-youth:20261125", "book:time:", "book:yes:"):
        said = await world.presses(OKSANA, button(said, prefix))
    assert said[0].text.startswith(world.phrase("appointment_booked", "uk"))
    await world.presses(OKSANA, "consent:yes:reminders")
    await world.parts.timers.fire_due()
    assert reminders(world) == 0


async def test_staff_is_alerted_once_when_a_case_waits(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.timers.fire_due()
    await world.parts.timers.fire_due()
    assert world.alerts.told == [case.id]


async def test_an_alert_is_tried_again_after_trouble(world: World) -> None:
    case = await world.asks_for_a_person()
    world.alerts.troubles = [DeliveryError("timed out"), DeliveryError("slow down", retry_after=90)]
    await world.parts.timers.fire_due()
    world.clock.advance(seconds=30)
    await world.parts.timers.fire_due()
    world.clock.advance(seconds=89)
    await world.parts.timers.fire_due()
    assert world.alerts.told == []
    world.clock.advance(seconds=1)
    await world.parts.timers.fire_due()
    assert world.alerts.told == [case.id]


async def test_an_alert_that_can_never_arrive_is_not_tried_again(world: World) -> None:
    await world.asks_for_a_person()
    world.alerts.troubles = [DeliveryError("chat not found", permanent=True)]
    await world.parts.timers.fire_due()
    world.clock.advance(hours=1)
    await world.parts.timers.fire_due()
    assert world.alerts.told == []


async def test_nobody_is_alerted_to_a_case_that_was_taken_already(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await world.parts.timers.fire_due()
    assert world.alerts.told == []


async def test_an_alert_that_is_set_anew_while_another_is_sent_is_not_lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await world.asks_for_a_person()
    tell = world.alerts.case_waiting

    async def slowly(case: Case) -> None:
        world.clock.advance(seconds=5)
        world.parts.casework.transfer(BEATE, case.id, "example-uetersen", "wohnt jetzt dort")
        await tell(case)

    monkeypatch.setattr(world.alerts, "case_waiting", slowly)
    await world.parts.timers.fire_due()
    monkeypatch.setattr(world.alerts, "case_waiting", tell)
    await world.parts.timers.fire_due()
    assert world.alerts.told == [case.id, case.id]


async def test_a_case_that_waits_longer_than_promised_is_flagged_told_and_alerted_again(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.timers.fire_due()
    assert case.promised_until is not None
    world.clock.time = case.promised_until
    await world.parts.timers.fire_due()
    await world.parts.timers.fire_due()
    assert world.alerts.told == [case.id, case.id]
    assert "overdue" in world.case(AMINA).flags
    assert world.told(AMINA)[-1] == world.phrase("case_delayed", "ar")
    assert [line.what for line in world.parts.desk.view(BEATE, case.id).history] == ["opened", "overdue"]


async def test_a_case_that_was_answered_in_time_is_not_overdue(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    told = world.told(AMINA)
    world.clock.advance(days=29)
    await world.parts.timers.fire_due()
    assert world.case(AMINA).flags == ()
    assert world.told(AMINA) == told


async def test_who_wants_to_be_erased_is_gone_after_the_goodbye(world: World, store: SqliteStore) -> None:
    await world.books(OKSANA)
    await world.asks_for_a_person(OKSANA, "uk")
    with store.transaction() as tx:
        tx.add_timer(Timer("alert:other", "alert", "another-case", "", world.clock.now() + timedelta(days=9)))
    await world.presses(OKSANA, "nav:erase", "erase:yes")
    assert world.told(OKSANA)[-1] == world.phrase("erased", "uk")
    await world.parts.timers.fire_due()
    assert world.parts.inbox.find(OKSANA) is not None
    world.clock.advance(minutes=1)
    await world.parts.timers.fire_due()
    assert world.parts.inbox.find(OKSANA) is None
    left = (
        "contact_key",
        "conversation",
        "message",
        "outbox",
        "attachment",
        "cases",
        "note",
        "history",
        "slot_cell",
        "appointment",
    )
    for table in left:
        assert store.db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    assert [row[0] for row in store.db.conn.execute("SELECT id FROM timer")] == ["alert:other"]


async def test_a_timer_that_fails_holds_no_other_up_and_is_tried_again(world: World) -> None:
    case = await world.asks_for_a_person()
    id = await books_later(world)
    world.alerts.troubles = [RuntimeError("bug")] * 2
    await two_days_before(world, id)
    assert reminders(world) == 1
    await world.parts.timers.fire_due()
    world.clock.advance(seconds=15)
    await world.parts.timers.fire_due()
    assert case.id in world.alerts.told


async def test_an_unknown_kind_of_timer_is_dropped(world: World, store: SqliteStore) -> None:
    with store.transaction() as tx:
        tx.add_timer(Timer("x", "later-version", "x", "", world.clock.now()))
    assert [await world.parts.timers.fire_due(), await world.parts.timers.fire_due()] == [1, 0]


async def test_retention_is_looked_after_at_the_start_and_once_an_hour(world: World) -> None:
    await world.arrives(AMINA, "ar")
    seen = []
    for hours in (47.5, 0.9, 0.1):
        world.clock.advance(hours=hours)
        world.parts.timers.purge_if_due()
        seen.append(world.parts.inbox.find(AMINA) is not None)
    assert seen == [True, True, False]


async def test_a_period_that_an_agency_changes_holds_for_what_is_closed_already(world: World) -> None:
    case, network = await world.asks_for_a_person(), world.parts.content.network
    world.parts.desk.close(BEATE, case.id)
    world.clock.advance(hours=10 * 24)
    world.parts.timers.purge_if_due()
    assert world.parts.inbox.find(AMINA) is not None
    shorter = replace(network.agencies[case.agency], retention=Retention(case=timedelta(days=10)))
    changed = replace(network, agencies={**network.agencies, case.agency: shorter})
    world.parts.content = replace(world.parts.content, network=changed)
    world.clock.advance(hours=1)
    world.parts.timers.purge_if_due()
    assert world.parts.inbox.find(AMINA) is None


async def test_the_consent_names_the_periods_that_are_set(world: World) -> None:
    network = world.parts.content.network
    longer = {id: replace(agency, retention=Retention(case=timedelta(days=365))) for id, agency in network.agencies.items()}
    world.parts.content = replace(world.parts.content, network=replace(network, agencies=longer))
    for said in (await world.presses(AMINA, "lang:de"), await world.presses(AMINA, "consent:details")):
        assert "48 Stunden nach" in said[-1].text
        assert "365 Tage nach dem Ende" in said[-1].text


async def test_the_worker_goes_on_after_trouble_and_stops_when_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await world.asks_for_a_person()
    stop = asyncio.Event()
    purge = world.parts.timers.purge_if_due
    monkeypatch.setattr(world.parts.timers, "purge_if_due", broken(RuntimeError("disk full")))
    running = asyncio.create_task(world.parts.timers.run(stop))
    await until(lambda: bool(world.alerts.told))
    monkeypatch.setattr(world.parts.timers, "purge_if_due", purge)
    stop.set()
    world.parts.live.touch("stop")
    await running
    assert world.alerts.told == [case.id]
