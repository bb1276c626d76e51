"""Says in plain German what pydantic found wrong in a file."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_PATTERNS = {
    "^[a-z0-9]+(-[a-z0-9]+)*$": "ist keine Kennung. Erlaubt sind kleine Buchstaben a-z, Ziffern und Bindestriche.",
    "^[a-z][a-z0-9_]*$": "ist kein Name. Erlaubt sind kleine Buchstaben a-z, Ziffern und Unterstriche, zuerst ein Buchstabe.",
    "^[a-z][a-z0-9_-]*$": "ist kein Name. Erlaubt sind kleine Buchstaben a-z, Ziffern, Unterstriche und Bindestriche.",
    "^https?://[^\\s]+$": "ist keine Internetadresse. Sie beginnt mit https:// und enthält keine Leerzeichen.",
    "^[0-9]{5}$": 'ist keine Postleitzahl. Schreiben Sie fünf Ziffern in Anführungszeichen, zum Beispiel "01067".',
    "^[a-z]{2,3}$": "ist kein Sprachkürzel. Schreiben Sie zwei oder drei kleine Buchstaben, zum Beispiel ar.",
    "^\\+?[0-9][0-9 ]+$": "ist keine Telefonnummer. Erlaubt sind Ziffern, Leerzeichen und ein + am Anfang.",
}

_Say = Callable[[ErrorDetails], str]
_FIXED: Mapping[str, str] = {
    "missing": "Die Angabe fehlt. Ergänzen Sie sie.",
    "string_too_short": "Der Text ist leer. Schreiben Sie etwas hinein oder löschen Sie die Zeile.",
    "string_type": "Hier gehört ein einzelner Text hin, keine Liste und keine weiteren Angaben.",
    "model_type": "Hier gehören Angaben der Form 'name: Wert' hin. Ohne Angaben schreiben Sie {}.",
    "dict_type": "Hier gehören Angaben der Form 'name: Wert' hin. Ohne Angaben schreiben Sie {}.",
    "tuple_type": "Hier gehört eine Liste hin, zum Beispiel [a, b]. Ohne Einträge schreiben Sie [].",
}
_VARIABLE: Mapping[str, _Say] = {
    "literal_error": lambda e: f"'{e['input']}' ist nicht erlaubt. Möglich sind: {_expected(e)}.",
    "string_pattern_mismatch": lambda e: f"'{e['input']}' {_PATTERNS.get(e['ctx']['pattern'], 'passt hier nicht.')}",
    "value_error": lambda e: str(e["ctx"]["error"]),
    "int_parsing": lambda e: f"'{e['input']}' ist keine ganze Zahl. Schreiben Sie nur Ziffern.",
    "float_parsing": lambda e: f"'{e['input']}' ist keine Zahl. Schreiben Sie Ziffern und einen Dezimalpunkt.",
    "bool_parsing": lambda e: f"'{e['input']}' passt hier nicht. Schreiben Sie true (ja) oder false (nein).",
    "greater_than_equal": lambda e: f"{e['input']} ist zu klein. Die kleinste Zahl ist {e['ctx']['ge']}.",
    "less_than_equal": lambda e: f"{e['input']} ist zu groß. Die größte Zahl ist {e['ctx']['le']}.",
    "multiple_of": lambda e: f"{e['input']} geht nicht. Die Zahl muss ein Vielfaches von {e['ctx']['multiple_of']} sein.",
    "too_short": lambda e: f"Hier fehlen Einträge. Es braucht mindestens {e['ctx']['min_length']}.",
    "too_long": lambda e: f"Das sind zu viele Einträge. Höchstens {e['ctx']['max_length']} sind möglich.",
}


def complaints(error: ValidationError, model: type[BaseModel]) -> list[tuple[str, str]]:
    """Return place and message of everything that does not fit the model."""
    return [(_place(each), _message(each, model)) for each in error.errors(include_url=False)]


def _message(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_field(error, model)
    if kind.startswith("date"):
        return f"Den Tag '{error['input']}' gibt es nicht. Schreiben Sie Jahr-Monat-Tag, zum Beispiel 2026-12-31."
    if kind in _FIXED:
        return _FIXED[kind]
    return _VARIABLE[kind](error) if kind in _VARIABLE else f"Das passt hier nicht ({error['msg']})."


def _unknown_field(error: ErrorDetails, model: type[BaseModel]) -> str:
    field = str(error["loc"][-1])
    near = get_close_matches(field, sorted(_field_names(model, set())), n=1)
    hint = f"Meinten Sie '{near[0]}'?" if near else "Prüfen Sie die Schreibweise oder löschen Sie die Angabe."
    return f"Die Angabe '{field}' gibt es hier nicht. {hint}"


def _field_names(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    """Return the field names of a model and of all models within it: good enough to guess a misspelt one."""
    seen.add(model)
    names = {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            if inner not in seen:
                names |= _field_names(inner, seen)
    return names


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _expected(error: ErrorDetails) -> str:
    return str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")


def _place(error: ErrorDetails) -> str:
    """Return the way to the place through the file; positions in lists count from 1, as people do."""
    return " → ".join(f"Nr. {part + 1}" if isinstance(part, int) else part for part in error["loc"] if part != "[key]")
