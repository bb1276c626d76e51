"""Passwords and sign-ins of staff."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.adapters.web.parts import Pause
from bot.services.ports import Advisor, Clock, StaffSession, Store

LIFETIME = timedelta(hours=12)
_FREE_TRIES, _LONGEST_PAUSE = 3, 16.0
_REMEMBERED = 10_000


def hash_password(password: str) -> str:
    """Return what may be stored of a password (argon2id)."""
    return PasswordHasher().hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Tell whether a password belongs to a stored hash."""
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def token_hash(token: str) -> str:
    """Return what is kept of a token that only its owner knows."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member of staff with the session they act in."""

    advisor: Advisor
    session: StaffSession


class Sessions:
    """Sign-ins, kept in the store; the cookie carries the token, the store its hash."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def open(self, advisor: Advisor) -> str:
        """Start a session and return its token."""
        token = secrets.token_urlsafe(32)
        expires = self._clock.now() + LIFETIME
        with self._store.transaction() as tx:
            tx.add_session(StaffSession(token_hash(token), advisor.id, secrets.token_urlsafe(32), expires))
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return who is signed in with a token; nobody once it expired or they were disabled."""
        if not token:
            return None
        with self._store.transaction() as tx:
            session = tx.session(token_hash(token), self._clock.now())
            advisors = tx.advisors() if session else []
        found = next((each for each in advisors if session and each.id == session.advisor_id and not each.disabled), None)
        return SignedIn(found, session) if found and session else None

    def close(self, token: str) -> None:
        """End a session."""
        with self._store.transaction() as tx:
            tx.drop_session(token_hash(token))


@dataclass(slots=True)
class _Tries:
    failed: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Door:
    """Checks login and password: unknown logins take as long as wrong passwords, failures slow down and never lock."""

    def __init__(self, store: Store, pause: Pause) -> None:
        self._store = store
        self._pause = pause
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()
        self._nobody = hash_password(secrets.token_hex())
        self._hashing = asyncio.Semaphore(2)  # each check takes 64 MB of memory

    async def check(self, login: str, password: str, host: str) -> Advisor | None:
        """Return the member of staff these belong to, if they may come in."""
        login = login.strip().casefold()
        tries = self._remember((login, host))
        async with tries.turn:
            if tries.failed >= _FREE_TRIES:
                await self._pause(min(_LONGEST_PAUSE, 2.0 ** (tries.failed - _FREE_TRIES)))
            advisor = self._find(login)
            async with self._hashing:
                fits = await asyncio.to_thread(verify, advisor.password_hash if advisor else self._nobody, password[:1000])
            if advisor is None or not fits or advisor.disabled:
                tries.failed += 1
                return None
            tries.failed = 0
            return advisor

    def _find(self, login: str) -> Advisor | None:
        with self._store.transaction() as tx:
            return next((each for each in tx.advisors() if each.login.casefold() == login), None)

    def _remember(self, who: tuple[str, str]) -> _Tries:
        tries = self._tries.setdefault(who, _Tries())
        self._tries.move_to_end(who)
        if len(self._tries) > _REMEMBERED:
            self._tries.popitem(last=False)
        return tries
