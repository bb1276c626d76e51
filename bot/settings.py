"""Settings of a running system: environment variables WEGWEISER_*, else the file wegweiser.toml."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.core.consents import Terms
from bot.core.retention import Periods

CONTENT = Path(__file__).parent.parent
"""Where knowledge/, flows/ and locales/ lie when nothing else is said: beside the package."""


FILE = Path("wegweiser.toml")
"""Read in the folder a command is started in."""
CREDENTIAL = "wegweiser.key"
"""What systemd's LoadCredential= calls the master key."""


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message says which one and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. The master key is in `key_file`, or is `master_key` itself.

    `telegram_staff_groups` names each agency's group by its chat id; in the groups of the agencies
    in `telegram_staff_relay` each case gets a topic with the whole conversation, in the others there are only alerts.

    Who leaves the web chat quickly is led to `quick_exit_url`, if it is not given to a calendar of our own.
    With `require_second_factor`, staff who have none set one up at their next sign-in, before anything else.
    With an `oidc_issuer`, staff whom an admin entered there can sign in at that provider (OpenID Connect), too.
    With `offer_research`, newcomers find a question about research under /privacy; the program keeps the answers alone.
    `embeddings` off: questions are compared by letters alone, which saves about 100 MB; answers to them come as buttons.
    `models` is the folder of the translation models, `models` in the data folder if not given; `models_index` is where they are
    downloaded from, the public list of Argos if not given.
    Loaded models take at most `translation_memory_mb` (a public package about 110) and `translation_threads` processors; somebody
    in a chat waits `translation_seconds` for a translation at most, then the message goes out as it was written. Where what
    comes back from a translation is less alike than `translation_doubtful` (0 to 1, by pairs such as de-ar), advisors are warned.
    With a `backup_folder`, a backup is made every `backup_every_hours`, and the newest `backup_keep` are kept.
    A chat without a case or appointment goes `keep_chats_hours` after its last message, a question without an answer (and without
    its person) after `keep_questions_days`; how long agencies keep cases and appointments stands in their own files.
    """

    data: Path
    key_file: Path | None = None
    content: Path = CONTENT
    master_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    source_url: str = ""
    quick_exit_url: str = ""
    telegram_token: str = ""
    telegram_staff_token: str = ""
    telegram_staff_groups: Mapping[str, int] = field(default_factory=dict)
    telegram_staff_relay: tuple[str, ...] = ()
    telegram_webhook_secret: str = ""
    telegram_api: str = "https://api.telegram.org"
    require_second_factor: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_client_secret_file: Path | None = None
    offer_research: bool = False
    embeddings: bool = True
    models: Path | None = None
    models_index: str = ""
    translation_memory_mb: int = 600
    translation_threads: int = 1
    translation_seconds: int = 6
    translation_doubtful: Mapping[str, float] = field(default_factory=dict)
    backup_folder: Path | None = None
    backup_every_hours: int = 24
    backup_keep: int = 14
    keep_chats_hours: int = 48
    keep_questions_days: int = 180

    @property
    def periods(self) -> Periods:
        """Return how long the operator keeps what is no agency's."""
        return Periods(timedelta(hours=self.keep_chats_hours), timedelta(days=self.keep_questions_days))

    @property
    def terms(self) -> Terms:
        """Return what is decided about consent."""
        return Terms(self.public_url.rstrip("/"), self.offer_research)

    @property
    def key(self) -> Path | str:
        """Return the file with the master key, or the key itself."""
        return self.key_file or self.master_key

    @property
    def models_folder(self) -> Path:
        """Return where the translation models lie."""
        return self.models or self.data / "models"

    @property
    def webhook(self) -> bool:
        """Tell whether Telegram calls us; without a secret we ask Telegram."""
        return bool(self.telegram_webhook_secret)


_SWITCH = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_SWITCHES = ("embeddings", "offer_research", "require_second_factor")
_NOT_TEXT = ("port", "telegram_staff_groups", "telegram_staff_relay", *_SWITCHES, "translation_doubtful")
_NUMBERS = {
    "backup_every_hours": 24,
    "backup_keep": 14,
    "translation_memory_mb": 600,
    "translation_threads": 1,
    "translation_seconds": 6,
    "keep_chats_hours": 48,
    "keep_questions_days": 180,
}
_BOUNDS = {"keep_chats_hours": (12, 720), "keep_questions_days": (1, 730)}
_HELP = {
    "data": "the folder where everything is kept, for example WEGWEISER_DATA=/var/lib/wegweiser",
    "key_file": (
        "the file with the master key, outside the data folder and backed up apart from it, for example "
        "WEGWEISER_KEY_FILE=/etc/wegweiser/master.key (it is made at the first start)"
    ),
}


def read_settings(environment: Mapping[str, str] | None = None, file: Path = FILE) -> Settings:
    """Return the settings for `wegweiser run`.

    Raises:
        SettingsError: something is missing or wrong; all of it is named at once.
    """
    environment = os.environ if environment is None else environment
    values = _with_credential(_from_file(file) | _from_environment(environment), environment)
    problems = [f"{name} is missing: {text}." for name, text in _HELP.items() if not values.get(name)]
    if values.get("master_key"):
        problems = [problem for problem in problems if not problem.startswith("key_file")]
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
        values = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror}). Correct its rights, or remove it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}. Correct the line, or remove the file.") from None
    if "master_key" in values:
        raise SettingsError(f"master_key does not belong into {file}: name its file as key_file, or give WEGWEISER_MASTER_KEY.")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    prefix = "WEGWEISER_"
    return {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}


def _with_credential(values: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Take the master key from systemd (LoadCredential=) when it is given in no other way."""
    path = Path(environment.get("CREDENTIALS_DIRECTORY", ""), CREDENTIAL)
    if values.get("key_file") or values.get("master_key") or "CREDENTIALS_DIRECTORY" not in environment or not path.exists():
        return values
    try:
        return values | {"master_key": path.read_text("ascii", "replace").strip()}
    except OSError as error:
        raise SettingsError(f"The credential {path} cannot be read ({error.strerror}).") from None


def _typed(values: dict[str, Any]) -> tuple[Settings | None, list[str]]:
    problems: list[str] = []
    typed = dict(values)
    for name, value in values.items():
        if name not in (*_NOT_TEXT, *_NUMBERS) and not isinstance(value, str):
            problems.append(f"{name} is {value!r}: write a text between quotation marks.")
        elif name in ("data", "key_file", "content", "models", "oidc_client_secret_file"):
            typed[name] = Path(os.path.expanduser(value))
        elif name == "backup_folder":
            typed[name] = Path(os.path.expanduser(value)) if value else None
        elif name in _NUMBERS:
            number = str(value).strip()
            typed[name] = int(number) if number.isascii() and number.isdigit() else 0
            if not typed[name]:
                problems.append(f"{name} is {value!r}: write a number from 1 on, for example {_NUMBERS[name]}.")
            elif name in _BOUNDS and not _BOUNDS[name][0] <= typed[name] <= _BOUNDS[name][1]:
                problems.append(f"{name} is {typed[name]}: write a number from {_BOUNDS[name][0]} to {_BOUNDS[name][1]}.")
    port = str(values.get("port", 8080)).strip()
    if port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        typed["port"] = int(port)
    else:
        problems.append(f"port is {values['port']!r}: write a number from 1 to 65535, for example 8080.")
    for name in values.keys() & set(_SWITCHES):
        wanted = _SWITCH.get(str(values[name]).strip().casefold())
        typed[name] = wanted
        if wanted is None:
            problems.append(f"{name} is {values[name]!r}: write on or off.")
    if "telegram_staff_relay" in values:
        typed["telegram_staff_relay"], wrong = _agencies(values["telegram_staff_relay"])
        problems += wrong
    typed["translation_doubtful"], wrong = _bounds(typed.get("translation_doubtful", {}))
    problems += wrong
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


def _bounds(value: Any) -> tuple[dict[str, float], list[str]]:
    """Read {pair = bound} from a table, or "de-ar=0.5 ar-de=0.4" from the environment."""
    pairs = value if isinstance(value, dict) else dict(part.partition("=")[::2] for part in str(value).split())
    try:
        bounds = {pair: float(bound) for pair, bound in pairs.items()}
    except (ValueError, TypeError):
        bounds = {"": -1.0}
    if all(0 <= bound <= 1 for bound in bounds.values()):
        return bounds, []
    return {}, ["translation_doubtful must name pairs and bounds from 0 to 1, for example de-ar=0.5."]


def _agencies(value: Any) -> tuple[tuple[str, ...], list[str]]:
    """Read agencies from a list, or "agency other" from the environment."""
    names = value.split() if isinstance(value, str) else value
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return tuple(names), []
    return (), ['telegram_staff_relay must name agencies, for example ["caritas", "awo"].']


def _contradictions(settings: Settings) -> list[str]:
    problems = []
    if not (settings.content / "knowledge").is_dir():
        problems.append(
            f"content: {settings.content} has no folder knowledge; name the folder that holds knowledge, flows and locales."
        )
    if settings.key_file and settings.master_key:
        problems.append("key_file and master_key are both given: which one is it? Leave the other out.")
    if settings.key_file and settings.key_file.resolve().is_relative_to(settings.data.resolve()):
        problems.append("key_file lies in the data folder: whoever copies the data would have the key too. Choose another place.")
    folder = settings.backup_folder
    if folder is not None and folder.resolve().is_relative_to(settings.data.resolve()):
        problems.append(
            "backup_folder lies in the data folder: both would be lost together. Choose another place, best another disk."
        )
    if folder and settings.key_file and settings.key_file.resolve().is_relative_to(folder.resolve()):
        problems.append(
            "key_file lies in backup_folder: whoever copies the backups would have the key too. Choose another place."
        )
    if settings.quick_exit_url and not settings.quick_exit_url.startswith("https://"):
        problems.append("quick_exit_url must begin with https://, for example https://www.tagesschau.de.")
    problems += _provider(settings)
    if settings.telegram_webhook_secret and not settings.public_url.startswith("https://"):
        problems.append(
            "telegram_webhook_secret needs public_url with https://, the address under which Telegram reaches this machine."
        )
    if settings.telegram_staff_token and not settings.telegram_staff_groups:
        problems.append("telegram_staff_token needs telegram_staff_groups: which agency reads in which group.")
    for agency in settings.telegram_staff_relay:
        if agency not in settings.telegram_staff_groups:
            problems.append(f"telegram_staff_relay names {agency}, which has no group in telegram_staff_groups: add its group.")
    if settings.telegram_staff_token and settings.telegram_staff_token == settings.telegram_token:
        problems.append("telegram_staff_token and telegram_token are the same: make a second bot for the staff.")
    return problems


def _provider(settings: Settings) -> list[str]:
    """Return what is wrong with where staff sign in elsewhere."""
    issuer, file = settings.oidc_issuer, settings.oidc_client_secret_file
    given = bool(settings.oidc_client_id and (settings.oidc_client_secret or file))
    fine = {
        "oidc_issuer must begin with https://: passwords go there.": re.match(
            r"https://|http://(localhost|127\.0\.0\.1):", issuer
        ),
        "oidc_issuer needs public_url: the provider sends people back to it.": settings.public_url,
        "oidc_issuer needs oidc_client_id and oidc_client_secret (or oidc_client_secret_file).": given,
        f"oidc_client_secret_file: {file} cannot be read. Correct its name or its rights.": not file or os.access(file, os.R_OK),
    }
    return [problem for problem, held in fine.items() if issuer and not held]
