"""Finds what refers to something that is not there; the bot does not start with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapters.content.problems import Problem
from bot.core.content import Content
from bot.core.crisis import Crises
from bot.core.flows import Flow, Step
from bot.core.knowledge import Article, Term
from bot.core.network import Network, Site

GLOSSARY_FILE = "knowledge/glossary.yaml"
_FIX = "Legen Sie ihn an oder korrigieren Sie die Kennung."


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of everything that is there, files with mistakes included: they must not cause mistakes elsewhere."""

    topics: frozenset[str]
    facts: frozenset[str]
    articles: frozenset[str]
    agencies: frozenset[str]
    flows: frozenset[str]


def article_file(id: str, name: str = "article.yaml") -> str:
    """Return the path of an article's file."""
    return f"knowledge/articles/{id}/{name}"


def flow_file(id: str) -> str:
    """Return the path of a flow's file."""
    return f"flows/{id}.yaml"


def step_place(id: str) -> str:
    """Return how a step is called in messages."""
    return f"Schritt '{id}'"


def references(content: Content, known: Known) -> Iterator[Problem]:
    """Yield every reference to something unknown."""
    for article in content.knowledge.articles.values():
        yield from _of_article(article, known)
    for flow in content.flows.values():
        yield from _of_flow(flow, known)
    for term in content.knowledge.terms.values():
        yield from _of_term(term, known)
    yield from _of_network(content.network, known)
    yield from _of_crises(content.crises)


def _of_article(article: Article, known: Known) -> Iterator[Problem]:
    file = article_file(article.id)
    if article.topic not in known.topics:
        yield Problem(file, "topic", _no_topic(article.topic))
    for id in article.related:
        if id == article.id:
            yield Problem(file, "related", "Der Artikel verweist auf sich selbst. Löschen Sie den Verweis.")
        elif id not in known.articles:
            yield Problem(file, "related", f"Der Artikel '{id}' fehlt. {_FIX}")


def _of_term(term: Term, known: Known) -> Iterator[Problem]:
    if term.article is not None and term.article not in known.articles:
        yield Problem(GLOSSARY_FILE, f"{term.id} → article", f"Der Artikel '{term.article}' fehlt. {_FIX}")


def _of_flow(flow: Flow, known: Known) -> Iterator[Problem]:
    file = flow_file(flow.id)
    if flow.topic is not None and flow.topic not in known.topics:
        yield Problem(file, "topic", _no_topic(flow.topic))
    if flow.start not in flow.steps:
        yield Problem(file, "start", _no_step(flow.start))
    for step in flow.steps.values():
        for message in _of_step(step, flow, known):
            yield Problem(file, step_place(step.id), message)


def _of_step(step: Step, flow: Flow, known: Known) -> Iterator[str]:
    if step.article is not None and step.article not in known.articles:
        yield f"Der Artikel '{step.article}' fehlt. {_FIX}"
    if step.call is not None and step.call not in known.flows:
        yield f"Der Ablauf '{step.call}' fehlt. {_FIX}"
    for target in (step.site, step.handoff, step.book):
        if target and target.topic is not None and target.topic not in known.topics:
            yield _no_topic(target.topic)
    for goto in following(step):
        if goto not in flow.steps:
            yield _no_step(goto)


def following(step: Step) -> list[str]:
    """Return the steps of the same flow that may come next, each once."""
    ask = step.ask
    answers = [*(option.goto for option in ask.options), ask.goto, ask.other.goto if ask.other else None] if ask else []
    return list(dict.fromkeys(goto for goto in (step.goto, *answers) if goto is not None))


def _of_network(network: Network, known: Known) -> Iterator[Problem]:
    places = {place.name for place in network.gazetteer.places}
    for agency in network.agencies.values():
        for partner in agency.partners:
            if partner not in known.agencies:
                yield Problem(f"knowledge/network/agencies/{agency.id}.yaml", "partners", f"Der Träger '{partner}' fehlt. {_FIX}")
    for site in network.sites.values():
        for place, message in _of_site(site, known, places):
            yield Problem(f"knowledge/network/sites/{site.id}.yaml", place, message)


def _of_site(site: Site, known: Known, places: set[str]) -> Iterator[tuple[str, str]]:
    if site.agency not in known.agencies:
        yield "agency", f"Der Träger '{site.agency}' fehlt. {_FIX}"
    for topic in site.topics:
        if topic not in known.topics:
            yield "topics", _no_topic(topic)
    for number, rule in enumerate(site.appointments, 1):
        for place, topics in (("topics", rule.topics), ("lengths", rule.lengths)):
            yield from (
                (f"appointments → Nr. {number} → {place}", _no_topic(each)) for each in topics if each not in known.topics
            )
    for name in site.responsible_for if places else ():
        if name not in places:
            yield "responsible_for", f"Der Ort '{name}' steht nicht in places.csv. Schreiben Sie ihn wie dort."


def _of_crises(crises: Crises) -> Iterator[Problem]:
    numbers = {number.id for number in crises.numbers}
    for crisis in crises.kinds:
        for id in crisis.numbers:
            if id not in numbers:
                message = f"Die Nummer '{id}' fehlt unter 'numbers'. Ergänzen Sie sie oder korrigieren Sie die Kennung."
                yield Problem("knowledge/emergency.yaml", f"crises → {crisis.id}", message)


def _no_topic(id: str) -> str:
    return f"Das Thema '{id}' steht nicht in topics.yaml. Ergänzen Sie es oder korrigieren Sie die Kennung."


def _no_step(id: str) -> str:
    return f"Den Schritt '{id}' gibt es nicht. {_FIX}"
