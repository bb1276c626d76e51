"""What newcomers allow is asked for each purpose by itself, shown under /privacy, taken back there, and heeded with every use."""

import json
from dataclasses import replace

import pytest

from bot.app import wire
from bot.core.cases import Case
from bot.core.consents import VERSIONS, Terms
from bot.core.content import Content
from bot.core.messages import Address, OutboundMessage
from bot.services.desk import Forbidden
from tests.clock import Ids
from tests.services.fakes import AMINA, BEATE, JENS, OKSANA, World

IN_A_TERMINAL = Address("terminal", "amina")
BACK = "consent:no:partner:example-b"


def ids(said: list[OutboundMessage]) -> set[str]:
    return {choice.id for message in said for row in message.choices for choice in row}


def site_of(world: World, agency: str) -> str:
    return next(site.id for site in world.parts.content.network.sites.values() if site.agency == agency)


def history(world: World, case_id: str) -> list[str]:
    with world.parts.store.transaction() as tx:
        return [line.what for line in tx.history(case_id)]


def offer(world: World, terms: Terms, content: Content) -> None:
    """Let the operator decide something about consent."""
    world.parts = wire(world.parts.store, content, world.clock, Ids(), terms=terms)


async def passed_on(world: World, answer: str = "yes") -> Case:
    """Let Beate ask Amina whether Jens's agency may have her case, and Amina answer."""
    case = await world.asks_for_a_person(language="de")
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.transfer(BEATE, case.id, site_of(world, "example-b"), "Notiz")
    await world.presses(AMINA, f"case:pass:{answer}:{site_of(world, 'example-b')}")
    return case


async def reminded(world: World, id: str) -> bool:
    """Let time pass until two hours before an appointment; tell whether Oksana is reminded of it."""
    before = len(world.told(OKSANA))
    with world.parts.store.transaction() as tx:
        found = tx.appointment(id)
    assert found is not None
    world.clock.time = found.slot.start
    world.clock.advance(hours=-2)
    await world.parts.timers.fire_due()
    return len(world.told(OKSANA)) > before


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((), False),
        (("consent:no:reminders",), False),
        (("consent:yes:reminders",), True),
        (("consent:yes:reminders", "consent:no:reminders"), False),
        (("consent:no:reminders", "consent:yes:reminders"), True),
    ],
)
async def test_only_who_said_yes_is_reminded_and_the_appointment_stays(
    answers: tuple[str, ...], expected: bool, world: World
) -> None:
    id = await world.books(OKSANA, "de")
    await world.presses(OKSANA, *answers)
    assert await reminded(world, id) is expected
    assert [each.id for each in world.parts.agenda.coming(BEATE)] == [id]


async def test_the_question_comes_after_booking_and_never_again_once_it_is_answered(world: World) -> None:
    id = await world.books(OKSANA, "de")
    assert world.told(OKSANA)[-1] == world.phrase("consent_reminders", "de")
    assert "consent:yes:reminders" in ids(await world.presses(OKSANA, "nav:appointments"))
    said = await world.presses(OKSANA, "consent:no:reminders")
    assert said[0].text.startswith(world.phrase("consent_reminders_off", "de"))
    assert f"book:move:{id}" in ids(said)
    assert "consent:yes:reminders" not in ids(await world.presses(OKSANA, "nav:appointments"))


async def test_who_passes_a_case_on_names_the_recipient_and_what_they_will_read(world: World) -> None:
    case = await passed_on(world)
    asked = next(text for text in world.told(AMINA) if "Dürfen wir" in text)
    agencies, sites = world.parts.content.network.agencies, world.parts.content.network.sites
    for words in (agencies["example-b"].name, sites[site_of(world, "example-b")].name, "dieses Gespräch", "Wohnort", "Notiz"):
        assert words in asked
    (consent,) = [each for each in world.conversation(AMINA).consents if each.purpose == "partner"]
    assert (consent.given, consent.version, consent.language) == (True, VERSIONS["partner"], "de")
    assert (consent.recipient, consent.case, consent.origin) == ("example-b", case.id, case.site)


async def test_a_no_to_passing_on_is_kept_as_well(world: World) -> None:
    await passed_on(world, "no")
    assert [each.given for each in world.conversation(AMINA).consents if each.purpose == "partner"] == [False]
    assert world.case(AMINA).agency == "example-a"
    assert BACK not in ids(await world.writes(AMINA, "/privacy"))


async def test_an_agency_whose_consent_is_taken_back_reads_nothing_more_and_the_first_has_the_case_again(world: World) -> None:
    case = await passed_on(world)
    await world.parts.desk.reply(JENS, case.id, "Guten Tag")
    assert BACK in ids(await world.writes(AMINA, "/privacy"))
    said = await world.presses(AMINA, BACK)
    assert said[0].text.startswith("Gut. " + world.parts.content.network.agencies["example-b"].name)
    with pytest.raises(Forbidden):
        world.parts.desk.view(JENS, case.id)
    with pytest.raises(Forbidden):
        await world.parts.desk.reply(JENS, case.id, "Noch etwas")
    back = world.case(AMINA)
    assert (back.agency, back.site, back.status, back.advisor) == ("example-a", case.site, "queued", None)
    view = world.parts.desk.view(BEATE, case.id)
    assert view.history[-1].what == "withdrawn:example-b"
    assert [line.text for line in view.lines if line.author == "newcomer"][-1] == f"Nicht mehr weitergeben: {_name(world)}"
    told = len(world.alerts.told)
    await world.parts.timers.fire_due()
    assert case.id in world.alerts.told[told:]
    assert BACK not in ids(await world.writes(AMINA, "/privacy"))


async def test_both_desks_find_in_the_log_that_a_case_was_taken_back(world: World) -> None:
    case = await passed_on(world)
    with world.parts.live.watch("agency:example-a", "agency:example-b") as watch:
        await world.presses(AMINA, BACK)
        assert await watch.changed(0)
        assert watch.subjects == {"agency:example-a", "agency:example-b"}
    with world.parts.store.transaction() as tx:
        assert ("newcomer", "withdraw", f"case {case.number}") in [(each.who, each.what, each.subject) for each in tx.audited()]


async def test_a_closed_case_is_taken_back_as_well(world: World) -> None:
    case = await passed_on(world)
    world.parts.desk.claim(JENS, case.id)
    world.parts.desk.close(JENS, case.id)
    await world.presses(AMINA, BACK)
    assert world.parts.desk.queue(JENS, closed=True) == []
    assert [(each.id, each.status, each.advisor) for each in world.parts.desk.queue(BEATE, closed=True)] == [
        (case.id, "closed", None)
    ]
    await world.presses(AMINA, "nav:menu")
    assert world.conversation(AMINA).owner == "bot"


async def test_when_the_first_site_is_gone_nobody_reads_a_case_that_is_taken_back(world: World) -> None:
    case = await passed_on(world)
    network = world.parts.content.network
    left = {id: site for id, site in network.sites.items() if id != case.site}
    world.parts.content = replace(world.parts.content, network=replace(network, sites=left))
    await world.presses(AMINA, BACK)
    for advisor in (BEATE, JENS):
        with pytest.raises(Forbidden):
            world.parts.desk.view(advisor, case.id)
    assert history(world, case.id)[-1] == "withdrawn:example-b"
    assert world.conversation(AMINA).owner == "bot"


async def test_an_old_button_takes_nothing_back_that_was_not_passed_on(world: World) -> None:
    case = await world.asks_for_a_person(language="de")
    said = await world.presses(AMINA, BACK)
    assert said[0].text.startswith(world.phrase("consent_overview", "de"))
    assert world.case(AMINA).agency == case.agency


async def test_a_new_version_of_the_text_is_asked_before_anything_more_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.arrives(AMINA, "de")
    monkeypatch.setitem(VERSIONS, "keep", VERSIONS["keep"] + 1)
    kept = len([line for line in world.lines(AMINA) if line.author == "newcomer"])
    said = await world.writes(AMINA, "Ich suche eine Wohnung")
    assert said[0].text.startswith(world.phrase("consent", "de"))
    assert len([line for line in world.lines(AMINA) if line.author == "newcomer"]) == kept
    await world.presses(AMINA, "consent:yes")
    assert world.conversation(AMINA).keeps
    assert [each.version for each in world.conversation(AMINA).consents] == [VERSIONS["keep"] - 1, VERSIONS["keep"]]


async def test_what_was_passed_on_can_be_taken_back_also_after_the_text_has_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await passed_on(world)
    monkeypatch.setitem(VERSIONS, "partner", VERSIONS["partner"] + 1)
    await world.presses(AMINA, BACK)
    assert world.case(AMINA).agency == case.agency == "example-a"


async def test_research_is_only_offered_where_the_operator_does_and_asked_of_nobody_unprompted(
    world: World, content: Content
) -> None:
    await world.arrives(AMINA, "de")
    assert not [id for id in ids(await world.writes(AMINA, "/privacy")) if "research" in id]
    await world.presses(AMINA, "consent:yes:research")
    assert not [each for each in world.conversation(AMINA).consents if each.purpose == "research"]
    offer(world, Terms(research=True), content)
    assert "consent:ask:research" in ids(await world.writes(AMINA, "/privacy"))
    (asked,) = await world.presses(AMINA, "consent:ask:research")
    assert {"consent:yes:research", "consent:no:research"} <= ids([asked])
    await world.presses(AMINA, "consent:yes:research")
    offer(world, Terms(), content)
    assert "consent:no:research" in ids(await world.writes(AMINA, "/privacy")), "a yes can always be taken back"
    await world.presses(AMINA, "consent:no:research")
    assert not [id for id in ids(await world.writes(AMINA, "/privacy")) if "research" in id]


async def test_who_takes_back_that_the_chat_is_kept_is_offered_to_erase_the_rest(world: World) -> None:
    await world.arrives(AMINA, "de")
    assert "nav:erase" in ids(await world.presses(AMINA, "consent:no"))
    (kept,) = world.conversation(AMINA).consents
    assert (kept.given, kept.stands, kept.withdrawn_at is not None) == (True, False, True)
    assert "nav:erase" not in ids(await world.presses(AMINA, "consent:no")), "there is nothing left"


async def test_the_whole_text_is_a_page_or_where_there_is_none_a_message(world: World, content: Content) -> None:
    await world.arrives(IN_A_TERMINAL, "de")
    (text,) = await world.presses(IN_A_TERMINAL, "consent:full")
    assert len(text.text) > 1_000
    offer(world, Terms("https://chat.example"), content)
    await world.asks_for_a_person(language="de")
    (link,) = await world.presses(AMINA, "consent:full")
    assert "(https://chat.example/privacy/example-a?language=de)" in link.text


async def test_before_a_case_the_whole_text_is_the_operators(world: World, content: Content) -> None:
    offer(world, Terms("https://chat.example"), content)
    await world.presses(AMINA, "lang:uk")
    (link,) = await world.presses(AMINA, "consent:full")
    page = f"/privacy/{content.network.operator}".removesuffix("/")
    assert f"(https://chat.example{page}?language=uk)" in link.text
    assert {"consent:yes", "consent:no"} <= ids([link])


async def test_every_answer_is_in_ones_own_data(world: World) -> None:
    await passed_on(world)
    await world.presses(AMINA, BACK, "consent:no:reminders")
    page, machine = (message.attachment for message in await world.writes(AMINA, "/mydata"))
    assert page is not None
    assert machine is not None
    answers = json.loads(machine.data)["conversations"][0]["consents"]
    assert [(each["purpose"], each["given"], each["withdrawn_at"] is None) for each in answers] == [
        ("keep", True, True),
        ("partner", True, False),
        ("reminders", False, True),
    ]
    text = page.data.decode()
    for words in ("✅ Unseren Chat speichern", f"❌ Ihre Frage weitergeben an {_name(world)}", "❌ An Termine erinnern"):
        assert words in text


def _name(world: World) -> str:
    return world.parts.content.network.agencies["example-b"].name
