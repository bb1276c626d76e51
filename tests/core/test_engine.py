"""The engine walks through a flow: it says, shows, waits, leaves or ends, and it always comes to rest."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.engine import (
    MAX_STEPS,
    End,
    Happening,
    Leave,
    Library,
    Lost,
    Misfit,
    Progress,
    Say,
    Show,
    Wait,
    back,
    choose,
    give_up,
    leave_site,
    resume,
    start,
)
from bot.core.flows import Ask, Flow, FlowSession, Option, Other, Step, Target
from tests.core.examples import ask, flow, library

NEED = ask(
    Option("search", "search"),
    Option("deposit", "deposit", ("kaution", "pfand")),
    save="need",
    other=Other(2, "person"),
)
LABELS = {
    "de": {"housing.what.search": "Ich suche eine Wohnung", "housing.what.deposit": "Frage zur Kaution"},
    "ar": {"housing.what.search": "أبحث عن شقة", "housing.what.deposit": "سؤال عن التأمين"},
}
HOUSING = flow(
    "housing",
    Step("what", says=True, ask=NEED),
    Step("search", says=True, goto="where"),
    Step("where", ask=ask(save="town", type="text", goto="done")),
    Step("deposit", article="rental-deposit", goto="done"),
    Step("person", handoff=Target(None)),
    Step("done", says=True, end=True),
    texts=LABELS,
)
KNOWN = library(HOUSING)


def waiting(progress: Progress) -> FlowSession:
    assert progress.session is not None, progress
    assert isinstance(progress.happenings[-1], Wait)
    return progress.session


def kinds(progress: Progress) -> list[type[Happening]]:
    return [type(each) for each in progress.happenings]


def answered(text: str, language: str = "de") -> Progress:
    return resume(waiting(start(HOUSING, KNOWN)), text, language, KNOWN)


def option_meant(text: str, language: str = "de") -> str | None:
    """Return the option an answer was taken for."""
    progress = answered(text, language)
    return {Say: "search", Show: "deposit"}.get(kinds(progress)[0])


def test_a_flow_starts_at_its_first_step_and_waits_at_the_question() -> None:
    progress = start(HOUSING, KNOWN)
    assert kinds(progress) == [Say, Wait]
    assert waiting(progress).frame.step == "what"
    assert waiting(progress).topic == "housing"


def test_an_answer_leads_on_until_the_next_question() -> None:
    progress = answered("search")
    assert kinds(progress) == [Say, Wait]
    assert waiting(progress).frame.step == "where"


def test_an_article_is_shown_on_the_way_and_the_end_is_told() -> None:
    progress = answered("deposit")
    assert progress.happenings == (Show("rental-deposit"), Say("housing.done", HOUSING), End())
    assert progress.session is None


def test_answers_are_kept_under_their_names() -> None:
    assert waiting(answered("search")).slots == {"need": "search"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("deposit", "de"),
        ("DEPOSIT", "de"),
        ("2", "de"),
        ("٢", "ar"),
        ("Frage zur Kaution", "de"),
        ("frage zur kaution!", "de"),
        ("سؤال عن التأمين", "ar"),
        ("سوال عن التامين", "ar"),
        ("Frage zur Kaution", "ar"),
        ("es geht um die Kaution", "de"),
        ("Pfand", "ar"),
    ],
)
def test_an_option_is_meant_by_id_number_label_or_word_in_ones_own_language_or_german(text: str, language: str) -> None:
    assert option_meant(text, language) == "deposit"


@pytest.mark.parametrize("text", ["0", "3", "22", "ja", "", "?"])
def test_an_answer_that_fits_no_option_is_a_misfit(text: str) -> None:
    progress = answered(text)
    assert kinds(progress) == [Misfit]
    assert progress.session is not None


def test_a_word_of_two_options_decides_for_none() -> None:
    both = ask(Option("a", "x", ("geld",)), Option("b", "x", ("geld",)))
    unclear = flow(
        "f",
        Step("s", ask=both),
        Step("x", end=True),
        texts={"de": {"f.s.a": "Wohngeld beantragen", "f.s.b": "Kindergeld beantragen"}},
    )
    progress = resume(waiting(start(unclear, library(unclear))), "geld", "de", library(unclear))
    assert kinds(progress) == [Misfit]


def test_a_near_miss_names_the_option_it_resembles_and_does_not_take_it() -> None:
    progress = answered("Frage zur Kauton")
    (misfit,) = progress.happenings
    assert isinstance(misfit, Misfit)
    assert misfit.meant == NEED.options[1]


def test_a_question_is_asked_again_as_often_as_it_says_and_then_goes_elsewhere() -> None:
    session = waiting(start(HOUSING, KNOWN))
    for count in (1, 2):
        again = give_up(session, KNOWN)
        assert again.happenings == ()
        assert again.session is not None
        assert again.session.misfits == count
        session = again.session
    assert give_up(session, KNOWN).happenings == (Leave("handoff", "housing"),)


def test_a_question_without_a_way_out_is_asked_again_and_again() -> None:
    endless = flow("f", Step("s", ask=ask(Option("a", "s"))), texts={"de": {"f.s.a": "A"}})
    progress = start(endless, library(endless))
    for count in range(1, 30):
        progress = give_up(progress.session or waiting(progress), library(endless))
        assert progress.session is not None
        assert progress.session.misfits == count


def test_a_right_answer_forgets_the_misfits() -> None:
    once = give_up(waiting(start(HOUSING, KNOWN)), KNOWN).session
    assert once is not None
    assert waiting(choose(once, "search", KNOWN)).misfits == 0


def typed(kind: str, text: str) -> str | None:
    """Return what is kept of an answer to a question of a kind."""
    question = ask(save="value", type=kind, goto="next")  # type: ignore[arg-type]
    asking = flow("f", Step("s", ask=question), Step("next", ask=ask(save="more", type="text", goto="s")))
    progress = resume(waiting(start(asking, library(asking))), text, "de", library(asking))
    return None if kinds(progress) == [Misfit] else (waiting(progress).slots or {})["value"]


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", "  Elmshorn ", "Elmshorn"),
        ("text", "   ", None),
        ("number", "12", "12"),
        ("number", "١٢", "12"),
        ("number", "1 500", "1500"),
        ("number", "zwölf", None),
        ("number", "-3 Jahre", None),
        ("number", "12345678", None),
        ("date", "1.2.2026", "2026-02-01"),
        ("date", "01/02/26", "2026-02-01"),
        ("date", "۱.۲.۲۰۲۶", "2026-02-01"),
        ("date", "31.2.2026", None),
        ("date", "morgen", None),
        ("date", "1.2", None),
        ("place", " 25335 ", "25335"),
    ],
)
def test_a_typed_answer_is_kept_in_one_form_or_refused(kind: str, text: str, kept: str | None) -> None:
    assert typed(kind, text) == kept


def test_one_can_go_back_to_the_question_before() -> None:
    session = waiting(answered("search"))
    returned = back(session, KNOWN)
    assert returned is not None
    assert waiting(returned).frame.step == "what"


def test_there_is_nothing_before_the_first_question() -> None:
    assert back(waiting(start(HOUSING, KNOWN)), KNOWN) is None


def test_going_back_is_possible_over_twenty_questions_at_most() -> None:
    circle = flow("f", Step("s", ask=ask(Option("a", "s"))), texts={"de": {"f.s.a": "A"}})
    session = waiting(start(circle, library(circle)))
    for _ in range(50):
        session = waiting(choose(session, "a", library(circle)))
    assert len(session.history) == 20


HELPED = flow(
    "helped",
    Step("question", ask=ask(Option("near", "near"), Option("again", "again"))),
    Step("near", site=Target(None), goto="thanks"),
    Step("thanks", says=True),
    Step("again", says=True),
)
CALLER = flow("kita", Step("first", call="helped", goto="after"), Step("after", says=True, end=True))
BOTH = library(HELPED, CALLER)


def test_a_called_flow_returns_to_the_step_after_the_call() -> None:
    session = waiting(start(CALLER, BOTH))
    assert session.frame.flow == "helped"
    assert choose(session, "again", BOTH).happenings == (Say("helped.again", HELPED), Say("kita.after", CALLER), End())


def test_a_called_flow_keeps_the_topic_of_its_caller() -> None:
    progress = choose(waiting(start(CALLER, BOTH)), "near", BOTH)
    assert progress.happenings == (Leave("site", "kita"),)


def test_a_flow_goes_on_after_the_site_was_shown() -> None:
    left = choose(waiting(start(CALLER, BOTH)), "near", BOTH).session
    assert left is not None
    assert [each.key for each in leave_site(left, BOTH).happenings if isinstance(each, Say)] == ["helped.thanks", "kita.after"]


def test_a_call_of_a_flow_that_is_not_there_is_passed_over() -> None:
    assert start(CALLER, library(CALLER)).happenings == (Say("kita.after", CALLER), End())


@pytest.mark.parametrize(
    ("step", "leave"),
    [
        (Step("s", handoff=Target("papers")), Leave("handoff", "papers")),
        (Step("s", handoff=Target(None)), Leave("handoff", "f")),
        (Step("s", book=Target(None)), Leave("book", "f")),
    ],
)
def test_a_human_or_an_appointment_ends_the_flow(step: Step, leave: Leave) -> None:
    leaving = flow("f", step)
    assert start(leaving, library(leaving)) == Progress(None, (leave,))


def test_a_flow_that_runs_in_circles_is_left_after_fifty_steps() -> None:
    circle = flow("f", Step("a", says=True, goto="b"), Step("b", goto="a"))
    progress = start(circle, library(circle))
    assert progress.session is None
    assert progress.happenings[-1] == Lost()
    assert len(progress.happenings) == MAX_STEPS // 2 + 1


def test_a_session_goes_on_with_the_edition_it_started_with() -> None:
    newer = flow("housing", Step("what", says=True, end=True), edition="2")
    session = waiting(start(HOUSING, KNOWN))
    assert choose(session, "deposit", library(HOUSING, newer)).happenings[0] == Show("rental-deposit")


def test_a_session_whose_flow_is_gone_ends_politely() -> None:
    session = waiting(start(HOUSING, KNOWN))
    for progress in (
        choose(session, "deposit", library()),
        resume(session, "2", "de", library()),
        leave_site(session, library()),
    ):
        assert progress == Progress(None, (Lost(),))


def test_an_option_that_is_not_there_ends_the_session_politely() -> None:
    assert choose(waiting(start(HOUSING, KNOWN)), "unknown", KNOWN) == Progress(None, (Lost(),))


STEPS = [f"s{n}" for n in range(5)]
GOTO = st.none() | st.sampled_from([*STEPS, "missing"])
ASKS = st.builds(
    Ask,
    save=st.just("answer"),
    type=st.sampled_from(["choice", "text", "number", "date", "place"]),
    options=st.lists(st.sampled_from(STEPS), max_size=3, unique=True).map(lambda ids: tuple(Option(id, id) for id in ids)),
    goto=GOTO,
    other=st.none() | st.builds(Other, retries=st.integers(1, 3), goto=st.sampled_from(STEPS)),
)
TARGETS = st.none() | st.none() | st.none() | st.builds(Target, GOTO)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[Flow, Library]:
    """Return a flow among three that lead into one another in any way, also wrong ones."""
    flows = []
    for name in ("f0", "f1", "f2"):
        steps = {
            id: Step(
                id,
                says=draw(st.booleans()),
                ask=draw(st.none() | st.none() | ASKS),
                site=draw(TARGETS),
                handoff=draw(TARGETS),
                book=draw(TARGETS),
                call=draw(st.none() | st.sampled_from(["f0", "f1", "f2", "missing"])),
                goto=draw(GOTO),
                end=draw(st.booleans()),
            )
            for id in STEPS
        }
        labels = {f"{name}.{step}.{option}": option for step in STEPS for option in STEPS}
        flows.append(flow(name, *steps.values(), texts={"de": labels}))
    return flows[0], library(*flows)


ACTS = st.lists(st.sampled_from([*STEPS, "1", "Wohnung", "back", "give up"]), max_size=12)


@given(libraries(), ACTS)
def test_whatever_a_flow_file_says_every_turn_comes_to_rest(made: tuple[Flow, Library], acts: list[str]) -> None:
    first, known = made
    progress = start(first, known)
    for act in acts:
        session = progress.session
        assert len(progress.happenings) <= 2 * MAX_STEPS + 1
        if session is None:
            break
        assert progress.happenings == () or isinstance(progress.happenings[-1], Wait | Leave | Misfit)
        if act == "back":
            progress = back(session, known) or progress
        elif act == "give up":
            progress = give_up(session, known)
        elif act in STEPS:
            progress = choose(session, act, known)
        else:
            progress = resume(session, act, "de", known)
        if progress.session and any(isinstance(each, Leave) for each in progress.happenings):
            progress = leave_site(progress.session, known)


def test_flows_wait_for_days_before_they_expire() -> None:
    assert HOUSING.expires_after == timedelta(days=3)
