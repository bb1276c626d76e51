"""Reads files as text and types them by a model; collects what is wrong and goes on, so that all problems show at once."""

import csv
from collections.abc import Collection, Hashable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.adapters.content.complaints import complaints
from bot.adapters.content.problems import Problem, Severity

try:  # The loader in C is ten times as fast; it is missing where PyYAML was built without libyaml.
    from yaml import CBaseLoader as _TextLoader
except ImportError:  # pragma: no cover
    from yaml import BaseLoader as _TextLoader  # type: ignore[assignment]

Model = TypeVar("Model", bound=BaseModel)
_FENCE = "---"


class _Loader(_TextLoader):
    """Takes every scalar as text: `no`, `10:00` and `01067` mean themselves. A key that stands twice is a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(problem=f"'{key.value}' steht zweimal da", problem_mark=key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


class Reader:
    """Reads below one folder and remembers every problem."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def report(self, path: Path, place: str, message: str, severity: Severity = "error") -> None:
        """Remember a problem."""
        self.problems.append(Problem(path.relative_to(self.root).as_posix(), place, message, severity))

    def text(self, path: Path) -> str | None:
        """Return the content of a text file."""
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.report(path, "", "Die Datei fehlt. Legen Sie sie an.")
        except UnicodeDecodeError:
            self.report(path, "", "Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie mit der Kodierung UTF-8.")
        except OSError as error:
            self.report(path, "", f"Die Datei lässt sich nicht lesen ({error.strerror}).")
        return None

    def yaml(self, path: Path, model: type[Model]) -> Model | None:
        """Return a YAML file as its model."""
        text = self.text(path)
        return None if text is None else self._typed(path, self._parsed(path, text), model)

    def entries(self, path: Path, model: type[Model], ids: object) -> tuple[dict[str, Model], frozenset[str]]:
        """Return a file of the form `id: entry` with the entries that fit, and all ids, those of misfits included."""
        text = self.text(path)
        raw = None if text is None else self._parsed(path, text)
        if not isinstance(raw, dict):
            if text is not None and raw is not None:
                self.report(path, "", "Hier gehören Angaben der Form 'name: {…}' hin.")
            return {}, frozenset()
        good: dict[str, Model] = {}
        for id, value in raw.items():
            entry = self._typed(path, value, model, str(id))
            if self.fits(path, str(id), ids) and entry is not None:
                good[str(id)] = entry
        return good, frozenset(map(str, raw))

    def article(self, path: Path, model: type[Model]) -> tuple[Model, str, str] | None:
        """Return the head, the title and the body of a Markdown file."""
        text = self.text(path)
        if text is None:
            return None
        lines = text.strip().split("\n")
        if lines[0].rstrip() != _FENCE or _FENCE not in (line.rstrip() for line in lines[1:]):
            self.report(path, "", "Der Kopf fehlt. Die Datei beginnt mit einer Zeile ---, dann Angaben, dann wieder ---.")
            return None
        end = next(number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE)
        raw = self._parsed(path, "\n".join(lines[1:end]))
        head = None if raw is None else self._typed(path, raw, model)
        title, _, body = "\n".join(lines[end + 1 :]).strip().partition("\n")
        if not title.startswith("# ") or not title[2:].strip() or not body.strip():
            self.report(path, "", "Nach dem Kopf stehen die Überschrift '# Titel' und darunter der Text. Ergänzen Sie beides.")
            return None
        return None if head is None else (head, title[2:].strip(), body.strip())

    def table(self, path: Path, columns: Collection[str], needed: Collection[str] | None = None) -> list[dict[str, str]]:
        """Return the rows of a CSV file with these columns, of which all are needed or some; what is too much stands under ""."""
        text = self.text(path)
        if text is None:
            return []
        head = text.partition("\n")[0]
        # Where the comma is for decimals, spreadsheets write semicolons.
        rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",", restval="", restkey="")
        names = rows.fieldnames or ()
        if len(set(names)) < len(names) or not set(columns if needed is None else needed) <= set(names) <= set(columns):
            self.report(path, "Zeile 1", f"Die Spalten müssen heißen: {','.join(columns)}.")
            return []
        return list(rows)

    def fits(self, path: Path, id: str, kind: object) -> bool:
        """Tell whether an id or a name is spelt as its kind demands, and remember it if not."""
        try:
            _adapter(kind).validate_python(id)
        except ValidationError as error:
            for _, message in complaints(error, BaseModel):
                self.report(path, id, message)
            return False
        return True

    def _parsed(self, path: Path, text: str) -> object:
        try:
            parsed: object = yaml.load(text, Loader=_Loader)
        except yaml.YAMLError as error:
            self.report(
                path,
                _line(error),
                f"{_cause(error)} Text mit Doppelpunkt braucht Anführungszeichen; eingerückt wird mit Leerzeichen.",
            )
            return None
        if parsed is None or parsed == "":
            self.report(path, "", "Die Datei ist leer. Ergänzen Sie die Angaben.")
            return None
        return parsed

    def _typed(self, path: Path, raw: object, model: type[Model], place: str = "") -> Model | None:
        if raw is None:
            return None
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for where, message in complaints(error, model):
                self.report(path, " → ".join(part for part in (place, where) if part), message)
        return None


@cache
def _adapter(kind: object) -> TypeAdapter[object]:
    return TypeAdapter(kind)


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"Zeile {mark.line + 1}" if mark else ""


def _cause(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unlesbar"
    return f"{problem}." if "zweimal" in problem else f"Das ist kein gültiges YAML ({problem})."
