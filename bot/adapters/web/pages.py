"""Renders templates."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.adapters.web.markup import markdown
from bot.core.content import Content
from bot.core.language import LANGUAGES, direction
from bot.core.locales import short_weekday
from bot.core.text import with_commands
from bot.core.texts import Text

STATIC = Path(__file__).parent / "static"


class Pages:
    """The templates with what all of them may use."""

    def __init__(self, content: Callable[[], Content]) -> None:
        self._content = content
        self._templates = Environment(
            loader=PackageLoader("bot.adapters.web"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(LANGUAGES=LANGUAGES, direction_of=direction, asset=_assets().__getitem__)
        self._templates.globals.update(short_weekday=short_weekday)
        self._templates.filters.update(markdown=markdown)

    def render(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a page of the console."""
        return HTMLResponse(self._templates.get_template(template).render(context), status)

    def fragment(self, template: str, **context: Any) -> Markup:
        """Return a part of a page."""
        return Markup(self._templates.get_template(template).render(context))

    def speak(self, template: str, language: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a page for newcomers; `say` gives a phrase in their language, `find` also tells which it is in."""

        def say(key: str, code: str = language, /, **slots: str) -> str:
            text = self._content().phrases.say(key, code, **slots)
            return with_commands(text) if direction(code) == "rtl" else text

        def find(key: str) -> Text:
            found = self._content().phrases.find(key, language)
            return replace(found, text=with_commands(found.text)) if direction(found.language) == "rtl" else found

        return self.render(template, status, say=say, find=find, language=language, direction=direction(language), **context)

    def problem(
        self, language: str, status: int, phrase: str, again: Sequence[tuple[str, str]] = (), **slots: str
    ) -> HTMLResponse:
        """Return a page for newcomers that says what went wrong; a button sends the form with the fields of `again` once more."""
        message = self._content().phrases.say(phrase, language, **slots)
        return self.speak("problem.html", language, status, message=message, again=again)


def _assets() -> dict[str, str]:
    """Return the address of every static file, with a mark that changes when the file does."""
    marks = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in STATIC.iterdir()}
    return {name: f"/static/{name}?v={mark}" for name, mark in marks.items()}
