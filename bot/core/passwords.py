"""Which passwords members of staff may choose."""

import re
from typing import Literal

LEAST = 12
_VARIETY = 5
_COUNTING = "0123456789" * 3
_COMMON = """admin asdfgh berater beratung caritas changeme diakonie elmshorn geheim hallo iloveyou letmein migration password
    passwort pinneberg qwert qwerty qwertz sommer start test wegweiser welcome willkommen winter"""
Refusal = Literal["short", "login", "common"]


def refusal(password: str, login: str) -> Refusal | None:
    """Return what speaks against a password: too short, the login, or what everybody tries first; None when it is fine."""
    if len(password) < LEAST:
        return "short"
    if _is(password, login):
        return "login"
    few = len(set(password.casefold())) < _VARIETY
    counting = password in _COUNTING or password in _COUNTING[::-1]
    return "common" if few or counting or any(_is(password, word) for word in _COMMON.split()) else None


def _is(password: str, word: str) -> bool:
    """Tell whether a password is a word, once or several times, with whatever digits and signs around it."""
    letters, own = _letters(password), _letters(word)
    return password.casefold() == word.casefold() or bool(letters and own and not letters.replace(own, ""))


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text.casefold())
