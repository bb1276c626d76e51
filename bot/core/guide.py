"""Leading somebody through a flow: what the engine reports becomes words, buttons and the next thing to wait for."""

from dataclasses import replace

from bot.core import answers, diary, engine, handoff, where
from bot.core.contacts import AskingPlace, AskingQuestion, ChoosingAppointment, InFlow
from bot.core.engine import Progress
from bot.core.flows import Flow, FlowSession, Frame, Step
from bot.core.knowledge import Article
from bot.core.places import Place
from bot.core.talk import Talk


def start(talk: Talk, flow: Flow, at: str | None = None) -> None:
    """Start a flow."""
    _go(talk, engine.start(flow, _library(talk), at))


def press(talk: Talk, argument: str) -> bool:
    """Take an option by its button "flow:step:option"; one of an earlier question goes back to it."""
    flow_id, step_id, option_id = argument.split(":", 2) if argument.count(":") == 2 else ("", "", "")
    session = _session_at(talk, flow_id, step_id)
    if session is None:
        return False
    progress = engine.choose(session, option_id, _library(talk))
    if any(isinstance(each, engine.Lost) for each in progress.happenings):
        return False
    _walked(talk, session, option_id)
    _go(talk, progress)
    return True


def _walked(talk: Talk, session: FlowSession, option_id: str) -> None:
    """Remember an answer for the advisor, unless its question says that it is not to be kept."""
    _, step = _position(talk, session)
    if step is not None and step.ask is not None and step.ask.save:
        talk.walked(f"f:{session.frame.flow}:{session.frame.step}:{option_id}")


def answer(talk: Talk, pending: InFlow, text: str) -> bool:
    """Take a typed answer; False when it fits nothing."""
    progress = engine.resume(pending.session, text, talk.speaks, _library(talk))
    misfit = next((each for each in progress.happenings if isinstance(each, engine.Misfit)), None)
    if misfit is None:
        flow, step = _position(talk, pending.session)
        option = engine.match_option(flow, step, text, talk.speaks) if flow and step and step.ask and step.ask.options else None
        if option is not None:
            _walked(talk, pending.session, option.id)
        _go(talk, progress)
        return True
    if misfit.meant is None or misfit.step.ask is None:
        return False
    # A near miss is confirmed, never assumed.
    label = misfit.flow.texts.find(misfit.flow.key(misfit.step.id, misfit.meant.id), talk.language).text
    answers.show_question(talk, misfit.flow, misfit.step, misfit.step.ask, talk.words("did_you_mean", label=label))
    talk.with_navigation()
    return True


def fits(talk: Talk, pending: InFlow, text: str) -> bool:
    """Tell whether a text is one of the answers the flow waits for."""
    happenings = engine.resume(pending.session, text, talk.speaks, _library(talk)).happenings
    return not expired(talk, pending) and not any(isinstance(each, engine.Misfit | engine.Lost) for each in happenings)


def misfit(talk: Talk, pending: InFlow) -> None:
    """Say that the answer was not understood and ask again, or go where the flow says."""
    flow, step = _position(talk, pending.session)
    if flow is None or step is None or step.ask is None:
        _lost(talk)
        return
    progress = engine.give_up(pending.session, _library(talk))
    if progress.happenings or progress.session is None:
        _go(talk, progress)
        return
    talk.update(pending=InFlow(progress.session, talk.now))
    lead = answers.flow_text(talk, flow, flow.key(step.id, "?")) if step.ask.other else talk.words("not_understood")
    answers.show_question(talk, flow, step, step.ask, lead)
    talk.with_navigation()


def ask_again(talk: Talk, pending: InFlow) -> None:
    """Repeat the waiting question, after something else was answered."""
    flow, step = _position(talk, pending.session)
    if flow is not None and step is not None and step.ask is not None:
        answers.show_question(talk, flow, step, step.ask)
        talk.with_navigation()


def repeat(talk: Talk) -> bool:
    """Ask again whatever the bot waits for; False when it waits for nothing."""
    pending = talk.conversation.pending
    match pending:
        case InFlow() if not expired(talk, pending):
            ask_again(talk, pending)
        case AskingPlace(purpose):
            where.ask_place(talk, pending, "person_place" if purpose == "handoff" else "ask_place")
        case AskingQuestion(topic):
            handoff.begin(talk, topic)
        case _:
            return False
    return True


def back(talk: Talk) -> None:
    """Go one step back: to the question before, the step before in booking or hand-over, the article, at last the menu."""
    pending = talk.conversation.pending
    session = pending.session if isinstance(pending, InFlow) else getattr(pending, "resume", None)
    progress = engine.back(session, _library(talk)) if session else None
    if progress is not None:
        _go(talk, progress)
        return
    match pending:
        case ChoosingAppointment() if pending.stage != "topic":
            diary.back(talk, pending)
        case AskingPlace(purpose="book"):
            diary.begin(talk, None)
        case AskingPlace(purpose="handoff", topic=topic):
            handoff.begin(talk, topic)
        case AskingQuestion(topic) if topic is not None:
            handoff.begin(talk, None)
        case None if (article := _left_for_a_term(talk)) is not None:
            answers.show_article(talk, article, related=True)
            talk.with_navigation()
        case _:
            talk.update(pending=None)
            answers.show_menu(talk)


def _left_for_a_term(talk: Talk) -> Article | None:
    """Return the article under which the button before this one explained a term; also known of a chat that is not kept."""
    kind, _, argument = (talk.situation.conversation.last_choice or "").partition(":")
    return talk.content.knowledge.articles.get(argument.partition(":")[2]) if kind == "term" else None


def expired(talk: Talk, pending: InFlow) -> bool:
    """Tell whether the flow waited too long for an answer."""
    flow, _ = _position(talk, pending.session)
    return flow is None or talk.now - pending.since > flow.expires_after


def current_topic(talk: Talk) -> str | None:
    """Return what the conversation is about now, if that is known."""
    pending = talk.conversation.pending
    if isinstance(pending, InFlow):
        return pending.session.topic
    if isinstance(pending, AskingPlace | AskingQuestion | ChoosingAppointment):
        return pending.topic
    for mark in reversed(talk.conversation.trail):
        kind, _, rest = mark.partition(":")
        if kind == "topic":
            return rest
        if kind == "article" and rest in talk.content.knowledge.articles:
            topic = talk.content.knowledge.articles[rest].topic
            return None if topic == "emergency" else topic
    return None


def option_label(talk: Talk, argument: str) -> str:
    """Return the label of the option "flow:step:option"."""
    flow_id, step_id, option_id = argument.split(":", 2) if argument.count(":") == 2 else ("", "", "")
    flow = talk.content.flows.get(flow_id)
    try:
        return flow.texts.find(flow.key(step_id, option_id), talk.language).text if flow else "✓"
    except KeyError:
        return "✓"


def place_given(talk: Talk, asking: AskingPlace, place: Place | None) -> None:
    """Do what the place was asked for; None: the person would rather not say."""
    talk.update(pending=None)
    if place is not None:
        where.remember(talk, place)
    if asking.purpose == "handoff":
        handoff.open_case(talk, asking, place)
    elif asking.purpose == "book":
        if place is not None and not place.inside:
            where.show_near(talk, place, asking.topic)
            talk.with_navigation()
            return
        diary.offer_sites(talk, asking.topic, place)
    elif place is not None:
        where.show_near(talk, place, asking.topic)
        _after_sites(talk, asking.resume)
    else:
        answers.show_menu(talk)


def _after_sites(talk: Talk, session: FlowSession | None) -> None:
    if session is not None:
        _go(talk, engine.leave_site(session, _library(talk)))
    if session is None or talk.conversation.pending is None:
        talk.with_navigation()


def _go(talk: Talk, progress: Progress) -> None:
    """Say what happened on the way and wait where the flow waits."""
    session = progress.session
    talk.update(pending=InFlow(session, talk.now) if session else None)
    lead = ""
    for each in progress.happenings:
        match each:
            case engine.Say(key, flow):
                following = flow.steps[key.split(".")[1]].ask
                if following is None:
                    lead = "\n\n".join(part for part in (lead, answers.flow_text(talk, flow, key)) if part)
            case engine.Show(article_id):
                lead = _said(talk, lead)
                article = talk.content.knowledge.articles.get(article_id)
                if article is not None:  # an earlier edition may name one that is gone
                    answers.show_article(talk, article)
            case engine.Wait(flow, step, ask):
                answers.show_question(talk, flow, step, ask, lead)
                lead = ""
                talk.with_navigation()
            case engine.Leave(to, topic):
                lead = _said(talk, lead)
                _leave(talk, to, topic, session)
            case engine.Lost():
                _lost(talk)
            case engine.Misfit() | engine.End():
                pass
    if lead:
        talk.tell(lead)
    if lead or (session is None and talk.conversation.pending is None):
        talk.with_navigation()


def _said(talk: Talk, lead: str) -> str:
    if lead:
        talk.tell(lead)
    return ""


def _leave(talk: Talk, to: str, topic: str | None, session: FlowSession | None) -> None:
    if to == "site":
        place = where.known_place(talk)
        if place is None:
            where.ask_place(talk, AskingPlace("site", topic, resume=session))
        else:
            where.show_near(talk, place, topic)
            _after_sites(talk, session)
        return
    if not talk.conversation.keeps:
        talk.update(wish=f"case:{topic or 'everyday'}" if to == "handoff" else f"book:topic:{topic or 'everyday'}")
        answers.ask_consent(talk, "consent_needed")
    elif to == "handoff":
        handoff.begin(talk, topic or "everyday")
    else:
        diary.begin(talk, topic)


def _lost(talk: Talk) -> None:
    talk.update(pending=None)
    answers.show_menu(talk, "flow_lost")


def _library(talk: Talk) -> engine.Library:
    def find(flow_id: str, edition: str | None) -> Flow | None:
        present = talk.content.flows.get(flow_id)
        if present is not None and edition in (None, present.edition):
            return present
        return talk.situation.edition(flow_id, edition) if edition else None

    return find


def _position(talk: Talk, session: FlowSession) -> tuple[Flow | None, Step | None]:
    flow = _library(talk)(session.frame.flow, session.frame.edition)
    return flow, flow.steps.get(session.frame.step) if flow else None


def _session_at(talk: Talk, flow_id: str, step_id: str) -> FlowSession | None:
    """Return the session standing at a step: the running one, one of its earlier questions, or a new one."""
    pending = talk.conversation.pending
    session = pending.session if isinstance(pending, InFlow) else getattr(pending, "resume", None)
    if session is not None:
        if (session.frame.flow, session.frame.step) == (flow_id, step_id):
            return session
        for index in range(len(session.history) - 1, -1, -1):
            frame = session.history[index][-1]
            if (frame.flow, frame.step) == (flow_id, step_id):
                return replace(session, frames=session.history[index], history=session.history[:index], misfits=0)
    flow = talk.content.flows.get(flow_id)
    if flow is None or step_id not in flow.steps:
        return None
    topic = flow.topic or (session.topic if session else current_topic(talk))
    return FlowSession((Frame(flow.id, flow.edition, step_id),), topic)
