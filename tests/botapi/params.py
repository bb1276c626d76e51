"""Parameters of a call: query, form, multipart or JSON, all read as Telegram reads them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientResponse, MultipartReader, web

from tests.botapi.errors import bad_request


@dataclass(frozen=True)
class Upload:
    """A file sent along with a call."""

    name: str
    mime: str
    data: bytes


@dataclass
class Params:
    """Telegram knows only texts and files; everything structured is JSON inside a text."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, key: str, default: str = "") -> str:
        """Return a text, empty if it was left out."""
        return self.values.get(key, default)

    def integer(self, key: str, default: int = 0) -> int:
        """Return a whole number; anything else is refused."""
        value = self.values.get(key, "")
        try:
            return int(value) if value else default
        except ValueError:
            raise bad_request(f'invalid parameter "{key}" value specified') from None

    def number(self, key: str) -> float:
        """Return a decimal number; it has no default because only coordinates need one."""
        try:
            return float(self.values.get(key, ""))
        except ValueError:
            raise bad_request(f"{key} is empty or not a number") from None

    def flag(self, key: str) -> bool:
        """Return a yes or no, no if it was left out."""
        return self.values.get(key, "").lower() in {"true", "yes", "1"}

    def data(self, key: str) -> Any:
        """Return what the JSON text holds, None if it was left out."""
        text = self.values.get(key, "")
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise bad_request(f"can't parse {key.replace('_', ' ')} JSON object") from None

    def update(self, values: Mapping[str, Any]) -> None:
        """Take values over, written as a form would write them."""
        self.values.update({key: _as_text(value) for key, value in values.items() if value is not None})


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def from_request(request: web.Request) -> Params:
    """Read the parameters of an incoming call."""
    params = Params()
    params.update(request.query)
    if request.content_type == "application/json":
        params.update(_json_object(await request.text()))
        return params
    for key, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params.files[key] = Upload(value.filename, value.content_type, value.file.read())
            value.file.close()
        else:
            params.update({key: value if isinstance(value, str) else bytes(value).decode()})
    return params


def _json_object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise bad_request("object expected as JSON body")
    return body


async def from_webhook_answer(answer: ClientResponse) -> Params:
    """Read the method a bot wrote into its answer to a webhook call."""
    params = Params()
    if answer.content_type == "application/json":
        body = _json_or_nothing(await answer.text())
        params.update(body if isinstance(body, dict) else {})
    elif answer.content_type == "application/x-www-form-urlencoded":
        params.update(dict(parse_qsl(await answer.text())))
    elif answer.content_type.startswith("multipart/"):
        await _read_parts(MultipartReader.from_response(answer), params)
    return params


def _json_or_nothing(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


async def _read_parts(reader: Any, params: Params) -> None:
    async for part in reader:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            params.files[part.name] = Upload(part.filename, mime, data)
        else:
            params.update({part.name: data.decode()})


def names(value: object) -> Iterable[str]:
    """Return a JSON list of names; anything else is refused."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request("list of strings expected")
    return value
