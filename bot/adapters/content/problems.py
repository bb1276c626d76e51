"""What is wrong in a content file, said so that whoever wrote the file can put it right."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to do: in which file, at which place in it, and what. Messages are German, the volunteers' language."""

    file: str
    place: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.place, self.message) if part)


class ContentError(Exception):
    """The content cannot be used; `problems` holds everything that was found, not only the first thing."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that must be solved before the content is published."""
    return [problem for problem in problems if problem.severity == "error"]


def warnings(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that somebody should look at soon."""
    return [problem for problem in problems if problem.severity == "warning"]


def as_json(problems: Iterable[Problem]) -> str:
    """Return the problems as a JSON list of objects, one per problem."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2)
