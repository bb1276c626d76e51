"""What a message becomes on Telegram: its small HTML, parts within the limits, and buttons. Knows no Telegram library."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.language import direction
from bot.core.messages import Choice, OutboundMessage
from bot.core.text import RLM, split

TEXT_UNITS = 4096
"""UTF-16 units of one message, counted after the tags are gone."""
LABEL_CHARACTERS = 60
DATA_BYTES = 64
LOCATION = "location"
"""The choice that asks for a place: only a reply keyboard can do that."""

_MARKDOWN = MarkdownIt("zero").enable(["heading", "list", "emphasis", "link", "newline", "escape"])
_ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: what is written on it and what comes back when it is pressed."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Post:
    """One message as Telegram takes it. `asks_location` is the label of a button that sends the person's place."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    asks_location: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Text with the tags around it, outermost first; an empty tag shows nothing."""

    text: str
    tags: tuple[str, ...] = ()


def posts(message: OutboundMessage) -> list[Post]:
    """Return the messages that say what `message` says; the buttons stand under the last text.

    Raises:
        ValueError: a choice's id is empty or longer than Telegram allows.
    """
    texts = _parts(message)
    found = [Post(text) for text in texts[:-1]]
    if texts:
        found.append(Post(texts[-1], _buttons(message)))
    labels = [choice.label for row in message.choices for choice in row if choice.id == LOCATION]
    return found + [Post(escape(label, quote=False), asks_location=shorten(label)) for label in labels[:1]]


def shorten(label: str) -> str:
    """Return a label that fits on a button."""
    return label if len(label) <= LABEL_CHARACTERS else label[: LABEL_CHARACTERS - 1].rstrip() + "…"


def _buttons(message: OutboundMessage) -> tuple[tuple[Button, ...], ...]:
    rows = (tuple(_button(choice) for choice in row if choice.id != LOCATION) for row in message.choices)
    return tuple(row for row in rows if row)


def _button(choice: Choice) -> Button:
    if not 1 <= len(choice.id.encode()) <= DATA_BYTES:
        raise ValueError(f"a choice's id has 1 to {DATA_BYTES} bytes: {choice.id[:DATA_BYTES]!r}")
    return Button(shorten(choice.label), choice.id)


def _parts(message: OutboundMessage) -> list[str]:
    """Return the text with its small print as HTML, in parts that Telegram takes."""
    rtl = direction(message.language) == "rtl"
    body = _markdown(message.text) if message.format == "markdown" else [_Run(message.text)]
    body = _right_to_left(body) if rtl and message.text else body
    runs = body + _small_print(message)
    text = "".join(run.text for run in runs)
    if not text.strip():
        return []
    length, start, found = sum(len(run.text) for run in body), 0, []
    for part in split(text, TEXT_UNITS - rtl):
        start = text.index(part, start)
        mark = RLM if rtl and start < length and _reads_ltr(part.split("\n", 1)[0]) and part[0] != RLM else ""
        found.append(mark + "".join(_html(runs, start, start + len(part))))
        start += len(part)
    return found


def _small_print(message: OutboundMessage) -> list[_Run]:
    runs = [_Run("\n\n"), _Run(message.note, ("i",))] if message.note else []
    return runs + ([_Run("\n\n"), _Run(message.original, ("blockquote expandable",))] if message.original else [])


def _html(runs: list[_Run], start: int, end: int) -> Iterator[str]:
    """Yield the HTML of a stretch of text: every tag that is cut is closed here and opened again in the next part."""
    offset = 0
    for run in runs:
        piece = run.text[max(start - offset, 0) : max(end - offset, 0)]
        offset += len(run.text)
        if piece:
            tags = [tag for tag in run.tags if tag]
            opening = "".join(f"<{tag}>" for tag in tags)
            yield opening + escape(piece, quote=False) + "".join(f"</{tag.split()[0]}>" for tag in reversed(tags))


def _right_to_left(runs: list[_Run]) -> list[_Run]:
    """Begin the text, and every line that would read from left to right, with a mark."""
    lines = "".join(run.text for run in runs).split("\n")
    marks = iter([RLM if _reads_ltr(line) else "" for line in lines[1:]])
    marked = [_Run(RLM)]
    for run in runs:
        first, *more = run.text.split("\n")
        marked.append(_Run(first + "".join(f"\n{next(marks)}{line}" for line in more), run.tags))
    return marked


def _reads_ltr(line: str) -> bool:
    """Tell whether messengers would set a line from left to right: by its first letter outside isolates."""
    kinds = (unicodedata.bidirectional(character) for character in _ISOLATED.sub("", line))
    return next((kind == "L" for kind in kinds if kind in ("L", "R", "AL")), bool(line.strip()))


def _markdown(text: str) -> list[_Run]:
    writer = _Writer()
    for token in _MARKDOWN.parse(text):
        writer.block(token)
    return writer.runs


class _Writer:
    """Turns Markdown tokens into runs."""

    def __init__(self) -> None:
        self.runs: list[_Run] = []
        self._tags: list[str] = []
        self._depth = 0
        self._gap = ""
        self._link = ""

    def block(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self._begin()
                self._tags.append("b")
            case "heading_close":
                self._tags.pop()
                self._end()
            case "paragraph_open":
                self._begin()
            case "bullet_list_open" | "ordered_list_open":
                self._depth += 1
            case "list_item_open":
                self._begin()
                marker = f"{token.info}{token.markup}" if token.info else "•"
                self._write("  " * (self._depth - 1) + marker + " ")
            case "bullet_list_close" | "ordered_list_close":
                self._depth -= 1
                self._end()
            case "paragraph_close" | "list_item_close":
                self._end()
            case "inline":
                for child in token.children or []:
                    self._inline(child)

    def _inline(self, token: Token) -> None:
        match token.type:
            case "text":
                self._write(token.content)
            case "softbreak" | "hardbreak":
                self._write("\n")
            case "strong_open":
                self._tags.append("b")
            case "em_open":
                self._tags.append("i")
            case "strong_close" | "em_close":
                self._tags.pop()
            case "link_open":
                self._open_link(str(token.attrs["href"]))
            case "link_close":
                self._close_link()

    def _open_link(self, target: str) -> None:
        shown = target.startswith(("https://", "http://"))
        self._tags.append(f'a href="{escape(target)}"' if shown else "")
        scheme, _, rest = target.partition(":")
        self._link = rest if scheme in ("tel", "mailto") else ""
        self._link_start = len(self.runs)

    def _close_link(self) -> None:
        self._tags.pop()
        label = "".join(run.text for run in self.runs[self._link_start :])
        # Telegram makes numbers and addresses tappable by itself, but only if they are there to be seen.
        if self._link and _bare(self._link) not in _bare(label):
            self._write(f" {self._link}")

    def _begin(self) -> None:
        if self.runs:
            self._write(self._gap)
        self._gap = ""

    def _end(self) -> None:
        self._gap = "\n" if self._depth else "\n\n"

    def _write(self, text: str) -> None:
        if text:
            self.runs.append(_Run(text, tuple(self._tags)))


def _bare(text: str) -> str:
    return re.sub(r"[\s/()+-]", "", text)
