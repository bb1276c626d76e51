"""What an advisor can send as it stands: articles and site cards as the bot would show them, and finished replies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core import answers
from bot.core.canned import Canned, CannedWording
from bot.core.cases import Case
from bot.core.language import LANGUAGES, SOURCE, fallback_chain
from bot.core.matching import ALIKE, Vector
from bot.core.messages import OutboundMessage, TranslationLabel
from bot.core.network import Nearby, Site
from bot.core.talk import Situation, Talk
from bot.core.text import fold
from bot.core.texts import fill

OFFERED = 6
FOUND = 5


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An article or a site card: its id ("article:…", "site:…"), its German title and the message it becomes."""

    id: str
    title: str
    message: OutboundMessage


def enclosure(situation: Situation, id: str) -> Enclosure | None:
    """Return what an id stands for, in the newcomer's language as far as there is one; None when it is not there any more."""
    message = _message(situation, id)
    if message is None:
        return None
    conversation = replace(situation.conversation, language=SOURCE)
    german = _message(replace(situation, conversation=conversation), id)
    original = german.text if german and message.language != SOURCE else None
    return Enclosure(id, _title(situation, id), replace(message, author="advisor", choices=(), original=original))


def offered(situation: Situation, case: Case) -> list[Enclosure]:
    """Return what is likely to be sent: the articles of the way so far, those of the topic, and the case's site."""
    articles = situation.content.knowledge.articles
    walked = [mark for mark in reversed(case.trail) if mark.removeprefix("article:") in articles]
    topical = [f"article:{article.id}" for article in situation.content.knowledge.on(case.topic)]
    return _these(situation, [*list(dict.fromkeys((*walked, *topical)))[: OFFERED - 1], f"site:{case.site}"])


def found(situation: Situation, wanted: str, meaning: Vector | None = None) -> list[Enclosure]:
    """Return the articles and sites that fit what an advisor searches for, best first."""
    words = fold(wanted).split()
    sites = situation.content.network.sites.values()
    near = [
        f"site:{site.id}" for site in sites if all(word in fold(f"{site.name} {site.postcode} {site.town}") for word in words)
    ]
    ranking = situation.content.matcher.rank(wanted, meaning, limit=FOUND)
    alike = ALIKE if ranking.ahead is None else 0.0  # letters alone always find something
    return _these(
        situation, [*near[: FOUND - 2], *(f"article:{match.article}" for match in ranking.matches if match.score >= alike)]
    )[:FOUND]


def canned_message(situation: Situation, canned: Canned, site: Site, name: str) -> OutboundMessage:
    """Return a finished reply as this newcomer gets it, labelled if it is not reviewed text in their language."""
    talk = Talk(situation)
    language = next(code for code in fallback_chain(talk.language) if code in canned.wordings)
    wording = canned.wordings[language]
    label = _label(talk, language, wording)
    return OutboundMessage(
        _filled(talk, wording.text, language, site, name),
        language,
        "advisor",
        "plain",
        label=label,
        note=talk.words(f"note_{label}", language=LANGUAGES[language].name) if label else "",
        original=_filled(talk, canned.wordings[SOURCE].text, SOURCE, site, name) if language != SOURCE else None,
    )


def _these(situation: Situation, ids: Iterable[str]) -> list[Enclosure]:
    return [each for each in (enclosure(situation, id) for id in ids) if each]


def _message(situation: Situation, id: str) -> OutboundMessage | None:
    kind, _, name = id.partition(":")
    talk = Talk(situation)
    article = situation.content.knowledge.articles.get(name) if kind == "article" else None
    site = situation.content.network.sites.get(name) if kind == "site" else None
    if article is not None:
        answers.show_article(talk, article)
    elif site is not None:
        talk.tell(answers.site_card(talk, Nearby(site, remote=site.remote_only)))
    return next(iter(talk.turn().messages), None)


def _title(situation: Situation, id: str) -> str:
    kind, _, name = id.partition(":")
    if kind == "site":
        return situation.content.network.sites[name].name
    return situation.content.knowledge.articles[name].wording(SOURCE).title


def _label(talk: Talk, language: str, wording: CannedWording) -> TranslationLabel:
    if language != talk.language:
        return "fallback"
    if language == SOURCE or wording.status == "reviewed":
        return ""
    return "machine" if wording.status == "machine" else "draft"


def _filled(talk: Talk, text: str, language: str, site: Site, name: str) -> str:
    hours = "; ".join(answers.week(site, language))
    return fill(text, {"name": name, "site": site.name, "hours": hours, "phone": site.phone})
