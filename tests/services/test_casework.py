"""Cases are passed on, shared and taken over by the rules of the agency, and never without a word to the newcomer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from bot.core.cases import Case, CaseError, Mark
from bot.services.casework import MAX_LABELS
from bot.services.desk import Forbidden
from bot.services.ports import Advisor
from tests.services.fakes import AMINA, BEATE, CARL, COLLEAGUE, JENS, World, button

BIRGIT = replace(BEATE, id="birgit", login="birgit", name="Birgit Thomsen", role="coordinator")


@pytest.fixture(autouse=True)
def _coordinator(world: World) -> None:
    with world.parts.store.transaction() as tx:
        tx.add_advisor(BIRGIT)


def other_site(world: World, agency: str) -> str:
    here = world.case(AMINA).site
    return next(site.id for site in world.parts.content.network.sites.values() if site.agency == agency and site.id != here)


async def passes(world: World, case: Case, agency: str, answer: str = "yes") -> None:
    """Let Beate ask whether the case may go to an agency, and Amina answer."""
    world.parts.casework.transfer(BEATE, case.id, other_site(world, agency), "Notiz")
    asked = world.lines(AMINA)[-1].message
    assert asked is not None
    await world.presses(AMINA, button([asked], f"case:pass:{answer}"))


async def test_a_case_goes_to_another_site_of_the_agency_with_a_note(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    site = other_site(world, "example-a")
    moved = world.parts.casework.transfer(BEATE, case.id, site, "wohnt jetzt dort")
    assert (moved.site, moved.status, moved.advisor) == (site, "queued", None)
    view = world.parts.desk.view(COLLEAGUE, case.id)
    assert [(note.text, note.kind) for note in view.notes] == [("wohnt jetzt dort", "transfer")]
    assert (view.history[-1].what, view.history[-1].advisor) == (f"transferred:{site}", "beate")
    await world.parts.timers.fire_due()
    assert world.alerts.told[-1] == case.id


async def test_another_agency_gets_a_case_only_when_the_newcomer_agrees(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.desk.note(BEATE, case.id, "nur für uns")
    world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-b"), "spricht Arabisch")
    with pytest.raises(Forbidden):
        world.parts.desk.view(JENS, case.id)
    asked = world.lines(AMINA)[-1].message
    assert asked is not None
    await world.presses(AMINA, button([asked], "case:pass:yes"))
    seen = world.parts.desk.view(JENS, case.id)
    assert [note.text for note in seen.notes] == ["spricht Arabisch"]
    assert seen.lines[0].case_id == case.id
    with pytest.raises(Forbidden):
        world.parts.desk.view(BEATE, case.id)


async def test_a_newcomer_who_says_no_stays_where_they_are(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-b"), "spricht Arabisch")
    asked = world.lines(AMINA)[-1].message
    assert asked is not None
    await world.presses(AMINA, button([asked], "case:pass:no"))
    stays = world.case(AMINA)
    assert (stays.agency, stays.advisor, stays.proposal) == ("example-a", "beate", None)
    await world.presses(AMINA, button([asked], "case:pass:yes"))
    assert world.case(AMINA).agency == "example-a"


async def test_an_advisor_whose_transfer_was_refused_owes_the_next_word(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.parts.desk.reply(BEATE, case.id, "Guten Tag")
    await passes(world, case, "example-b", "no")
    assert not world.case(AMINA).waits_for_newcomer


async def test_a_yes_holds_for_the_agency_that_was_asked_about_and_for_no_other(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-b"), "spricht Arabisch")
    first = world.lines(AMINA)[-1].message
    world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-c"), "doch lieber dorthin")
    assert first is not None
    await world.presses(AMINA, button([first], "case:pass:yes"))
    assert world.case(AMINA).agency == "example-a"
    assert world.case(AMINA).proposal is not None


async def test_a_yes_holds_though_the_advisor_who_asked_has_gone(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-b"), "spricht Arabisch")
    asked = world.lines(AMINA)[-1].message
    world.parts.casework.leave(BEATE)
    assert asked is not None
    await world.presses(AMINA, button([asked], "case:pass:yes"))
    assert world.case(AMINA).agency == "example-b"


async def test_the_next_agency_reads_no_note_of_the_first_but_the_one_for_it(world: World) -> None:
    case = await world.asks_for_a_person()
    work, site = world.parts.casework, case.site
    world.parts.desk.note(BEATE, case.id, "anstrengend")
    work.transfer(BEATE, case.id, other_site(world, "example-a"), "kennt die Familie, nur für euch")
    world.clock.advance(minutes=1)
    await passes(world, case, "example-b")
    world.parts.desk.claim(JENS, case.id)
    assert [note.text for note in world.parts.desk.view(JENS, case.id).notes] == ["Notiz"]
    assert work.search(JENS, "anstrengend") == work.search(JENS, "familie") == set()
    assert work.search(JENS, "notiz") == {case.id}
    world.clock.advance(minutes=1)
    work.transfer(JENS, case.id, site, "zurück")
    await world.presses(AMINA, f"case:pass:yes:{site}")
    texts = [note.text for note in world.parts.desk.view(BEATE, case.id).notes]
    assert texts == ["anstrengend", "kennt die Familie, nur für euch", "Notiz", "zurück"]


async def test_both_agencies_pages_look_again_when_a_case_changes_hands(world: World) -> None:
    case = await world.asks_for_a_person()
    with world.parts.live.watch("agency:example-a", "agency:example-b") as watch:
        await passes(world, case, "example-b")
        assert await watch.changed(0)
        assert watch.subjects == {"agency:example-a", "agency:example-b"}


async def test_a_colleague_who_joined_takes_over_when_the_advisor_gives_the_case_back(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.join(BEATE, case.id, COLLEAGUE.id)
    world.parts.casework.release(BEATE, case.id)
    await world.parts.desk.reply(COLLEAGUE, case.id, "Guten Tag")
    taken = world.case(AMINA)
    assert (taken.status, taken.advisor, taken.waits_for_newcomer) == ("active", COLLEAGUE.id, True)
    assert any(COLLEAGUE.name in text for text in world.told(AMINA))


@pytest.mark.parametrize("note", ["", "  ", "x" * 9_000])
async def test_a_transfer_needs_a_note(world: World, note: str) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(ValueError, match="note"):
        world.parts.casework.transfer(BEATE, case.id, other_site(world, "example-a"), note)
    with pytest.raises(ValueError, match="site"):
        world.parts.casework.transfer(BEATE, case.id, case.site, "Notiz")


async def test_an_advisor_gives_a_case_back_and_only_their_own(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    with pytest.raises(CaseError, match="not_yours"):
        world.parts.casework.release(COLLEAGUE, case.id)
    world.parts.casework.release(BEATE, case.id)
    assert (world.case(AMINA).status, world.case(AMINA).preferred) == ("queued", "beate")


async def test_two_advisors_answer_one_case_together(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.join(BEATE, case.id, COLLEAGUE.id)
    await world.parts.desk.reply(COLLEAGUE, case.id, "Guten Tag")
    assert world.case(AMINA).advisor == "beate"
    assert world.lines(AMINA)[-1].advisor == COLLEAGUE.id


@pytest.mark.parametrize("who", [JENS, CARL], ids=["another agency", "disabled"])
async def test_nobody_is_taken_in_who_may_not_see_the_case(world: World, who: Advisor) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(ValueError, match="colleague"):
        world.parts.casework.join(BEATE, case.id, who.id)


async def test_a_question_to_the_coordination_stays_beside_the_conversation(world: World) -> None:
    case = await world.asks_for_a_person()
    told = world.told(AMINA)
    world.parts.casework.aside(BEATE, case.id, "Darf ich das zusagen?", "question")
    assert "asked" in world.case(AMINA).flags
    world.parts.casework.aside(BIRGIT, case.id, "Ja.", "answer")
    assert "asked" not in world.case(AMINA).flags
    notes = world.parts.desk.view(BEATE, case.id).notes
    assert [(note.kind, note.text) for note in notes] == [("question", "Darf ich das zusagen?"), ("answer", "Ja.")]
    assert world.told(AMINA) == told


async def test_labels_are_the_agencys_own(world: World) -> None:
    case = await world.asks_for_a_person()
    labelled = world.parts.casework.label(BEATE, case.id, [" Frist ", "", "Frist", "x" * 99])
    assert labelled.labels == ("Frist", "x" * 40)
    assert world.case(AMINA).labels == labelled.labels
    assert len(world.parts.casework.label(BEATE, case.id, map(str, range(5_000))).labels) == MAX_LABELS


async def test_while_somebody_is_away_the_deputy_has_their_cases(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.away(BEATE, "beate", date(2026, 12, 4), COLLEAGUE.id)
    assert world.case(AMINA).advisor == COLLEAGUE.id
    assert COLLEAGUE.name in world.told(AMINA)[-1]
    assert {each.advisor.id: each.here for each in world.parts.casework.team(BEATE)}["beate"] is False


async def test_without_a_deputy_the_team_has_the_cases_of_who_is_away(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.casework.away(BIRGIT, "beate", date(2026, 12, 4))
    assert (world.case(AMINA).status, world.case(AMINA).preferred) == ("queued", "beate")


async def test_only_oneself_and_the_coordination_say_who_is_away(world: World) -> None:
    with pytest.raises(Forbidden):
        world.parts.casework.away(COLLEAGUE, "beate", date(2026, 12, 4))
    with pytest.raises(ValueError, match="colleague"):
        world.parts.casework.away(BIRGIT, JENS.id, date(2026, 12, 4))
    with pytest.raises(ValueError, match="deputy"):
        world.parts.casework.away(BEATE, "beate", date(2026, 12, 4), "beate")


async def test_the_coordination_gives_many_cases_to_one_colleague(world: World) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(Forbidden):
        world.parts.casework.reassign(BEATE, [case.id], COLLEAGUE.id)
    assert [each.id for each in world.parts.casework.reassign(BIRGIT, [case.id], COLLEAGUE.id)] == [case.id]
    assert world.case(AMINA).advisor == COLLEAGUE.id
    assert world.parts.casework.reassign(BIRGIT, [case.id], COLLEAGUE.id) == []
    assert [each.id for each in world.parts.casework.reassign(BIRGIT, [case.id, case.id], BEATE.id)] == [case.id]


async def test_who_is_away_gets_no_cases(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.casework.away(COLLEAGUE, COLLEAGUE.id, date(2026, 12, 4))
    with pytest.raises(ValueError, match="away"):
        world.parts.casework.reassign(BIRGIT, [case.id], COLLEAGUE.id)


async def test_the_case_of_somebody_who_took_their_consent_back_is_not_taken_up_again(world: World) -> None:
    case = await world.asks_for_a_person()
    await world.presses(AMINA, "consent:no")
    with pytest.raises(CaseError, match="closed"):
        world.parts.casework.reopen(BEATE, case.id)


async def test_an_advisor_takes_up_a_closed_case_again(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.close(BEATE, case.id)
    world.parts.casework.reopen(BEATE, case.id)
    assert (world.case(AMINA).id, world.case(AMINA).advisor) == (case.id, "beate")
    assert world.conversation(AMINA).owner == "desk"


async def test_a_closed_case_is_not_taken_up_while_the_person_talks_to_somebody_else(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.close(BEATE, case.id)
    await world.presses(AMINA, "case:new", "case:papers", "case:skip", "place:skip")
    with pytest.raises(CaseError, match="taken"):
        world.parts.casework.reopen(BEATE, case.id)


@pytest.mark.parametrize("who", [JENS, CARL], ids=["another agency", "disabled"])
async def test_who_has_no_access_moves_nothing(who: Advisor, world: World) -> None:
    case = await world.asks_for_a_person()
    work = world.parts.casework
    acts: list[Callable[[], object]] = [
        lambda: work.transfer(who, case.id, other_site(world, "example-a"), "Notiz"),
        lambda: work.release(who, case.id),
        lambda: work.reopen(who, case.id),
        lambda: work.join(who, case.id, BEATE.id),
        lambda: work.label(who, case.id, ["Frist"]),
        lambda: work.aside(who, case.id, "?", "question"),
        lambda: work.settle(who, case.id, "crisis"),
        lambda: work.reassign(replace(who, role="coordinator"), [case.id], who.id),
    ]
    for act in acts:
        with pytest.raises((Forbidden, ValueError)):
            act()
    assert world.case(AMINA) == case


async def test_of_fifty_who_claim_transfer_or_close_at_once_one_wins(world: World) -> None:
    case = await world.asks_for_a_person()
    site = other_site(world, "example-a")
    people = [replace(BEATE, id=f"advisor-{n}", login=f"advisor-{n}") for n in range(50)]
    with world.parts.store.transaction() as tx:
        for each in people:
            tx.add_advisor(each)

    def act(n: int) -> str:
        try:
            world.parts.desk.claim(people[n], case.id)
        except CaseError:
            return "lost"
        return "won"

    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(act, range(50)))
    assert results.count("won") == 1
    holder = world.case(AMINA).advisor

    def end(n: int) -> str:
        try:
            if n % 2:
                world.parts.desk.close(people[n], case.id)
            else:
                world.parts.casework.transfer(people[n], case.id, site, "Notiz")
        except (CaseError, ValueError):
            return "lost"
        return "won"

    others = [n for n in range(50) if people[n].id != holder]
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(end, others)) == {"lost"}
    assert world.case(AMINA).advisor == holder


@pytest.mark.parametrize(("mark", "said"), [("crisis", {"text": "زوجي يضربني"}), ("callback", {"choice": "case:callback"})])
async def test_beate_says_that_a_mark_is_dealt_with_and_the_newcomer_is_not_told(
    world: World, mark: Mark, said: dict[str, str]
) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    await world.writes(AMINA, **said)
    told = world.told(AMINA)
    assert world.case(AMINA).flags == (mark,)
    with pytest.raises(CaseError, match="not_yours"):
        world.parts.casework.settle(COLLEAGUE, case.id, mark)
    world.parts.casework.settle(BEATE, case.id, mark)
    world.parts.casework.settle(BEATE, case.id, mark)
    assert (world.case(AMINA).flags, world.told(AMINA)) == ((), told)
    history = [(line.what, line.advisor) for line in world.parts.desk.view(BEATE, case.id).history]
    assert history[-1] == (f"settled_{mark}", "beate")
    assert sum(what.startswith("settled") for what, _ in history) == 1


async def test_the_coordination_searches_all_cases_of_its_agency_which_is_noted_and_others_their_own(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.desk.claim(BEATE, case.id)
    world.parts.desk.note(BEATE, case.id, "Kaution in Raten")
    colleague = replace(BEATE, id="bjarne", login="bjarne")
    with world.parts.store.transaction() as tx:
        tx.add_advisor(colleague)
    search = world.parts.casework.search
    assert [search(who, "kaution") for who in (BEATE, BIRGIT, colleague, JENS)] == [{case.id}, {case.id}, set(), set()]
    search(BIRGIT, "raten")
    with world.parts.store.transaction() as tx:
        noted = [entry for entry in tx.audited() if entry.what == "searched"]
    assert [(entry.who, entry.subject) for entry in noted] == [("birgit", "cases of example-a")]
