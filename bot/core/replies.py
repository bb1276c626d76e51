"""What is answered to a free question: an article, several to choose from, or honestly nothing."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.core import answers, terms
from bot.core.anonymous import Reason
from bot.core.contacts import Asked
from bot.core.events import Unanswered
from bot.core.knowledge import EMERGENCY, Article
from bot.core.language import SOURCE
from bot.core.matching import Decision, Match, decide
from bot.core.talk import Talk
from bot.core.text import fold
from bot.core.variants import readable

RECENT = timedelta(minutes=10)
"""For how long a question may go on from the one before."""
MAX_PARTS = 3
_FEW_WORDS = 3
_FOLLOWS = frozenset(
    fold(
        "und oder aber auch and or but also what و او ولكن ايضا і й та а але також и или но тоже ve veya peki ama da de"
        " یا هم ولی i lub ale też a și si sau dar et ou mais aussi û u an lê"
    ).split()
)
"""Words with which a question goes on from the one before, folded, in all languages."""
_ENDS = re.compile(r"(?<=[?؟;])\s+|\n+")


def understandable(text: str) -> list[str]:
    """Return the texts whose meaning is needed to answer a message: itself, and the questions it consists of."""
    return list(dict.fromkeys(map(readable, (text, *several(text)))))


def several(text: str) -> list[str]:
    """Return the questions of a message that asks several, else nothing."""
    parts = [part.strip() for part in _ENDS.split(text) if len(part.split()) >= _FEW_WORDS]
    asking = [part for part in parts if part.endswith(("?", "؟", ";")) or "\n" in text.strip()]
    return asking[:MAX_PARTS] if len(asking) > 1 else []


def decided(talk: Talk, text: str) -> Decision:
    """Decide what answers a text, given what was asked a moment ago."""
    near = _near(talk, text)
    german = talk.situation.german.get(readable(text))
    compared, language = (german, SOURCE) if german else (text, talk.situation.wrote or talk.language)
    meaning = talk.situation.meanings.get(readable(compared))
    decision = decide(talk.content.matcher.rank(compared, meaning, near, language=language))
    if near and decision.answer is None and not decision.offers:
        return Decision(None, tuple(Match(id, 0.0, "", 0.0) for id in near[:3]))
    return decision


def reply(talk: Talk, text: str) -> None:
    """Answer a free question, or several one after the other; one for the meaning of a word gets the word explained."""
    if (term := terms.wanted(talk, text)) is not None:
        terms.explain(talk, term)
        return
    parts = several(text)
    if parts and _answer_each(talk, parts):
        return
    _answer(talk, text, decided(talk, text))
    _offer_language(talk)


def not_helpful(talk: Talk) -> None:
    """Somebody says that the answer was not to their question: note it, offer what came next."""
    asked = talk.conversation.asked
    if asked is not None and not asked.noted:
        _unanswered(talk, asked.text, "not_helpful", asked.article)
        talk.update(asked=replace(asked, noted=True))
    others = [id for id in asked.others if id in talk.content.knowledge.articles] if asked else []
    if others:
        _offer(talk, [talk.content.knowledge.articles[id] for id in others])
    else:
        none_of_these(talk)


def none_of_these(talk: Talk) -> None:
    """None of the offered articles was meant."""
    asked = talk.conversation.asked
    if asked is not None and asked.article is None:
        _unanswered(talk, asked.text, "none_of_these", next(iter(asked.others), None))
    talk.update(asked=None)
    talk.say("nothing_found", answers.topic_choices(talk))
    talk.with_navigation()


def _answer_each(talk: Talk, parts: list[str]) -> bool:
    """Answer questions one after the other if at least one has a sure answer; the others are offered at the end."""
    found = []
    for part in parts:
        decision = decided(talk, part)
        found.append((part, decision))
        if decision.answer:
            _remember(talk, part, decision)
    if not any(decision.answer for _, decision in found):
        return False
    shown: set[str] = set()
    for part, decision in found:
        if decision.answer and decision.answer.article not in shown:
            shown.add(decision.answer.article)
            _show(talk, part, decision.answer)
    for part, decision in found:
        if decision.answer is None:
            _answer(talk, part, decision, about=part)
    talk.with_navigation()
    return True


def _answer(talk: Talk, text: str, decision: Decision, about: str = "") -> None:
    articles = talk.content.knowledge.articles
    _remember(talk, text, decision)
    if decision.answer is not None:
        _show(talk, text, decision.answer)
        talk.with_navigation()
    elif decision.offers:
        _offer(talk, [articles[match.article] for match in decision.offers], about)
    else:
        _unanswered(talk, text, "unanswered", None)
        talk.say("no_answer", answers.topic_choices(talk))
        talk.with_navigation()


def _show(talk: Talk, text: str, match: Match) -> None:
    """Show an article; above it the question it was found by, unless that is what was asked."""
    article = talk.content.knowledge.articles[match.article]
    wording = article.wording(talk.language)
    question = next(iter(wording.phrasings), wording.title)
    same = fold(text) in {fold(each) for each in (wording.title, *wording.phrasings)}
    more = [] if same else [[talk.choice("unfit:", "not_my_question")]]
    if article.topic == EMERGENCY:
        more.insert(0, [talk.choice("nav:emergency", "nav_emergency")])
    answers.show_article(talk, article, related=True, question="" if same else question, more=more)


def _offer(talk: Talk, articles: list[Article], about: str = "") -> None:
    rows = [[answers.article_choice(talk, article)] for article in articles]
    if any(article.topic == EMERGENCY for article in articles):
        # Words for an emergency are many, and no list has them all: what only may be one has the numbers one tap away.
        rows.insert(0, [talk.choice("nav:emergency", "nav_emergency")])
    rows.append([talk.choice("none:", "none_of_these")])
    if about:
        talk.say("did_you_mean_about", rows, question=about)
    else:
        talk.say("did_you_mean_articles", rows)
    talk.with_navigation()


def _remember(talk: Talk, text: str, decision: Decision) -> None:
    """Remember what was asked, the words only if the chat may be kept."""
    words = readable(text) if talk.conversation.keeps else ""
    if decision.answer is None and not decision.offers:
        talk.update(asked=None)
    else:
        article = decision.answer.article if decision.answer else None
        talk.update(asked=Asked(words, article, tuple(match.article for match in decision.offers), talk.now))


def _unanswered(talk: Talk, text: str, reason: Reason, article: str | None) -> None:
    talk.happen(Unanswered(talk.language, readable(text) if talk.conversation.keeps else "", reason, article))


def _near(talk: Talk, text: str) -> list[str]:
    """Return the articles that a question going on from the last one is likely to mean, nearest first."""
    asked = talk.conversation.asked
    words = fold(text).split()
    if asked is None or talk.now - asked.at > RECENT or not words:
        return []
    attached = len(words[0]) > 1 and words[0].startswith("و")  # in Arabic "and" is written together with its word
    if len(words) > 8 or not (words[0] in _FOLLOWS or attached):
        return []
    article = talk.content.knowledge.articles.get(asked.article or "")
    if article is None:
        return [id for id in asked.others if id in talk.content.knowledge.articles]
    same_topic = [each.id for each in talk.content.knowledge.on(article.topic)]
    return list(dict.fromkeys((article.id, *(id for id in article.related if id in same_topic), *same_topic)))


def _offer_language(talk: Talk) -> None:
    """Offer to go on in the language somebody clearly writes; once for each, never forced."""
    wrote = talk.situation.wrote
    if wrote is None or wrote == talk.language or wrote in talk.conversation.offered:
        return
    talk.update(offered=(*talk.conversation.offered, wrote))
    talk.offer_language(wrote)
    talk.with_navigation()
