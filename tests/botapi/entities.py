"""Text as Telegram stores it: cleaned, its HTML turned into entities, measured in UTF-16 units."""

import re
from collections.abc import Iterator
from typing import Any

from tests.botapi.errors import bad_request

Json = dict[str, Any]

PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
START = re.compile(r"<([^\s<>/\"'=]*)((?:\s[^<>]*)?)>")
END = re.compile(r"</([^\s<>]*)\s*>")
ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.\-]+)))?""")
CHARACTER = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# Telegram drops line separators and the old bidi embedding marks; isolates (U+2066 to U+2069) survive.
DROPPED = re.compile("[\r\u2028-\u202e]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
DETECTED = re.compile(r"(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?P<url>https?://\S+)")


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """Remove what Telegram removes from every text."""
    return CONTROL.sub(" ", DROPPED.sub("", text))


def detect(text: str) -> list[Json]:
    """Find commands and links as clients do in what people type."""
    return [
        {"type": found.lastgroup, "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in DETECTED.finditer(text)
    ]


def formatted(text: str, parse_mode: str, entities: object) -> tuple[str, list[Json]]:
    """Return the text without markup and its entities, both trimmed."""
    text = clean(text)
    if parse_mode.lower() == "html":
        text, found = _Html(text).parse()
    elif parse_mode:
        # Markdown exists at Telegram; our products write HTML only, so anything else is a mistake.
        raise bad_request("unsupported parse_mode")
    else:
        found = _checked(text, entities)
    return _trimmed(text, found)


def _checked(text: str, entities: object) -> list[Json]:
    if entities is None:
        return detect(text)
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array")
    for entity in entities:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
            raise bad_request("can't parse entities: expected type, offset and length")
        if entity["offset"] < 0 or entity["length"] < 1 or entity["offset"] + entity["length"] > units(text):
            raise bad_request("ENTITY_BOUNDS_INVALID")
    return [dict(entity) for entity in entities]


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lost = units(text) - units(text.lstrip())
    text = text.strip()
    return text, list(_moved(entities, lost, units(text)))


def _moved(entities: list[Json], lost: int, length: int) -> Iterator[Json]:
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start = max(entity["offset"] - lost, 0)
        end = min(entity["offset"] + entity["length"] - lost, length)
        if end > start:
            yield entity | {"offset": start, "length": end - start}


class _Html:
    """Reads Telegram's small HTML; unlike a browser it forgives nothing."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.text = ""
        self.open: list[tuple[str, Json]] = []
        self.entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "&":
                self._character()
            elif self.source.startswith("</", self.position):
                self._end()
            elif character == "<":
                self._start()
            else:
                self.text += character
                self.position += 1
        if self.open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.text, self.entities

    def _character(self) -> None:
        found = CHARACTER.match(self.source, self.position)
        self.text += _decoded(found) if found else "&"
        self.position = found.end() if found else self.position + 1

    def _start(self) -> None:
        found = START.match(self.source, self.position)
        name = re.split(r"[\s<>/]", self.source[self.position + 1 :], maxsplit=1)[0].lower()
        if name not in PLAIN_TAGS and name not in {"a", "span", "blockquote", "tg-emoji", "tg-time"}:
            raise self._error(f'Unsupported start tag "{name}" at byte offset {self._offset()}')
        if found is None:
            raise self._error(f"Unclosed start tag at byte offset {self._offset()}")
        self.open.append((name, self._entity(name, self._attributes(found.group(2)))))
        self.position = found.end()

    def _attributes(self, source: str) -> dict[str, str]:
        source = source.rstrip()
        found = list(ATTRIBUTE.finditer(source))
        if "".join(one.group() for one in found) != source:
            raise self._error(f"Expected equal sign or quote in the tag at byte offset {self._offset()}")
        values = [one.group(2) or one.group(3) or one.group(4) or "" for one in found]
        return {one.group(1).lower(): CHARACTER.sub(_decoded, value) for one, value in zip(found, values, strict=True)}

    def _entity(self, name: str, attributes: dict[str, str]) -> Json:
        entity: Json = {"type": PLAIN_TAGS.get(name, name), "offset": units(self.text)}
        if name == "a":
            entity |= {"type": "text_link", "url": attributes.get("href", "")}
        elif name == "span":
            if attributes.get("class") != "tg-spoiler":
                raise self._error(f'Tag "span" must have class "tg-spoiler" at byte offset {self._offset()}')
            entity["type"] = "spoiler"
        elif name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        elif name == "tg-emoji":
            entity |= {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        elif name == "tg-time":
            entity |= {"type": "date_time", "unix_time": int(attributes.get("unix", "0"))}
        elif name == "code" and self.open and self.open[-1][0] == "pre":
            # <pre><code class="language-x"> is one entity that carries the language.
            self.open[-1][1]["language"] = attributes.get("class", "").removeprefix("language-")
            entity["type"] = ""
        return entity

    def _end(self) -> None:
        found = END.match(self.source, self.position)
        if found is None:
            raise self._error(f"Unclosed end tag at byte offset {self._offset()}")
        if not self.open:
            raise self._error(f"Unexpected end tag at byte offset {self._offset()}")
        name, entity = self.open.pop()
        if found.group(1).lower() not in {"", name}:
            wrong = f'expected "</{name}>", found "</{found.group(1)}>"'
            raise self._error(f"Unmatched end tag at byte offset {self._offset()}, {wrong}")
        entity["length"] = units(self.text) - entity["offset"]
        if entity["length"] and entity["type"] and entity.get("url", "-"):
            self.entities.append(entity)
        self.position = found.end()

    def _offset(self) -> int:
        return len(self.source[: self.position].encode())

    def _error(self, reason: str) -> Exception:
        return bad_request(f"can't parse entities: {reason}")


def _decoded(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    return NAMED[name] if name else chr(int(decimal or hexadecimal, 10 if decimal else 16))
