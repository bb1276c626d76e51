"""From message text to safe HTML."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from bot.core.text import FSI, PDI

_ISOLATED = re.compile(f"{FSI}([^{FSI}{PDI}]*){PDI}")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


class _Renderer(RendererHTML):
    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _bdi(super().text(tokens, idx, options, env))

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if str(tokens[idx].attrGet("href")).startswith("tel:"):
            tokens[idx].attrSet("dir", "ltr")  # else right-to-left text turns the groups of digits around
        else:
            tokens[idx].attrSet("rel", "noopener noreferrer")
            tokens[idx].attrSet("target", "_blank")
        return self.renderToken(tokens, idx, options, env)

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # The page has its own first two levels.
        tokens[idx].tag = f"h{min(int(tokens[idx].tag[1]) + 2, 6)}"
        return self.renderToken(tokens, idx, options, env)

    heading_close = heading_open


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer).disable("image")
    parser.validateLink = lambda url: url.startswith(("https://", "http://", "tel:", "/privacy"))  # type: ignore[method-assign]
    return parser


_PARSER = _markdown()


@lru_cache(maxsize=1000)  # what the bot says is said to many, and shown again with every page
def markdown(text: str) -> Markup:
    """Return Markdown as HTML without foreign tags; links lead to http, https, telephones and our own notice only."""
    return Markup(_PARSER.render(text))  # the parser escapes everything but its own tags


def plain(text: str, *, links: bool = False) -> Markup:
    """Return plain text as HTML with its line breaks; web addresses become links where the author is trusted."""
    parts, end = [], 0
    for found in _URL.finditer(text) if links else ():
        url = found[0]
        parts.append(str(escape(text[end : found.start()])))
        parts.append(str(Markup('<a href="{0}" rel="noopener noreferrer" target="_blank">{0}</a>').format(url)))
        end = found.end()
    parts.append(str(escape(text[end:])))
    return Markup(_bdi("".join(parts)).replace("\n", "<br>"))


def _bdi(html: str) -> str:
    return _ISOLATED.sub(r"<bdi>\1</bdi>", html)
