"""The words of German authorities: the one a person asks for, and those that an article uses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from bot.core.knowledge import Article, KnowledgeBase, Term
from bot.core.language import SOURCE
from bot.core.text import MAX_QUESTION, fold

MAX_TERMS = 3
"""How many words are offered at once."""
_SURE, _AHEAD, _ALIKE = 84.0, 8.0, 72.0
"""From which likeness on a word is taken for another one, how far ahead of all others, and from which on it is worth a button."""
_BEGINS, _ENDS, _LONG = 90.0, 80.0, 5
"""How much a compound resembles the term it begins or ends with, and the letters such a term has at least."""
_NOT_READ = re.compile(r"\]\([^)]*\)|\{[^}]*\}")
_ASIDE = re.compile(r"[()\[\],;„“«»]+")

Forms = Mapping[str, list[str]]
"""Folded ways to write terms, and the ids of the terms they stand for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The term that was meant; else those that may have been meant, the likeliest first."""

    term: Term | None = None
    guesses: tuple[Term, ...] = ()


class Glossary:
    """An index over the terms of a knowledge base and the articles that use them."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._terms = knowledge.terms
        self._articles = knowledge.articles

    def find(self, text: str, language: str) -> Found:
        """Return the term a text names, in German or in the reader's language, or those it resembles in any language."""
        said = fold(text[:MAX_QUESTION])
        certain = _forms((form, term.id) for term in self._terms.values() for form in (*_german(term), *_named(term, language)))
        named = _unique(id for form in _inside(certain, said) for id in certain[form])
        if not named:
            return self._resembling(said, certain)
        return Found(self._terms[named[0]]) if len(named) == 1 else Found(guesses=self._first(named))

    def used_in(self, article: Article) -> tuple[Term, ...]:
        """Return the terms to explain under an article, most specific first: those that the fewest articles use."""
        ids = self._used.get(article.id, ())
        return self._first([id for id in ids if self._terms[id].article != article.id])

    def common(self, count: int) -> list[Term]:
        """Return the terms that most articles use."""
        return sorted(self._terms.values(), key=lambda term: (-self._counts[term.id], term.id))[:count]

    def _first(self, ids: Iterable[str]) -> tuple[Term, ...]:
        return tuple(self._terms[id] for id in ids)[:MAX_TERMS]

    def _resembling(self, said: str, certain: Forms) -> Found:
        loose = _forms((form, term.id) for term in self._terms.values() for form in _all_forms(term))
        words = [said, *(word for word in said.split() if len(word) >= _LONG)]
        scores: dict[str, float] = {}
        for form, ids in loose.items():
            score = max(_alike(word, form) for word in words)
            scores |= {id: max(score, scores.get(id, 0.0)) for id in ids if score >= _ALIKE}
        near = sorted(scores, key=lambda id: (-scores[id], id))
        ahead = scores[near[0]] - max((scores[id] for id in near[1:]), default=0.0) if near else 0.0
        if ahead >= _AHEAD and any(_misspelt(said, form) for form, ids in certain.items() if near[0] in ids):
            return Found(self._terms[near[0]])
        return Found(guesses=self._first(near))

    @cached_property
    def _used(self) -> dict[str, list[str]]:
        """The ids of the terms in each article, those in few articles first."""
        forms = _forms((form, term.id) for term in self._terms.values() for form in _german(term))
        used = {
            article.id: _unique(id for form in _inside(forms, _german_text(article)) for id in forms[form])
            for article in self._articles.values()
        }
        counts = _counted(self._terms, used)
        return {article: sorted(ids, key=lambda id: counts[id]) for article, ids in used.items()}

    @cached_property
    def _counts(self) -> dict[str, int]:
        return _counted(self._terms, self._used)


def _counted(terms: Iterable[str], used: Mapping[str, list[str]]) -> dict[str, int]:
    every = [id for ids in used.values() for id in ids]
    return {id: every.count(id) for id in terms}


def _german_text(article: Article) -> str:
    wording = article.wordings[SOURCE]
    return fold(_NOT_READ.sub(" ", f"{wording.title}\n{wording.body}"))


def _german(term: Term) -> Iterable[str]:
    return (term.term, *term.also)


def _named(term: Term, language: str) -> Iterable[str]:
    """Return what a language calls a term: all of it, and what stands before brackets and commas."""
    wording = term.wordings.get(language)
    return (wording.term, _ASIDE.split(wording.term)[0]) if wording else ()


def _all_forms(term: Term) -> Iterable[str]:
    """Return what a term may be called: in German, and every part of its name in every language."""
    return (*_german(term), *(part for wording in term.wordings.values() for part in (wording.term, *_ASIDE.split(wording.term))))


def _forms(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the terms by folded form, the longest form first."""
    found: dict[str, list[str]] = {}
    for form, id in pairs:
        ids = found.setdefault(fold(form), [])
        if id not in ids:
            ids.append(id)
    found.pop("", None)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _inside(forms: Iterable[str], text: str) -> list[str]:
    """Return the forms that a folded text has as whole words; a part of a longer form does not count."""
    rest, found = f" {text} ", []
    for form in forms:
        if f" {form} " in rest:
            found.append(form)
            rest = rest.replace(f" {form} ", " | ")
    return found


def _unique(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


def _alike(word: str, form: str) -> float:
    """Return how alike a word and a form are, 0 to 100; a compound resembles the term it begins or ends with."""
    score = fuzz.ratio(word, form)
    if len(form) >= _LONG and word.startswith(form):
        return max(score, _BEGINS)
    return max(score, _ENDS) if len(form) >= _LONG and word.endswith(form) else score


def _misspelt(word: str, form: str) -> bool:
    """Tell whether a word is surely a form with mistakes; another beginning may be another word (Abmeldung, Anmeldung)."""
    return word[:3] == form[:3] and fuzz.ratio(word, form) >= _SURE
