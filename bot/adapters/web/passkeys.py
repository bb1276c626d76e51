"""Passkeys: a device or a key store signs in for its owner, who shows it a finger, a face or a PIN."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.second_factor import ISSUER, first_codes, without_codes
from bot.adapters.web.security import Once, signed, unsigned
from bot.services.ports import Advisor, Clock, Passkey, Store, Transaction

T = TypeVar("T")
LONGEST_NAME = 60
ASKED_FOR = timedelta(minutes=10)
"""How long a challenge can be answered; the script asks for a new one before."""
_ALGORITHMS = (-8, -7, -257)
"""Ed25519, ECDSA with P-256, RSA: together they are what every authenticator has one of."""
_LONGEST = 20_000
"""Characters of an answer; real ones have about a thousand."""


class Passkeys:
    """Whoever unlocked one has shown possession and themselves: it lets in alone, or is the second step after a password.

    A challenge is bound to the browser it was made for and counts once. Checking is left to `webauthn`, which takes a quarter of
    a second to load, hence is loaded when somebody has an answer to check.
    """

    def __init__(self, store: Store, clock: Clock, secret: bytes, public_url: str) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._answered = Once()
        self.origin = _origin(public_url)
        self._host = urlsplit(self.origin).hostname or ""
        self.possible = self.origin.startswith("https://") or self._host == "localhost"
        """Browsers know passkeys only over https, and at localhost."""

    def here(self, request: Request) -> bool:
        """Tell whether a request comes by the address that passkeys are for."""
        return self.possible and request.headers.get("host") == urlsplit(self.origin).netloc

    def of(self, advisor: Advisor) -> list[Passkey]:
        """Return somebody's passkeys, oldest first."""
        with self._store.transaction() as tx:
            return tx.passkeys(advisor.id)

    def creation(self, who: SignedIn) -> str:
        """Return what the browser needs to make a passkey for somebody who is signed in."""
        me = who.advisor
        return json.dumps(
            {
                "rp": {"id": self._host, "name": ISSUER},
                "user": {"id": _text(me.id.encode()), "name": me.login, "displayName": me.name},
                "challenge": _text(self._challenge(who.session.token_hash)),
                "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in _ALGORITHMS],
                "excludeCredentials": [{"type": "public-key", "id": each.id} for each in self.of(me)],
                "authenticatorSelection": {
                    "residentKey": "required",
                    "requireResidentKey": True,
                    "userVerification": "required",
                },
                "attestation": "none",
            }
        )

    def request(self, browser: str, advisor: Advisor | None = None) -> str:
        """Return what the browser needs to use a passkey: one of somebody who gave their password, or any."""
        allowed = [] if advisor is None else [{"type": "public-key", "id": each.id} for each in self.of(advisor)]
        challenge = _text(self._challenge(browser))
        return json.dumps(
            {"challenge": challenge, "rpId": self._host, "allowCredentials": allowed, "userVerification": "required"}
        )

    def add(self, who: SignedIn, name: str, answer: str) -> list[str] | None:
        """Keep a passkey, and return recovery codes if there were none yet; None when the answer does not do."""
        me, now = who.advisor, self._clock.now()
        from webauthn import verify_registration_response

        made = self._checked(who.session.token_hash, answer, lambda **known: verify_registration_response(**known))
        if made is None:
            return None
        passkey = Passkey(_text(made.credential_id), me.id, name, made.credential_public_key, made.sign_count, now)
        with self._store.transaction() as tx:
            if tx.passkey(passkey.id) is not None:
                return None
            tx.keep_passkey(passkey)
            tx.audit(me.id, "passkey added", me.login, now)
            return first_codes(tx, me)

    def drop(self, advisor: Advisor, id: str) -> bool:
        """Forget somebody's passkey; False when they have none like that."""
        with self._store.transaction() as tx:
            found = tx.passkey(id)
            if found is None or found.advisor_id != advisor.id:
                return False
            tx.drop_passkey(id)
            without_codes(tx, advisor)
            tx.audit(advisor.id, "passkey removed", advisor.login, self._clock.now())
            return True

    def holder(self, browser: str, answer: str, expected: Advisor | None = None) -> Advisor | None:
        """Return who may come in with an answer: its passkey's owner, who has to be the expected one if there is one."""
        with self._store.transaction() as tx:
            passkey = tx.passkey(_id(answer))
            advisor = _owner(tx, passkey)
        if passkey is None or advisor is None or (expected is not None and expected.id != advisor.id):
            return None
        from webauthn import verify_authentication_response

        key: dict[str, Any] = {"credential_public_key": passkey.public_key, "credential_current_sign_count": passkey.uses}
        used = self._checked(browser, answer, lambda **known: verify_authentication_response(**key, **known))
        with self._store.transaction() as tx:
            if used is None or tx.passkey(passkey.id) != passkey or not _names(answer, advisor):
                tx.audit(advisor.id, "passkey refused", advisor.login, self._clock.now(), once_in=timedelta(hours=1))
                return None
            tx.keep_passkey(replace(passkey, uses=used.new_sign_count))
        return advisor

    def _challenge(self, browser: str) -> bytes:
        until = int((self._clock.now() + ASKED_FOR).timestamp())
        return signed(self._secret, f"passkey:{browser}", f"{until} {token_urlsafe(16)}").encode()

    def _checked(self, browser: str, answer: str, verify: Callable[..., T]) -> T | None:
        """Return what the library made of an answer to a challenge of this browser's; None when it does not do."""
        from webauthn.helpers.exceptions import WebAuthnException

        challenge = _challenge_in(answer)
        text = unsigned(self._secret, f"passkey:{browser}", challenge.decode(errors="replace"))
        if not browser or not text or int(text.partition(" ")[0]) < self._clock.now().timestamp():
            return None
        try:
            found = verify(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, OverflowError):
            return None  # whatever somebody made up: the library lets some of it through to its own parts
        return found if self._answered.first(text) else None


def _origin(public_url: str) -> str:
    """Return what browsers call the origin of an address; nothing when it is none."""
    try:
        parts = urlsplit(public_url)
        usual = {"https": 443, "http": 80}[parts.scheme]
        return f"{parts.scheme}://{parts.hostname}{'' if parts.port in (None, usual) else f':{parts.port}'}"
    except (ValueError, KeyError):
        return ""


def _owner(tx: Transaction, passkey: Passkey | None) -> Advisor | None:
    wanted = passkey.advisor_id if passkey else ""
    return next((each for each in tx.advisors() if each.id == wanted and not each.disabled), None)


def _id(answer: str) -> str:
    found = _read(answer).get("id")
    return found if isinstance(found, str) else ""


def _names(answer: str, advisor: Advisor) -> bool:
    """Tell whether an answer that says whose passkey it is names its owner."""
    named = _read(answer)["response"].get("userHandle")
    return named in (None, "", _text(advisor.id.encode()))


def _challenge_in(answer: str) -> bytes:
    try:
        client = json.loads(_bytes(_read(answer)["response"]["clientDataJSON"]))
        return _bytes(client["challenge"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return b""


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= _LONGEST else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
