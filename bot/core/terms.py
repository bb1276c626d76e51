"""Explaining a German word: the one a person writes, or the one on a button."""

from bot.core import answers, guide
from bot.core.knowledge import Term
from bot.core.language import LANGUAGES, direction
from bot.core.messages import Choice
from bot.core.talk import Talk
from bot.core.text import fold, isolate

_EXAMPLES = 6


def show_how(talk: Talk) -> None:
    """Say how to ask for a word, with some that are often needed."""
    buttons = [answers.term_choice(term) for term in talk.content.glossary.common(_EXAMPLES)]
    talk.say("word_how", [buttons[start : start + 2] for start in range(0, len(buttons), 2)])
    talk.with_navigation()


def look_up(talk: Talk, text: str) -> None:
    """Explain the word that was written, offer similar ones, or say that it is not known."""
    found = talk.content.glossary.find(text, talk.language)
    if found.term is not None:
        explain(talk, found.term)
        return
    if found.guesses:
        rows = [[answers.term_choice(term)] for term in found.guesses]
        talk.say("word_guesses", [*rows, [talk.choice("word:", "none_of_these")]])
    else:
        talk.say("word_unknown")
    talk.with_navigation()


def explain(talk: Talk, term: Term, article: str = "") -> None:
    """Explain a term, then ask again whatever the bot waits for; `article` is the one it was pressed under."""
    wording = term.wording(talk.language)
    checking = talk.content.phrases.say("fact_being_checked", wording.language)
    text = talk.content.knowledge.with_facts(wording.text, wording.language, talk.today, checking)
    more = talk.content.knowledge.articles.get(term.article or "")
    rows: list[list[Choice]] = [[answers.article_choice(talk, more)]] if more is not None and more.id != article else []
    fallback = wording.language != talk.language
    note = talk.words("note_fallback", language=LANGUAGES[wording.language].name) if fallback else ""
    talk.tell(f"{_head(talk, term)}\n\n{text}", rows, language=wording.language, note=note)
    if not guide.repeat(talk):
        talk.with_navigation()


def _head(talk: Talk, term: Term) -> str:
    """Return the German term and, where it is another, the reader's word for it."""
    german = isolate(term.term) if direction(talk.language) == "rtl" else term.term
    own = term.wording(talk.language).term
    return f"📖 **{german}**" + (f" · {own}" if fold(own) != fold(term.term) else "")
