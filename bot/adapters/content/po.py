"""gettext catalogues as files: reading them, merging changed German texts into them, and writing them the same way every time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, denormalize, read_po, write_po

from bot.adapters.content.writing import replace, sign, signed
from bot.core.language import LANGUAGES

_EAST_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
_ONE_AND_MANY = "nplurals=2; plural=(n != 1);"
_UP_TO_ONE = "nplurals=2; plural=(n > 1);"
PLURAL_FORMS = {
    "de": _ONE_AND_MANY,
    # Babel's own header for Arabic swaps the last two forms against the one all translation tools label.
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "uk": _EAST_SLAVIC,
    "ru": _EAST_SLAVIC,
    "tr": _ONE_AND_MANY,
    "fa": _UP_TO_ONE,
    "en": _ONE_AND_MANY,
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "ro": "nplurals=3; plural=(n==1 ? 0 : n==0 || (n%100>0 && n%100<20) ? 1 : 2);",
    "bg": _ONE_AND_MANY,
    "ku": _ONE_AND_MANY,
    "fr": _UP_TO_ONE,
}
_WIDTH = 100
_PREVIOUS = "|"
_MACHINE = "Maschine: "


class CatalogueError(Exception):
    """A catalogue file cannot be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A German text to translate: its key (none in the console), where it stands, and what a translator must know."""

    german: str
    key: str | None
    file: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation and the German text it was made for; a fuzzy one waits for somebody to look at it, a machine's always."""

    german: str
    text: str
    fuzzy: bool
    machine: bool = False

    def translates(self, german: str) -> bool:
        """Tell whether this is a good translation of a German text as it now is."""
        return bool(self.text) and not self.fuzzy and self.german == german


Catalogues = Mapping[str, Mapping[str, Translation]]
"""Translations by language and key."""


def read(path: Path) -> dict[tuple[str | None, str], Message]:
    """Return the messages by key and German text.

    Raises:
        CatalogueError: the file is damaged.
    """
    return _by_id(_catalogue(path))


def translations(path: Path) -> dict[str, Translation]:
    """Return the translations by key.

    Raises:
        CatalogueError: the file is damaged.
    """
    return {
        key: Translation(german, _text(message), message.fuzzy, _by_machine(message))
        for (key, german), message in read(path).items()
        if key
    }


def merge(
    path: Path, sources: Iterable[Source], language: str, drafts: Mapping[str, str] | None = None, engine: str = ""
) -> bool:
    """Bring a catalogue up to date with the German texts and tell whether the file changed.

    A changed German text keeps its old translation, marked fuzzy, with the former German text beside it. What is not
    needed any more stays at the end as a comment, should the text return. `drafts` are texts that a machine, `engine`, made
    by key: those that are wanted are kept as fuzzy, with its name in a comment.

    Raises:
        CatalogueError: the file is damaged.
    """
    messages, rested = _merged(path, sources)
    for (key, _), message in messages.items():
        if key and _wanted(message) and (text := (drafts or {}).get(key)):
            message.string, message.previous_id = text, []
            message.flags.add("fuzzy")
            message.user_comments = [*_comments(message, machine=False), _MACHINE + sign(engine, text)]
    new = Catalog(charset="utf-8")
    for message in messages.values():
        new[message.id] = message
    _rest(new, rested)
    return _write(path, new, language)


def gaps(path: Path, sources: Iterable[Source]) -> list[Source]:
    """Return the texts without any translation, and those with an outdated one that is still as a machine wrote it.

    Raises:
        CatalogueError: the file is damaged.
    """
    messages, _ = _merged(path, sources)
    return [source for source in _unique(sources) if _wanted(messages[source.key, source.german])]


def _merged(path: Path, sources: Iterable[Source]) -> tuple[dict[tuple[str | None, str], Message], list[Message]]:
    """Return the messages for these German texts, and those that are not needed any more."""
    old = _catalogue(path) if path.exists() else Catalog()
    left = _by_id(old)
    rested = {(message.context, str(message.id)): message for message in old.obsolete.values()}
    unmatched: list[Source] = []
    merged: dict[tuple[str | None, str], Message] = {}
    for source in _unique(sources):
        id = (source.key, source.german)
        known = left.pop(id, None) or rested.pop(id, None)
        merged[id] = _message(source, known)
        if known is None:
            unmatched.append(source)
    for source in unmatched:
        if former := _former(source, left):
            merged[source.key, source.german] = _carried_over(source, left.pop(former))
    return merged, [*rested.values(), *left.values()]


def _wanted(message: Message) -> bool:
    """Tell whether a machine may write a translation: there is none, or an outdated one of its own."""
    return not _text(message) or bool(message.fuzzy and message.previous_id and _by_machine(message))


def _by_machine(message: Message) -> bool:
    """Tell whether a translation is still as a machine wrote it; whoever confirmed or changed it made it their own."""
    notes = (line for line in message.user_comments if line.startswith(_MACHINE))
    return message.fuzzy and any(signed(note, _text(message)) for note in notes)


def _catalogue(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (PoFileError, ValueError, LookupError) as error:
        raise CatalogueError(str(error)) from error


def _by_id(catalogue: Catalog) -> dict[tuple[str | None, str], Message]:
    return {(message.context, str(message.id)): message for message in catalogue if message.id}


def _text(message: Message) -> str:
    return message.string if isinstance(message.string, str) else ""


def _unique(sources: Iterable[Source]) -> list[Source]:
    return list({(source.key, source.german): source for source in reversed(list(sources))}.values())[::-1]


def _message(source: Source, known: Message | None) -> Message:
    fuzzy = known is not None and known.fuzzy
    message = Message(
        source.german,
        _text(known) if known else "",
        locations=[(source.file, None)],  # type: ignore[list-item]  # without line numbers, or every edit would change the file
        flags={"fuzzy"} if fuzzy else (),
        auto_comments=[source.hint] if source.hint else (),
        user_comments=_comments(known, machine=fuzzy) if known else (),
        previous_id=_previous(known) if known and fuzzy else (),
        context=source.key,
    )
    # "50 % der Kosten" is not a format for Python.
    message.flags.discard("python-format")
    return message


def _carried_over(source: Source, former: Message) -> Message:
    message = _message(source, former)
    if message.string:
        message.flags.add("fuzzy")
        message.previous_id = message.previous_id or [str(former.id)]
    return message


def _comments(message: Message, *, machine: bool) -> list[str]:
    """Return the translators' comments, with or without the one that names a machine."""
    hidden = (_PREVIOUS,) if machine else (_PREVIOUS, _MACHINE)
    return [line for line in message.user_comments if not line.startswith(hidden)]


def _previous(message: Message) -> list[str]:
    """Return the German text a fuzzy translation was made for; Babel's reader leaves it among the comments."""
    lines = [line.removeprefix(_PREVIOUS).strip() for line in message.user_comments if line.startswith(_PREVIOUS)]
    start = next((number for number, line in enumerate(lines) if line.startswith("msgid ")), None)
    return [] if start is None else [denormalize("\n".join(lines[start:]).removeprefix("msgid "))]


def _former(source: Source, left: dict[tuple[str | None, str], Message]) -> tuple[str | None, str] | None:
    """Return the message whose German text was changed into this one: that of the same key; without keys the most similar."""
    if source.key is not None:
        return next((id for id in left if id[0] == source.key), None)
    near = get_close_matches(source.german, [german for key, german in left if key is None], n=1, cutoff=0.7)
    return (None, near[0]) if near else None


def _rest(catalogue: Catalog, messages: list[Message]) -> None:
    for message in sorted(messages, key=lambda each: (each.context or "", str(each.id))):
        # A comment cannot say that a translation is doubtful, so a doubtful one is not kept.
        if _text(message) and not message.fuzzy:
            rested = Message(message.id, message.string, context=message.context, user_comments=_comments(message, machine=False))
            catalogue.obsolete[message.context or "", message.id] = rested  # type: ignore[index]  # the key must only be unique


def _write(path: Path, catalogue: Catalog, language: str) -> bool:
    body = BytesIO()
    write_po(body, catalogue, width=_WIDTH, omit_header=True, include_previous=True)
    content = _header(language).encode() + body.getvalue().rstrip() + b"\n"
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, content)
    return True


def _header(language: str) -> str:
    """Return a header that names nobody and no day, so that the file changes only when its texts do."""
    fields = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURAL_FORMS.get(language) or get_plural(language).plural_forms}",
    )
    lines = "".join(f'"{field}\\n"\n' for field in fields)
    name = LANGUAGES[language].name if language in LANGUAGES else language
    return f'# Wegweiser: Deutsch → {name}\nmsgid ""\nmsgstr ""\n{lines}\n'
