"""Passwords and sign-ins of staff."""

import asyncio
import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.adapters.web.parts import Pause
from bot.services.members import ways
from bot.services.ports import Advisor, Clock, StaffSession, Store

LIFETIME = timedelta(hours=12)
_FREE_TRIES, _LONGEST_PAUSE = 3, 16.0
_LONGEST = 1000
"""Characters of a password that count."""
_REMEMBERED = 10_000
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox|FxiOS", "Firefox"),
    ("CriOS|Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def hash_password(password: str) -> str:
    """Return what may be stored of a password (argon2id)."""
    return PasswordHasher().hash(password[:_LONGEST])


def verify(password_hash: str, password: str) -> bool:
    """Tell whether a password belongs to a stored hash."""
    try:
        return PasswordHasher().verify(password_hash, password[:_LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def token_hash(token: str) -> str:
    """Return what is kept of a token that only its owner knows."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def browser_name(user_agent: str) -> str:
    """Return browser and system in a few words, as far as they are known."""
    found = (next((name for sign, name in known if re.search(sign, user_agent)), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member of staff with the session they act in; who still owes a second factor can only set one up."""

    advisor: Advisor
    session: StaffSession
    owes: bool = False


class Sessions:
    """Sign-ins, kept in the store; the cookie carries the token, the store its hash."""

    def __init__(self, store: Store, clock: Clock, *, second_factor: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._second_factor = second_factor

    def open(self, advisor: Advisor, browser: str = "") -> str:
        """Start a session and return its token."""
        token = secrets.token_urlsafe(32)
        expires = self._clock.now() + LIFETIME
        with self._store.transaction() as tx:
            tx.add_session(StaffSession(token_hash(token), advisor.id, secrets.token_urlsafe(32), expires, browser))
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return who is signed in with a token; nobody once it expired or they were disabled."""
        if not token:
            return None
        with self._store.transaction() as tx:
            session = tx.session(token_hash(token), self._clock.now())
            found = tx.advisor(session.advisor_id) if session else None
            owes = found is not None and self._second_factor and not ways(tx, found.id)
        return SignedIn(found, session, owes) if found and session and not found.disabled else None

    def close(self, token: str) -> None:
        """End a session."""
        with self._store.transaction() as tx:
            tx.drop_session(token_hash(token))

    def all_of(self, who: SignedIn) -> list[StaffSession]:
        """Return somebody's open sessions, newest first."""
        with self._store.transaction() as tx:
            return tx.sessions(who.advisor.id, self._clock.now())

    def end(self, who: SignedIn, wanted: str = "") -> int:
        """End one of somebody's other sessions, or all of them; return how many it were."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            others = [each for each in tx.sessions(who.advisor.id, now) if each.token_hash != who.session.token_hash]
            ended = [each for each in others if wanted in ("", each.token_hash)]
            for each in ended:
                tx.drop_session(each.token_hash)
            if ended:
                tx.audit(who.advisor.id, "sign-ins ended", f"{len(ended)}", now)
        return len(ended)


@dataclass(slots=True)
class Tries:
    """How often something failed in a row; one try at a time."""

    failed: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def count(self, fits: bool) -> bool:
        """Note how a try ended, and return the same."""
        self.failed = 0 if fits else self.failed + 1
        return fits


class Patience:
    """Failures slow down whoever fails and never lock; success forgives."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._tries: OrderedDict[tuple[str, str], Tries] = OrderedDict()

    @asynccontextmanager
    async def turn(self, who: str, place: str = "") -> AsyncIterator[Tries]:
        """Wait for the next try of somebody from some place, the longer the more of them failed."""
        tries = self._remember((who, place))
        async with tries.turn:
            if tries.failed >= _FREE_TRIES:
                await self._pause(min(_LONGEST_PAUSE, 2.0 ** min(tries.failed - _FREE_TRIES, 9)))
            yield tries

    def _remember(self, who: tuple[str, str]) -> Tries:
        tries = self._tries.setdefault(who, Tries())
        self._tries.move_to_end(who)
        if len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)
        return tries


class Door:
    """Checks login and password: unknown logins take as long as wrong passwords, failures slow down and never lock.

    A browser somebody came in with before has tries of its own (`known`, made of the login's id and a random part): whoever
    tries passwords from the same address does not slow it down. Of one address one password is checked at a time, so that
    nobody fills the queue of all.
    """

    def __init__(self, store: Store, pause: Pause) -> None:
        self._store = store
        self._patience = Patience(pause)
        self._addresses = Patience(pause)
        self._nobody = hash_password(secrets.token_hex())
        self._hashing = asyncio.Semaphore(2)  # each check takes 64 MB of memory

    async def check(self, login: str, password: str, host: str, known: str = "") -> Advisor | None:
        """Return the member of staff these belong to, if they may come in."""
        login = login.strip().casefold()
        async with self._patience.turn(login, known if self._came_before(login, known) else host) as tries:
            async with self._addresses.turn(host), self._hashing:
                advisor = self._find(login)
                stored = advisor.password_hash if advisor else self._nobody
                fits = await asyncio.to_thread(verify, stored, password)
            good = tries.count(fits and advisor is not None and not advisor.disabled)
            return advisor if good else None

    def _came_before(self, login: str, known: str) -> bool:
        advisor = self._find(login)
        return advisor is not None and known.startswith(f"{advisor.id}:")

    def _find(self, login: str) -> Advisor | None:
        with self._store.transaction() as tx:
            return next((each for each in tx.advisors() if each.login.casefold() == login), None)
