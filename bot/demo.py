"""`wegweiser demo`: everything on loopback with example people, without token, model or internet."""

import asyncio
import logging
from datetime import time
from pathlib import Path

from bot import app, contents
from bot.adapters.sqlite import SqliteStore
from bot.adapters.web.auth import hash_password
from bot.core.hours import Hours, Span
from bot.core.interpreters import Interpreter
from bot.services.ports import Advisor
from bot.settings import Settings

log = logging.getLogger(__name__)
PASSWORD = "wegweiser-demo"
_REHEARSED = Path(__file__).parent.parent / "tests" / "models"
_EXAMPLE = "Guten Tag, wie kann ich Ihnen helfen?"
PEOPLE = (
    Advisor("demo-beate", "beate", "Beate Beispiel", "example-a", "advisor", "de", ""),
    Advisor("demo-birgit", "birgit", "Birgit Beispiel", "example-a", "coordinator", "de", ""),
    Advisor("demo-jens", "jens", "Jens Beispiel", "example-b", "advisor", "en", ""),
    Advisor("demo-volkan", "volkan", "Volkan Beispiel", "example-a", "editor", "de", ""),
    Advisor("demo-anke", "anke", "Anke Beispiel", "example-a", "admin", "de", ""),
)
"""Beate and Birgit work for one agency, Jens for another: neither side sees the other's cases. Volkan edits content, Anke manages
the people; both see no case."""
SORAYA = Interpreter(
    "demo-soraya", "example-a", "Soraya Beispiel", ("fa",), Hours({day: (Span(time(9), time(18)),) for day in range(5)})
)
"""Interprets Persian and Dari at the sites of Beate's agency."""


def run_demo(data: Path, port: int, content_root: Path) -> None:
    """Run until Ctrl+C; the addresses and sign-ins are printed when the page is ready."""
    settings = Settings(data=data, key_file=data.parent / f"{data.name}.key", content=content_root, port=port)
    content = contents.load_content(content_root)
    store = app.open_store(data / "store", data / "demo.key")
    try:
        _add_people(store)
        rehearsed = _install_rehearsed(settings.models_folder)
        hint = ", ".join(person.login for person in PEOPLE) + f" / {PASSWORD}"
        parts = app.wire(store, content, translator=app.translator(settings), root=content_root)
        asyncio.run(app.serve(parts, settings, demo_hint=hint, started=lambda: _announce(port, rehearsed)))
    finally:
        store.close()


def _add_people(store: SqliteStore) -> None:
    with store.transaction() as tx:
        if tx.advisors():
            return
        # One hash for all: hashing is slow on purpose, and everybody has the same password here.
        password_hash = hash_password(PASSWORD)
        for person in PEOPLE:
            tx.add_advisor(
                Advisor(person.id, person.login, person.name, person.agency, person.role, person.language, password_hash)
            )
        tx.put_interpreter(SORAYA)


def _install_rehearsed(folder: Path) -> bool:
    """Install the small models that the tests use too, if this is a checkout; they know rehearsed sentences only."""
    from bot.adapters.argos.packages import PackageError, install, installed

    if not installed(folder):
        for file in sorted(_REHEARSED.glob("*.argosmodel")):
            try:
                install(file, folder)
            except PackageError as error:
                log.warning("%s", error)
    return bool(installed(folder))


def _announce(port: int, rehearsed: bool) -> None:
    translation = (
        "four tiny models, German and Arabic; they know a few hundred rehearsed sentences, for example\n"
        f"                    {_EXAMPLE}\n"
        "                    Anything else stays untranslated and says so."
        if rehearsed
        else "no models are installed: messages stay untranslated and say so"
    )
    print(
        f"""
Wegweiser is ready. All sites, people and appointments are examples.

  Newcomers' chat   http://127.0.0.1:{port}/
  Staff console     http://127.0.0.1:{port}/console
  Sign-ins          {", ".join(person.login for person in PEOPLE)}   password: {PASSWORD}
  Translation       {translation}

Stop with Ctrl+C.
""",
        flush=True,
    )
