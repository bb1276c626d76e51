"""Explaining a German word: the one a person writes, or the one on a button."""

from bot.core import answers, guide
from bot.core.knowledge import Term
from bot.core.language import LANGUAGES, direction
from bot.core.messages import Choice
from bot.core.talk import Talk
from bot.core.text import fold, isolate

_EXAMPLES = 6
_LONGEST = 4
"""Words of a term at most; what is longer is a question of its own."""
_BEFORE = (
    "was ist", "was ist ein", "was ist eine", "was ist der", "was ist die", "was ist das", "was bedeutet",
    "was heißt", "was heisst", "what is", "what is a", "what is an", "what is the", "what's", "what does", "ما هو",
    "ما هي", "ما معنى", "شو", "شو يعني", "ايش يعني", "يعني ايه", "що таке", "що означає", "что такое", "что значит",
    "что означает", "co to jest", "co to", "co znaczy", "co oznacza", "ce este", "ce înseamnă", "какво е",
    "какво означава", "какво значи", "wateya", "qu'est-ce que", "qu'est-ce que c'est", "que signifie", "c'est quoi",
)  # fmt: skip
_BEHIND = (
    "bedeutet", "heißt das", "mean", "means", "ne demek", "nedir", "ne anlama geliyor", "چیست", "چیه", "یعنی چه",
    "یعنی چی", "çi ye", "çi ye?", "veut dire", "означає", "это что",
)  # fmt: skip
"""What stands before or behind a word in a question for its meaning, in all languages."""


def show_how(talk: Talk) -> None:
    """Say how to ask for a word, with some that are often needed."""
    buttons = [answers.term_choice(term) for term in talk.content.glossary.common(_EXAMPLES)]
    talk.say("word_how", [buttons[start : start + 2] for start in range(0, len(buttons), 2)])
    talk.with_navigation()


def wanted(talk: Talk, text: str) -> Term | None:
    """Return the term whose meaning a question asks for ("Was ist Duldung?"); nothing for any other question."""
    said = " ".join(fold(text).replace("?", " ").replace("؟", " ").split())
    word = _between(said)
    if not word or word == said or len(word.split()) > _LONGEST:
        return None
    found = talk.content.glossary.find(word, talk.language).term
    names = {fold(found.term), *map(fold, found.also), fold(found.wording(talk.language).term)} if found else set()
    return found if word in names else None


def _between(said: str) -> str:
    """Return a question without the words that ask for a meaning, the longest of them taken away."""
    before = max((each for each in map(fold, _BEFORE) if said.startswith(f"{each} ")), key=len, default="")
    said = said.removeprefix(before).strip()
    behind = max((each for each in map(fold, _BEHIND) if said.endswith(f" {each}")), key=len, default="")
    return said.removesuffix(behind).strip()


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
