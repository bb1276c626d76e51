"""Runs flows: start or resume a session and say what happened; sends nothing, stores nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rapidfuzz import fuzz

from bot.core.flows import Ask, Flow, FlowSession, Frame, Option, Step
from bot.core.language import SOURCE
from bot.core.text import fold

MAX_STEPS = 50
"""Steps one turn may take; more is a loop in the flow file."""
MAX_BACK = 20
_ALIKE = 78.0
_SHORT = 5
"""Words up to which an answer is short."""
_NOT = frozenset(("nicht", "kein", "keine", "keinen", "nie"))

Library = Callable[[str, str | None], Flow | None]
"""Returns a flow in an edition, or its present one for None."""


@dataclass(frozen=True, slots=True)
class Say:
    """The step's text is said."""

    key: str
    flow: Flow


@dataclass(frozen=True, slots=True)
class Show:
    """An article is shown."""

    article: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The flow waits for an answer to a question."""

    flow: Flow
    step: Step
    ask: Ask


@dataclass(frozen=True, slots=True)
class Leave:
    """The flow asks for the nearest site (and goes on afterwards), a human, or an appointment (and ends)."""

    to: Literal["site", "handoff", "book"]
    topic: str | None


@dataclass(frozen=True, slots=True)
class Misfit:
    """The answer fits no option; `meant` is the option it resembles most, if one does."""

    flow: Flow
    step: Step
    meant: Option | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The flow went in circles or its file is gone; the session is over."""


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over."""


Happening = Say | Show | Wait | Leave | Misfit | Lost | End


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the session is now (None: over) and what happened on the way."""

    session: FlowSession | None
    happenings: tuple[Happening, ...]


def start(flow: Flow, library: Library, at: str | None = None) -> Progress:
    """Start a flow at its first step, or at another."""
    session = FlowSession((Frame(flow.id, flow.edition, at or flow.start),), flow.topic)
    return run(session, library)


def resume(session: FlowSession, answer: str, language: str, library: Library) -> Progress:
    """Continue with a typed answer."""
    flow, step = _at(session, library)
    if flow is None or step is None or step.ask is None:
        return Progress(None, (Lost(),))
    if step.ask.type == "choice":
        option = match_option(flow, step, answer, language)
        if option is None:
            return Progress(session, (Misfit(flow, step, _resembled(flow, step, answer, language)),))
        return choose(session, option.id, library)
    value = read_value(step.ask.type, answer)
    if value is None or step.ask.goto is None:
        return Progress(session, (Misfit(flow, step, None),))
    return run(_moved(session, step, value, step.ask.goto), library)


def choose(session: FlowSession, option_id: str, library: Library) -> Progress:
    """Continue with an option of the step the session waits at."""
    flow, step = _at(session, library)
    option = _option(step, option_id) if step else None
    if flow is None or step is None or option is None:
        return Progress(None, (Lost(),))
    return run(_moved(session, step, option.id, option.goto), library)


def give_up(session: FlowSession, library: Library) -> Progress:
    """Count a misfit; when the step's retries are used up, go where it says."""
    _, step = _at(session, library)
    other = step.ask.other if step and step.ask else None
    if step is None or other is None or session.misfits < other.retries:
        return Progress(replace(session, misfits=session.misfits + 1), ())
    return run(_moved(session, step, "", other.goto), library)


def back(session: FlowSession, library: Library) -> Progress | None:
    """Return to the question before this one; None when this is the first."""
    if not session.history:
        return None
    return run(replace(session, frames=session.history[-1], history=session.history[:-1], misfits=0), library)


def leave_site(session: FlowSession, library: Library) -> Progress:
    """Go on after a site step."""
    flow, step = _at(session, library)
    if flow is None or step is None:
        return Progress(None, (Lost(),))
    following = _next(session, step)
    return Progress(None, (End(),)) if following is None else run(following, library)


def run(session: FlowSession, library: Library) -> Progress:
    """Take steps until one waits, leaves or the flow ends."""
    happenings: list[Happening] = []
    for _ in range(MAX_STEPS):
        flow, step = _at(session, library)
        if flow is None or step is None:
            return Progress(None, (*happenings, Lost()))
        if step.says:
            happenings.append(Say(flow.key(step.id), flow))
        if step.article:
            happenings.append(Show(step.article))
        if step.ask:
            return Progress(session, (*happenings, Wait(flow, step, step.ask)))
        if leaving := _leaving(step, session):
            return Progress(session if leaving.to == "site" else None, (*happenings, leaving))
        following = _into_call(session, step, library) if step.call else _next(session, step)
        if following is None:
            return Progress(None, (*happenings, End()))
        session = following
    return Progress(None, (*happenings, Lost()))


def match_option(flow: Flow, step: Step, answer: str, language: str) -> Option | None:
    """Return the option an answer means by id, label, number or one of its words; None if none or several do."""
    assert step.ask is not None
    said = fold(answer)
    options = step.ask.options
    if said.isdigit() and 1 <= int(said) <= len(options):
        return options[int(said) - 1]
    for option in options:
        if said in (fold(option.id), *_labels(flow, step, option, language)):
            return option
    named = [option for option in options if any(_mentions(said, fold(word)) for word in option.also)]
    return named[0] if len(named) == 1 else None


def _mentions(said: str, word: str) -> bool:
    """Tell whether a short answer has a German word and does not deny it ("das hilft nicht weiter")."""
    words = said.split()
    if said == word:
        return True
    denied = bool(_NOT.intersection(words) - set(word.split()))
    return len(words) <= _SHORT and not denied and f" {word} " in f" {said} "


def read_value(kind: str, answer: str) -> str | None:
    """Return the typed answer in its stored form, or None when it is no such value."""
    text = answer.strip()
    match kind:
        case "number":
            digits = fold(text).replace(" ", "")
            return digits if digits.isdigit() and len(digits) < 7 else None
        case "date":
            return _read_date(fold(text).split())
        case _:
            return text or None


def _read_date(parts: list[str]) -> str | None:
    try:
        day, month, year = (int(part) for part in parts)
        return date(year if year > 99 else 2000 + year, month, day).isoformat()
    except ValueError:
        return None


def _resembled(flow: Flow, step: Step, answer: str, language: str) -> Option | None:
    assert step.ask is not None
    said = fold(answer)
    scored = [
        (max(fuzz.ratio(said, label) for label in (*_labels(flow, step, option, language), *map(fold, option.also))), index)
        for index, option in enumerate(step.ask.options)
    ]
    score, index = max(scored, default=(0.0, 0))
    return step.ask.options[index] if score >= _ALIKE else None


def _labels(flow: Flow, step: Step, option: Option, language: str) -> tuple[str, ...]:
    key = flow.key(step.id, option.id)
    return tuple({fold(flow.texts.find(key, code).text) for code in (language, SOURCE)})


def _at(session: FlowSession, library: Library) -> tuple[Flow | None, Step | None]:
    flow = library(session.frame.flow, session.frame.edition)
    return flow, flow.steps.get(session.frame.step) if flow else None


def _option(step: Step, option_id: str) -> Option | None:
    options = step.ask.options if step.ask else ()
    return next((option for option in options if option.id == option_id), None)


def _moved(session: FlowSession, step: Step, value: str, goto: str) -> FlowSession:
    slots: Mapping[str, str] = session.slots or {}
    if step.ask and step.ask.save and value:
        slots = {**slots, step.ask.save: value}
    history = (*session.history, session.frames)[-MAX_BACK:]
    return replace(_to(session, goto), slots=slots, history=history, misfits=0)


def _to(session: FlowSession, step: str) -> FlowSession:
    return replace(session, frames=(*session.frames[:-1], replace(session.frame, step=step)))


def _next(session: FlowSession, step: Step) -> FlowSession | None:
    if step.end:
        return None
    if step.goto:
        return _to(session, step.goto)
    return _returned(session)


def _returned(session: FlowSession) -> FlowSession | None:
    # The caller's frame already stands at the step to go on with.
    outer = session.frames[:-1]
    return replace(session, frames=outer) if outer else None


def _into_call(session: FlowSession, step: Step, library: Library) -> FlowSession | None:
    called = library(step.call or "", None)
    if called is None:
        return _next(session, step)
    caller = _next(session, step)
    outer = caller.frames if caller else ()
    return replace(session, frames=(*outer, Frame(called.id, called.edition, called.start)))


def _leaving(step: Step, session: FlowSession) -> Leave | None:
    if step.site:
        return Leave("site", step.site.topic or session.topic)
    if step.handoff:
        return Leave("handoff", step.handoff.topic or session.topic)
    if step.book:
        return Leave("book", step.book.topic or session.topic)
    return None
