"""The templates of this package: files for volunteers to fill in, and the page of translations."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_TEMPLATES = Environment(
    loader=PackageLoader("bot.adapters.content"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def render(template: str, **context: Any) -> str:
    """Return a filled template; what goes into a page is escaped."""
    return _TEMPLATES.get_template(template).render(context)
