"""Who may close what; and that everything a newcomer is told follows, until it is open again."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.app import serving, wire
from bot.contents import Keeper
from bot.core.closings import Closing
from bot.core.hours import Closure, Hours, Span
from bot.core.locales import local
from bot.services.desk import Forbidden
from bot.services.ports import Advisor
from bot.settings import Settings
from tests.clock import Ids
from tests.services.fakes import BEATE, BIRGIT, CARL, COLLEAGUE, JENS, OKSANA, World, button, without_own_times

ELMSHORN = "example-elmshorn"
THURSDAY = date(2026, 11, 26)
"""The first day on which Elmshorn has times, in the afternoon."""
ALL_DAY = Closure(THURSDAY, THURSDAY)
SITE = Closing("c-site", "example-a", ELMSHORN, "", ALL_DAY, "Wasserschaden")
VOLKAN = replace(BEATE, id="volkan", login="volkan", name="Volkan Redlich", role="editor")


@pytest.fixture
def world(world: World) -> World:
    """The usual world; Beate has times of her own in Elmshorn alone, on Fridays."""
    content = world.parts.content
    site = content.network.sites[ELMSHORN]
    (shared,) = site.appointments
    week = {4: (Span(time(9), time(12)),)}
    own = replace(shared, hours=replace(shared.hours, week=week), seats=1, advisor=BEATE.login)
    sites = {**without_own_times(content.network.sites), ELMSHORN: replace(site, appointments=(shared, own))}
    world.parts.content = replace(content, network=content.network.only(sites))
    with world.parts.store.transaction() as tx:
        for each in (BIRGIT, VOLKAN):
            tx.add_advisor(each)
    return world


def beates(day: date = date(2026, 11, 27)) -> Closing:
    return Closing("c-beate", "example-a", "", BEATE.login, Closure(day, day), "Fortbildung")


async def offered(world: World) -> set[date]:
    """Return the days on which the chat offers Oksana a time in Elmshorn; she comes anew."""
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "book:topic:papers", "place:skip", f"book:site:{ELMSHORN}")
    ids = [choice.id for message in said for row in message.choices for choice in row if choice.id.startswith("book:day:")]
    return {date.fromisoformat(id.rpartition(":")[2]) for id in ids}


async def test_the_chat_offers_nothing_while_it_is_closed_and_the_same_again_when_it_opened(world: World) -> None:
    before = await offered(world)
    assert THURSDAY in before
    world.parts.closings.keep(BIRGIT, SITE)
    assert THURSDAY not in await offered(world)
    world.parts.closings.remove(BIRGIT, SITE.id)
    assert await offered(world) == before


async def test_a_time_that_was_chosen_before_it_closed_is_not_booked(world: World) -> None:
    await world.arrives(OKSANA, "uk")
    said = await world.presses(OKSANA, "book:topic:papers", "place:skip", f"book:site:{ELMSHORN}")
    for prefix in ("book:day:", "book:time:"):
        said = await world.presses(OKSANA, button(said, prefix))
    world.parts.closings.keep(BIRGIT, SITE)
    said = await world.presses(OKSANA, button(said, "book:yes:"))
    assert said[0].text == world.parts.content.phrases.say("slot_gone", "uk")
    assert world.parts.agenda.coming(BIRGIT) == []


async def test_a_proposed_time_that_closed_since_is_not_taken_and_another_can_be_proposed(world: World) -> None:
    id = await world.books()
    world.parts.closings.keep(BIRGIT, SITE)
    asked = world.parts.agenda.propose(BEATE, id)
    assert asked is not None
    first = asked.proposal
    assert first is not None
    day = local(first.start).date()
    world.parts.closings.keep(BIRGIT, replace(SITE, id="c-next", when=Closure(day, day)))
    said = await world.presses(OKSANA, f"book:take:{id}:{first.start:%Y%m%d%H%M}")
    assert said[0].text == world.parts.content.phrases.say("slot_gone", "uk")
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert misfit.asked_until is None
    assert misfit.proposal is not None
    assert local(misfit.proposal.start).date() > day


async def test_what_is_booked_is_counted_before_and_stands_in_the_list_of_conflicts_until_it_opens(world: World) -> None:
    id = await world.books()
    closings, told = world.parts.closings, world.told(OKSANA)
    assert [each.id for each in closings.touched(BIRGIT, SITE)] == [id]
    assert world.parts.agenda.misfits(BEATE) == [], "asking changes nothing"
    closings.keep(BIRGIT, SITE)
    (misfit,) = world.parts.agenda.misfits(BEATE)
    assert (misfit.appointment.id, misfit.reason) == (id, "hours")
    assert misfit.proposal is not None
    assert local(misfit.proposal.start).date() > THURSDAY
    closings.remove(BIRGIT, SITE.id)
    assert world.parts.agenda.misfits(BEATE) == []
    assert world.told(OKSANA) == told, "nothing is said or dropped by itself"


async def test_only_what_a_closing_really_touches_is_counted(world: World) -> None:
    id = await world.books()
    (booked,) = world.parts.agenda.coming(BEATE)
    start = local(booked.slot.start).time()
    assert start == time(14)
    for part, expected in ((Span(time(8), time(14)), []), (Span(time(14, 15), time(15)), [id]), (None, [id])):
        assert [
            each.id for each in world.parts.closings.touched(BIRGIT, replace(SITE, when=replace(ALL_DAY, part=part)))
        ] == expected
    assert world.parts.closings.touched(BIRGIT, beates(THURSDAY)) == [], "it is not with Beate"
    world.parts.closings.keep(BIRGIT, SITE)
    assert [each.id for each in world.parts.closings.touched(BIRGIT, SITE)] == [id], "a change counts from what was before"
    assert world.parts.closings.touched(BIRGIT, replace(SITE, id="another")) == [], "it is in the list already"


async def test_one_who_waits_is_asked_when_it_opens_again(world: World) -> None:
    closings = world.parts.closings
    through_winter = Closure(date(2026, 11, 24), date(2027, 2, 28))
    closings.keep(BIRGIT, replace(SITE, site="", when=through_winter))
    await world.arrives(OKSANA, "uk")
    await world.presses(OKSANA, "book:topic:papers", "place:skip", f"book:wait:{ELMSHORN}")
    told = len(world.told(OKSANA))
    await world.parts.timers.fire_due()
    assert len(world.told(OKSANA)) == told
    closings.remove(BIRGIT, SITE.id)
    await world.parts.timers.fire_due()
    assert world.told(OKSANA)[-1].startswith(world.phrase("waiting_offer", "uk"))


async def test_hours_and_promises_follow(world: World) -> None:
    def promised() -> object:
        network = world.parts.closings.content().network
        return network.promise(network.sites[ELMSHORN], world.clock.now())

    async def told() -> str:
        await world.arrives(OKSANA, "de")
        await world.presses(OKSANA, "nav:site")
        return "".join(each.text for each in await world.writes(OKSANA, "Elmshorn"))

    before = promised()
    assert world.phrase("open_until", "de") in await told()
    world.parts.closings.keep(BIRGIT, replace(SITE, when=Closure(date(2026, 11, 24), date(2026, 12, 4))))
    assert promised() != before
    text = await told()
    assert world.phrase("opens", "de") in text
    assert "Montag, 7. Dezember 2026" in text
    assert "Wasserschaden" not in text


@pytest.mark.parametrize("part", [None, Span(time(15), time(18))])
async def test_the_card_of_a_site_says_on_which_of_the_coming_days_its_week_does_not_hold(
    part: Span | None, world: World
) -> None:
    async def days(language: str) -> list[str]:
        await world.arrives(OKSANA, language)
        await world.presses(OKSANA, "nav:site")
        card = (await world.writes(OKSANA, "Elmshorn"))[0].text.split("\n\n")[1]
        return [line.strip() for line in card.splitlines() if line.startswith(("🚫", "❗"))]

    assert await days("de") == []
    world.parts.closings.keep(BIRGIT, replace(SITE, when=Closure(THURSDAY, THURSDAY + timedelta(days=7), part)))
    shorter = ["❗ Do. 26. Nov.: 14:00–15:00", "❗ Mo. 30. Nov.: 09:00–12:00, 14:00–15:00"]
    assert await days("de") == (shorter if part else ["🚫 Do. 26. Nov.", "🚫 Mo. 30. Nov."])
    assert len(await days("ar")) == 2


@pytest.mark.parametrize(
    ("who", "closing", "may"),
    [
        (BIRGIT, SITE, True),
        (BIRGIT, beates(), True),
        (BEATE, beates(), True),
        (BEATE, SITE, False),
        (COLLEAGUE, beates(), False),
        (JENS, SITE, False),
        (JENS, beates(), False),
        (VOLKAN, SITE, False),
        (replace(VOLKAN, login=BEATE.login), beates(), False),
        (CARL, replace(SITE, advisor=CARL.login), False),
    ],
    ids=lambda each: each if isinstance(each, bool) else each.id,
)
async def test_the_coordination_closes_for_everybody_and_advisors_their_own(
    who: Advisor, closing: Closing, may: bool, world: World
) -> None:
    closings = world.parts.closings
    assert closings.may(who, closing) is may
    if may:
        closings.keep(who, closing)
        (kept,) = closings.known(BEATE)
        assert (kept.by, kept.at, replace(kept, by="", at=None)) == (who.id, world.clock.now(), closing)
        closings.remove(who, closing.id)
    else:
        for act in (closings.touched, closings.keep):
            with pytest.raises(Forbidden):
                act(who, closing)
        closings.keep(BIRGIT, replace(closing, agency="example-a"))
        with pytest.raises(Forbidden):
            closings.remove(who, closing.id)
        with pytest.raises(Forbidden):
            closings.keep(who, replace(closing, agency=who.agency, site="", advisor=who.login))
        assert len(closings.known(BIRGIT)) == 1
    assert closings.known(JENS) == []


@pytest.mark.parametrize(
    ("who", "places"),
    [(BIRGIT, {"": 7, "beate": 1}), (BEATE, {"beate": 1}), (COLLEAGUE, {})],
    ids=lambda each: getattr(each, "id", ""),
)
def test_everybody_is_shown_what_is_theirs_to_close(who: Advisor, places: Mapping[str, int], world: World) -> None:
    found = world.parts.closings.places(who)
    own = sum(site.agency == who.agency for site in world.parts.content.network.sites.values())
    assert {login: len(sites) for login, sites in found.items()} == {
        login: own if not login else count for login, count in places.items()
    }


def test_who_edits_or_has_no_access_sees_nothing(world: World) -> None:
    for who in (VOLKAN, CARL):
        for look in (world.parts.closings.known, world.parts.closings.places):
            with pytest.raises(Forbidden):
                look(who)


def friday_is_open(world: World) -> bool:
    network = world.parts.closings.content().network
    return bool(network.sites[ELMSHORN].appointments[1].hours.on(date(2026, 11, 27), network.holidays))


async def test_who_is_absent_has_no_times_until_they_are_back(world: World) -> None:
    world.parts.casework.away(BEATE, BEATE.id, date(2026, 12, 3))
    assert not friday_is_open(world)
    (absence,) = world.parts.closings.known(BIRGIT)
    assert (absence.id, absence.advisor, absence.when.last) == ("", "beate", date(2026, 12, 3))
    assert THURSDAY in await offered(world), "the others' times"
    world.parts.casework.away(COLLEAGUE, COLLEAGUE.id, date(2026, 12, 3))
    assert len(world.parts.closings.known(BIRGIT)) == 1, "who has no times of their own closes nothing"
    world.parts.casework.away(BIRGIT, BEATE.id, None)
    assert friday_is_open(world)


def test_closings_outlive_a_restart(world: World) -> None:
    world.parts.closings.keep(BEATE, beates())
    again = wire(world.parts.store, world.parts.content, world.clock, Ids())
    assert [each.id for each in again.closings.known(BEATE)] == ["c-beate"]
    assert not friday_is_open(replace(world, parts=again))


async def test_they_hold_in_content_that_was_read_again_while_running(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.parts.closings.keep(BIRGIT, SITE)
    before, stop, came = world.parts.content, asyncio.Event(), asyncio.Event()

    class Reloads(Keeper):
        """Takes the same content for a new one, once."""

        async def run(self, stop: asyncio.Event, embed: object) -> None:
            self._replace(replace(before, phrases=before.phrases))
            came.set()

    monkeypatch.setattr(serving, "Keeper", Reloads)
    await serving._keep_content(world.parts, Settings(tmp_path, tmp_path / "key"), stop)
    assert came.is_set()
    assert world.parts.content is not before
    network = world.parts.closings.content().network
    assert not network.sites[ELMSHORN].hours.on(THURSDAY, network.holidays)


async def test_open_pages_learn_of_hours_that_changed_in_the_files(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = world.parts.content
    site = content.network.sites[ELMSHORN]
    shut = replace(site, appointments=tuple(replace(each, hours=Hours({})) for each in site.appointments))
    changed = replace(content, network=content.network.only({**content.network.sites, ELMSHORN: shut}))

    class Reloads(Keeper):
        """Takes new content once."""

        async def run(self, stop: asyncio.Event, embed: object) -> None:
            self._replace(changed)

    monkeypatch.setattr(serving, "Keeper", Reloads)
    with world.parts.live.watch("agency:example-a") as theirs, world.parts.live.watch("agency:example-b") as others:
        await serving._keep_content(world.parts, Settings(tmp_path, tmp_path / "key"), asyncio.Event())
        assert await theirs.changed(0)
        assert not await others.changed(0)


def test_content_is_the_same_object_until_something_changes(world: World) -> None:
    closings = world.parts.closings
    assert closings.content() is world.parts.content
    closings.keep(BIRGIT, SITE)
    assert closings.content() is closings.content()
    closings.remove(BIRGIT, SITE.id)
    assert closings.content() is world.parts.content
