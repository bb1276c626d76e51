"""Nobody who asked is forgotten: whatever happens, the case comes onto somebody's screen, and the newcomer is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.cases import TOP_LEVEL
from bot.core.hours import Closure
from bot.services.ports import NotTranslated
from tests.clock import TUESDAY
from tests.services.fakes import AMINA, BEATE, BLOCKED, COLLEAGUE, World, button

EVENING = TUESDAY.replace(hour=19)


async def fires(world: World, **later: float) -> None:
    """Let time pass and everything that is due happen, what that leads to included."""
    world.clock.advance(**later)
    for _ in range(3):
        await world.parts.timers.fire_due()


async def passes_promise(world: World) -> None:
    due = world.case(AMINA).due_at
    assert due is not None
    world.clock.time = due
    await fires(world)


def history(world: World, case_id: str) -> list[str]:
    with world.parts.store.transaction() as tx:
        return [line.what for line in tx.history(case_id)]


async def test_who_asks_at_night_learns_when_it_opens_and_may_ask_for_a_call(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person()
    assert (case.status, world.alerts.told) == ("deferred", [])
    offered = world.lines(AMINA)[-1].message
    assert offered is not None
    assert {choice.id for row in offered.choices for choice in row} >= {"case:callback", "book:start"}
    await world.presses(AMINA, "case:callback")
    await world.writes(AMINA, "0151 0000000, ab 10 Uhr")
    assert "callback" in world.case(AMINA).flags
    assert world.lines(AMINA)[-1].case_id == case.id


async def test_a_deferred_case_queues_itself_when_the_site_opens(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person()
    assert case.queues_at is not None
    world.clock.time = case.queues_at - timedelta(minutes=1)
    await fires(world)
    assert (world.case(AMINA).status, world.alerts.told) == ("deferred", [])
    await fires(world, minutes=1)
    assert (world.case(AMINA).status, world.alerts.told) == ("queued", [case.id])
    assert world.told(AMINA)[-1] == world.phrase("case_now_open", "ar")


async def test_an_emergency_at_night_waits_for_no_opening(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person(question="زوجي يضربني")
    assert (case.status, case.flags) == ("queued", ("crisis",))


async def test_an_emergency_while_the_site_is_closed_is_told_to_staff_at_once(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person()
    await world.writes(AMINA, "زوجي يضربني")
    await fires(world)
    assert (world.case(AMINA).status, world.alerts.told) == ("queued", [case.id])


async def test_a_site_that_is_closed_when_it_should_have_opened_is_not_said_to_be_open(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person()
    told = world.told(AMINA)
    network = world.parts.content.network
    shut = replace(network.sites[case.site].hours, closures=(Closure(date(2026, 11, 25), date(2026, 11, 25)),))
    sites = {**network.sites, case.site: replace(network.sites[case.site], hours=shut)}
    world.parts.content = replace(world.parts.content, network=network.only(sites))
    assert case.queues_at is not None
    world.clock.time = case.queues_at
    await fires(world)
    assert (world.case(AMINA).status, world.told(AMINA)) == ("deferred", told)
    opens = world.case(AMINA).queues_at
    assert opens is not None
    world.clock.time = opens
    await fires(world)
    assert (world.case(AMINA).status, world.alerts.told) == ("queued", [case.id])


async def test_an_advisor_may_take_a_case_before_the_site_opens(world: World) -> None:
    world.clock.time = EVENING
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await fires(world, days=1)
    assert "queued" not in history(world, case.id)


async def test_the_coordination_is_warned_before_a_promise_is_broken(world: World) -> None:
    case = await world.asks_for_a_person()
    await fires(world)
    assert case.promised_until is not None
    told = world.told(AMINA)
    world.clock.time = case.promised_until - timedelta(hours=3)
    await fires(world)
    assert world.case(AMINA).flags == ("at_risk",)
    assert world.alerts.told == [case.id, case.id]
    assert world.told(AMINA) == told


def become_partners(world: World) -> None:
    """Let two agencies agree to take over late cases of each other; a third one did not."""
    agencies = world.parts.content.network.agencies
    agreed = {
        **agencies,
        "example-a": replace(agencies["example-a"], partners=("example-b",)),
        "example-b": replace(agencies["example-b"], partners=("example-a", "example-c")),
    }
    world.parts.content = replace(world.parts.content, network=replace(world.parts.content.network, agencies=agreed))


async def test_a_late_case_that_one_advisor_after_the_other_leaves_lying_goes_to_a_partner_all_the_same(world: World) -> None:
    become_partners(world)
    case = await world.asks_for_a_person()
    for advisor in (BEATE, COLLEAGUE, BEATE):
        world.parts.desk.claim(advisor, case.id)
        await fires(world, days=4)
    assert (world.case(AMINA).level, world.case(AMINA).proposal) == (TOP_LEVEL, None)
    await fires(world, days=4)
    asked = world.case(AMINA).proposal
    assert asked is not None
    await world.presses(AMINA, f"case:pass:no:{asked.site}")
    await fires(world, days=8)
    assert world.case(AMINA).proposal is None, "nobody is asked again and again"


async def test_a_late_case_climbs_from_team_to_coordination_to_partner(world: World) -> None:
    become_partners(world)
    case = await world.asks_for_a_person()
    assert case.agency == "example-a"
    await passes_promise(world)
    assert (world.case(AMINA).level, world.told(AMINA)[-1]) == (1, world.phrase("case_delayed", "ar"))
    await fires(world, days=4)
    assert world.case(AMINA).level == 2
    await fires(world, days=4)
    late = world.case(AMINA)
    assert (late.level, late.proposal is not None) == (TOP_LEVEL, True)
    asked = world.lines(AMINA)[-1].message
    assert asked is not None
    await world.presses(AMINA, button([asked], "case:pass:yes"))
    moved = world.case(AMINA)
    assert (moved.id, moved.agency, moved.status, moved.level) == (case.id, "example-b", "queued", 0)


async def test_without_a_partner_a_late_case_comes_back_to_the_coordination_day_after_day(world: World) -> None:
    case = await world.asks_for_a_person()
    await passes_promise(world)
    for _ in range(4):
        before = len(world.alerts.told)
        await fires(world, days=4)
        assert world.alerts.told[before:] == [case.id]
    assert (world.case(AMINA).level, world.case(AMINA).proposal) == (TOP_LEVEL, None)


async def test_an_advisor_who_is_silent_loses_the_case_to_the_team_and_is_asked_first(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    await world.writes(AMINA, "شكرا، وماذا الآن؟")
    await passes_promise(world)
    released = world.case(AMINA)
    assert (released.status, released.advisor, released.preferred) == ("queued", None, "beate")
    assert world.told(AMINA)[-1] == world.phrase("case_released", "ar")
    assert world.alerts.told[-1] == case.id


async def test_a_promise_is_kept_by_an_answer(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    answered = world.case(AMINA)
    assert (answered.due_at, answered.waits_for_newcomer) == (None, True)
    await world.writes(AMINA, "شكرا")
    assert world.case(AMINA).due_at is not None


async def test_a_case_in_which_the_newcomer_is_silent_for_a_month_is_closed(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    await fires(world, days=29)
    assert world.case(AMINA).open
    await fires(world, days=1)
    assert history(world, case.id)[-1] == "closed"
    assert world.told(AMINA)[-1].startswith(world.phrase("case_closed", "ar"))


async def test_who_comes_back_within_two_weeks_gets_the_same_case_and_the_same_advisor_first(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.desk.close(BEATE, case.id)
    world.clock.advance(days=13)
    said = await world.presses(AMINA, "nav:person")
    await world.presses(AMINA, button(said, "case:again"))
    again = world.case(AMINA)
    assert (again.id, again.status, again.preferred) == (case.id, "queued", "beate")
    assert history(world, case.id)[-1] == "reopened"


async def test_whom_nobody_took_care_of_is_not_asked_how_it_was_nor_told_that_somebody_knows_them(world: World) -> None:
    case = await world.asks_for_a_person()
    told = len(world.told(AMINA))
    world.parts.desk.close(BEATE, case.id)
    assert len(world.told(AMINA)) == told + 1
    said = await world.presses(AMINA, "case:again")
    assert said[0].text.startswith(world.phrase("case_transferred", "ar"))


async def test_a_case_whose_site_is_gone_is_not_reopened_but_begun_anew(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.close(BEATE, case.id)
    network = world.parts.content.network
    left = {id: site for id, site in network.sites.items() if id != case.site}
    world.parts.content = replace(world.parts.content, network=network.only(left))
    await world.presses(AMINA, "case:again", "case:papers", "case:skip", "place:skip")
    assert world.case(AMINA).site in left


async def test_who_comes_back_later_gets_a_new_case(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.close(BEATE, case.id)
    world.clock.advance(days=15)
    await world.presses(AMINA, "case:again", "case:papers", "case:skip", "place:skip")
    assert world.case(AMINA).id != case.id


# Every way of being forgotten.


async def test_the_advisor_leaves_for_good(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.leave(BEATE)
    await fires(world)
    assert (world.case(AMINA).status, world.alerts.told) == ("queued", [case.id])
    assert [each.id for each in world.parts.desk.queue(COLLEAGUE)] == [case.id]


async def test_the_site_closes_for_the_summer(world: World) -> None:
    case = await world.asks_for_a_person()
    network = world.parts.content.network
    shut = replace(network.sites[case.site].hours, closures=(Closure(date(2026, 11, 25), date(2027, 8, 31)),))
    sites = {**network.sites, case.site: replace(network.sites[case.site], hours=shut)}
    world.parts.content = replace(world.parts.content, network=replace(network, sites=sites))
    await passes_promise(world)
    await fires(world, days=2)
    assert (world.case(AMINA).level, world.alerts.told.count(case.id) >= 2) == (2, True)


async def test_a_site_without_known_hours_promises_nothing_and_forgets_nobody(world: World) -> None:
    network = world.parts.content.network
    unknown = {id: replace(site, hours=replace(site.hours, week={})) for id, site in network.sites.items()}
    world.parts.content = replace(world.parts.content, network=replace(network, sites=unknown))
    case = await world.asks_for_a_person()
    assert case.promised_until is None
    await fires(world, days=3)
    assert (world.case(AMINA).level, world.alerts.told[-1]) == (1, case.id)


async def test_who_writes_again_while_nobody_answers_does_not_stop_the_case_from_climbing(world: World) -> None:
    network = world.parts.content.network
    unknown = {id: replace(site, hours=replace(site.hours, week={})) for id, site in network.sites.items()}
    world.parts.content = replace(world.parts.content, network=network.only(unknown))
    await world.asks_for_a_person()
    await fires(world, days=3)
    await world.writes(AMINA, "مرحبا؟")
    await fires(world, days=1)
    assert world.case(AMINA).level == 2


async def test_an_answered_case_is_given_back_long_after_it_was_opened(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    world.clock.advance(days=10)
    world.parts.casework.release(BEATE, case.id)
    await fires(world)
    released = world.case(AMINA)
    assert (released.level, world.told(AMINA)[-1]) == (0, world.phrase("case_released", "ar"))
    assert released.due_at is not None
    assert released.due_at > world.clock.now()
    await passes_promise(world)
    assert (world.case(AMINA).level, world.alerts.told[-1]) == (1, case.id)


async def test_the_server_stands_still_over_the_deadline(world: World) -> None:
    case = await world.asks_for_a_person()
    await fires(world, days=20)
    assert "overdue" in world.case(AMINA).flags
    assert world.alerts.told[-1] == case.id
    assert "at_risk" not in history(world, case.id)


async def test_the_translation_is_broken(world: World) -> None:
    world.translator.failure = NotTranslated("error")
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    await world.writes(AMINA, "متى؟")
    lines = world.parts.desk.view(BEATE, case.id).lines
    assert lines[-1].text == "متى؟"
    assert world.case(AMINA).due_at is not None


async def test_the_bot_is_blocked(world: World) -> None:
    case = await world.asks_for_a_person()
    world.channel.troubles[AMINA] = [BLOCKED] * 9
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    for _ in range(9):
        await world.outbox().deliver_due("telegram")
    assert "unreachable" in world.case(AMINA).flags
    assert not world.parts.desk.view(BEATE, case.id).reachable


async def test_an_old_kind_of_timer_still_tells_that_a_case_is_late(world: World) -> None:
    case = await world.asks_for_a_person()
    with world.parts.store.transaction() as tx:
        timer = next(each for each in tx.due_timers(TUESDAY + timedelta(days=90)) if each.kind == "due")
        tx.drop_timer(timer.id)
        tx.add_timer(replace(timer, id=f"overdue:{case.id}", kind="overdue", fence=""))
    await fires(world, days=20)
    assert world.case(AMINA).level == 1


async def test_words_of_a_crisis_in_a_case_that_beate_has_alarm_staff_once_an_hour(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    await fires(world)
    told = len(world.alerts.told)
    for minutes, alarms in ((0, 1), (30, 1), (29, 1), (1, 2)):
        world.clock.advance(minutes=minutes)
        await world.writes(AMINA, "زوجي يضربني")
        await fires(world)
        assert (len(world.alerts.told) - told, world.alerts.told[-1]) == (alarms, case.id), f"after {minutes} minutes more"
    assert (world.case(AMINA).status, world.case(AMINA).flags) == ("active", ("crisis",))
    await world.writes(AMINA, "شكرا")
    await fires(world)
    assert len(world.alerts.told) == told + 2, "what is no crisis alarms nobody"


@pytest.mark.parametrize("answer", ["good", "half", "bad"])
async def test_how_it_was_is_counted_without_the_person(world: World, answer: str) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    world.parts.desk.close(BEATE, case.id)
    asked = world.lines(AMINA)[-2].message
    assert asked is not None
    said = await world.presses(AMINA, button([asked], f"felt:{answer}"))
    assert said[0].text == world.phrase("felt_thanks", "ar")


async def test_how_it_was_counts_once_however_often_it_is_said(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    for n in (1, 2):
        world.parts.desk.close(BEATE, case.id)
        for answer in ("good", "good", "bad"):
            said = await world.presses(AMINA, f"felt:{answer}:example-a")
            assert said[0].text == world.phrase("felt_thanks", "ar")
        assert counted(world) == {"felt:example-a:good": n}
        await world.presses(AMINA, "case:again")
    world.parts.desk.close(BEATE, case.id)
    await world.presses(AMINA, "felt:good:example-b")
    assert counted(world) == {"felt:example-a:good": 2}, "another agency had no case"


def counted(world: World) -> dict[str, int]:
    rows = world.parts.store.db.conn.execute("SELECT what, sum(value) FROM daily_count WHERE what LIKE 'felt:%' GROUP BY what")
    return dict(rows.fetchall())
