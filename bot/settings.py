"""Settings of a running system: environment variables WEGWEISER_*, else the file wegweiser.toml."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent.parent
"""Where knowledge/, flows/ and locales/ lie when nothing else is said: beside the package."""


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. `telegram_staff_groups` names each agency's group by its chat id.

    `embeddings` off: questions are compared by letters alone, which saves about 100 MB; answers to them come as buttons.
    `models` is the folder of the translation models, `models` in the data folder if not given.
    """

    data: Path
    key_file: Path
    content: Path = CONTENT
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    source_url: str = ""
    telegram_token: str = ""
    telegram_staff_token: str = ""
    telegram_staff_groups: Mapping[str, int] = field(default_factory=dict)
    telegram_webhook_secret: str = ""
    telegram_api: str = "https://api.telegram.org"
    embeddings: bool = True
    models: Path | None = None

    @property
    def models_folder(self) -> Path:
        """Return where the translation models lie."""
        return self.models or self.data / "models"

    @property
    def webhook(self) -> bool:
        """Tell whether Telegram calls us; without a secret we ask Telegram."""
        return bool(self.telegram_webhook_secret)


_SWITCH = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_HELP = {
    "data": "the folder where everything is kept, for example WEGWEISER_DATA=/var/lib/wegweiser",
    "key_file": (
        "the file with the master key, outside the data folder and backed up apart from it, for example "
        "WEGWEISER_KEY_FILE=/etc/wegweiser/master.key (it is made at the first start)"
    ),
}


def read_settings(environment: Mapping[str, str] | None = None, file: Path = Path("wegweiser.toml")) -> Settings:
    """Return the settings for `wegweiser run`.

    Raises:
        SettingsError: something is missing or wrong; all of it is named at once.
    """
    values = _from_file(file) | _from_environment(os.environ if environment is None else environment)
    problems = [f"{name} is missing: {text}." for name, text in _HELP.items() if not values.get(name)]
    problems += [f"{name} is not a setting; did you mistype it?" for name in values if name not in Settings.__dataclass_fields__]
    if not problems:
        settings, problems = _typed(values)
        if settings is not None and not problems:
            return settings
    raise SettingsError("Wegweiser cannot start:\n" + "\n".join(f"- {problem}" for problem in problems))


def _from_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}). Correct its rights, or remove it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}. Correct the line, or remove the file.") from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    prefix = "WEGWEISER_"
    return {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}


def _typed(values: dict[str, Any]) -> tuple[Settings | None, list[str]]:
    problems: list[str] = []
    typed = dict(values)
    for name, value in values.items():
        if name not in ("port", "telegram_staff_groups", "embeddings") and not isinstance(value, str):
            problems.append(f"{name} is {value!r}: write a text between quotation marks.")
        elif name in ("data", "key_file", "content", "models"):
            typed[name] = Path(os.path.expanduser(value))
    port = str(values.get("port", 8080)).strip()
    if port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        typed["port"] = int(port)
    else:
        problems.append(f"port is {values['port']!r}: write a number from 1 to 65535, for example 8080.")
    if "embeddings" in values:
        wanted = _SWITCH.get(str(values["embeddings"]).strip().casefold())
        typed["embeddings"] = wanted
        if wanted is None:
            problems.append(f"embeddings is {values['embeddings']!r}: write on or off.")
    groups, wrong = _groups(typed.get("telegram_staff_groups", {}))
    typed["telegram_staff_groups"] = groups
    problems += wrong
    if problems:
        return None, problems
    settings = Settings(**typed)
    return settings, _contradictions(settings)


def _groups(value: Any) -> tuple[dict[str, int], list[str]]:
    """Read {agency = chat id} from a table, or "agency=-100123 other=-100456" from the environment."""
    pairs = value if isinstance(value, dict) else dict(part.partition("=")[::2] for part in str(value).split())
    try:
        return {agency: int(chat) for agency, chat in pairs.items()}, []
    except (ValueError, TypeError):
        return {}, ["telegram_staff_groups must name agencies and chat ids, for example caritas=-1001234567890."]


def _contradictions(settings: Settings) -> list[str]:
    problems = []
    if not (settings.content / "knowledge").is_dir():
        problems.append(
            f"content: {settings.content} has no folder knowledge; name the folder that holds knowledge, flows and locales."
        )
    if settings.key_file.resolve().is_relative_to(settings.data.resolve()):
        problems.append("key_file lies in the data folder: whoever copies the data would have the key too. Choose another place.")
    if settings.telegram_webhook_secret and not settings.public_url.startswith("https://"):
        problems.append(
            "telegram_webhook_secret needs public_url with https://, the address under which Telegram reaches this machine."
        )
    if settings.telegram_staff_token and not settings.telegram_staff_groups:
        problems.append("telegram_staff_token needs telegram_staff_groups: which agency reads in which group.")
    if settings.telegram_staff_token and settings.telegram_staff_token == settings.telegram_token:
        problems.append("telegram_staff_token and telegram_token are the same: make a second bot for the staff.")
    return problems
