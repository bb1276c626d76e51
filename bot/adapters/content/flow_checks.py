"""What the check finds in the way flows lead."""

from collections.abc import Iterator, Mapping

from bot.adapters.content.problems import Problem
from bot.adapters.content.references import Known, flow_file, following, step_place
from bot.core.content import Content
from bot.core.flows import Flow, Step
from bot.core.language import SOURCE
from bot.core.text import fold
from bot.core.texts import placeholders

MAX_OPTIONS = 8
MAX_CHOICE_BYTES = 64
"""What Telegram lets a button carry back."""

Flows = Mapping[str, Flow]


def check_flows(flows: Flows, known: Known) -> Iterator[Problem]:
    """Yield what is wrong with flows, apart from their wording."""
    for flow in flows.values():
        for step in flow.steps.values():
            for message in _of_question(flow, step):
                yield Problem(flow_file(flow.id), step_place(step.id), message)
        for id, message in (*_unreachable(flow), *_endless(flow), *_circling(flow, flows)):
            yield Problem(flow_file(flow.id), step_place(id), message)
        yield from _placeholders(flow, flows, known)
        if flow.id in _called(flow.id, flows):
            message = "Der Ablauf ruft sich selbst auf, direkt oder über andere. Nehmen Sie stattdessen 'goto'."
            yield Problem(flow_file(flow.id), "call", message)


def _of_question(flow: Flow, step: Step) -> Iterator[str]:
    ask = step.ask
    if ask is None:
        return
    if ask.type == "choice" and ask.other is None:
        yield "Die Frage sagt nicht, was bei einer unpassenden Antwort geschieht. Ergänzen Sie 'other'."
    if len(ask.options) > MAX_OPTIONS:
        yield f"Es gibt {len(ask.options)} Antworten. Mehr als {MAX_OPTIONS} sind zu viele; teilen Sie die Frage."
    for option in ask.options:
        if len(f"f:{flow.id}:{step.id}:{option.id}".encode()) > MAX_CHOICE_BYTES:
            yield f"Die Kennung '{option.id}' ist mit der des Schritts zu lang für einen Knopf. Kürzen Sie eine von beiden."


def _unreachable(flow: Flow) -> Iterator[tuple[str, str]]:
    if flow.start not in flow.steps:
        return
    reached, waiting = set(), [flow.start]
    while waiting:
        id = waiting.pop()
        if id not in reached and id in flow.steps:
            reached.add(id)
            waiting += following(flow.steps[id])
    for id in flow.steps:
        if id not in reached:
            yield id, "Kein Schritt führt hierher. Löschen Sie den Schritt oder verweisen Sie mit 'goto' auf ihn."


def _endless(flow: Flow) -> Iterator[tuple[str, str]]:
    """Yield the steps from which no way leads to an end."""
    ending = {id for id, step in flow.steps.items() if not following(step)}
    while True:
        # A step that does not exist is reported elsewhere; here it counts as an end.
        more = {id for id, step in flow.steps.items() if any(to in ending or to not in flow.steps for to in following(step))}
        if more <= ending:
            break
        ending |= more
    for id in flow.steps:
        if id not in ending:
            yield (
                id,
                "Von hier führt kein Weg zu einem Ende. Ergänzen Sie einen Ausweg, zum Beispiel zu einem Menschen (handoff).",
            )


def _circling(flow: Flow, flows: Flows) -> Iterator[tuple[str, str]]:
    """Yield the steps that lead back to themselves although nobody is asked on the way."""
    for id in flow.steps:
        seen: set[str] = set()
        at = _goes_on(flow.steps[id], flows)
        while at in flow.steps and at not in seen and at != id:
            seen.add(at)
            at = _goes_on(flow.steps[at], flows)
        if at == id:
            yield id, "Der Ablauf dreht sich hier im Kreis, ohne etwas zu fragen. Ändern Sie 'goto'."


def _goes_on(step: Step, flows: Flows) -> str:
    """Return the step that follows without waiting for the newcomer, or nothing."""
    called = flows.get(step.call) if step.call else None
    waits = (
        step.ask or step.site or step.end or (step.call and (called is None or any(each.ask for each in called.steps.values())))
    )
    return "" if waits else step.goto or ""


def _called(id: str, flows: Flows) -> set[str]:
    """Return the flows that a flow calls, directly or through others."""
    called: set[str] = set()
    waiting = [id]
    while waiting:
        flow = flows.get(waiting.pop())
        new = {step.call for step in flow.steps.values() if step.call} - called if flow else set()
        called |= new
        waiting += sorted(new)
    return called


def _placeholders(flow: Flow, flows: Flows, known: Known) -> Iterator[Problem]:
    callers = [each for each in flows.values() if flow.id in _called(each.id, flows)]
    saved = {step.ask.save for each in (flow, *callers) for step in each.steps.values() if step.ask}
    for key, text in flow.texts.by_language[SOURCE].items():
        for name in sorted(placeholders(text) - known.facts - saved):
            message = (
                f"{{{name}}} ist weder ein Wert aus facts.yaml noch eine gespeicherte Antwort (save). Korrigieren Sie den Namen."
            )
            yield Problem(flow_file(flow.id), key, message)


def check_keywords(content: Content) -> Iterator[Problem]:
    """Yield the keywords that start two flows, or mean something else in the menu of any language."""
    taken, claimed = _taken(content), dict[str, str]()
    for flow in content.flows.values():
        for keyword in flow.keywords:
            meaning, topic = taken.get(fold(keyword), ("", flow.topic))
            if topic != flow.topic or (meaning and topic is None):
                message = f"'{keyword}' ist schon {meaning}. Löschen Sie das Wort oder nehmen Sie ein anderes."
                yield Problem(flow_file(flow.id), "keywords", message)
            first = claimed.setdefault(fold(keyword), flow.id)
            if first != flow.id:
                message = f"'{keyword}' startet auch den Ablauf '{first}'. Lassen Sie das Wort nur bei einem Ablauf stehen."
                yield Problem(flow_file(flow.id), "keywords", message)


def _taken(content: Content) -> dict[str, tuple[str, str | None]]:
    """Return the folded words of the menu in all languages: what each means, and the topic it leads to."""
    taken: dict[str, tuple[str, str | None]] = {}
    for language, words in content.phrases.by_language.items():
        for key, text in words.items():
            kind, _, name = key.partition("_")
            if kind == "command":
                taken.setdefault(fold(name), (f"der Befehl /{name}", None))
            elif kind == "nav":
                taken.setdefault(fold(text), (f"der Knopf '{key}' (Sprache {language})", None))
            elif kind == "topic" and name in content.knowledge.topics:
                taken.setdefault(fold(text), (f"der Name des Themas '{name}' (Sprache {language})", name))
    return taken
