"""A passkey in software: makes and uses keys as a browser's does, honestly or not."""

import hashlib
import html
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from tests.adapters.web.conftest import PASSWORD, Browser

ORIGIN = "https://wegweiser.test"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One key; what it says of itself can be changed before it is used."""

    id: bytes = b"a-key-of-beates-telephone"
    origin: str = ORIGIN
    host: str = "wegweiser.test"
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    counts: bool = True
    owner: str = ""
    _key: Any = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """Answer a page that wants a new passkey."""
        self.owner = options["user"]["id"]
        numbers = self._key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        known = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        attested = self._data(self.flags | ATTESTED) + known
        attestation = {"fmt": "none", "attStmt": {}, "authData": attested}
        return self._answer("webauthn.create", options, {"attestationObject": text(cbor2.dumps(attestation))})

    def get(self, options: dict[str, Any]) -> str:
        """Answer a page that asks for a passkey."""
        self.uses += self.counts
        data = self._data(self.flags)
        client = self._client("webauthn.get", options)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        said = {"authenticatorData": text(data), "signature": text(signature), "userHandle": self.owner}
        return self._answer("webauthn.get", options, said)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, options: dict[str, Any], response: dict[str, str]) -> str:
        client = {"clientDataJSON": text(self._client(kind, options))}
        own = {"id": text(self.id), "rawId": text(self.id), "type": "public-key"}
        return json.dumps({**own, "response": response | client})


def asked(browser: Browser) -> dict[str, Any]:
    """Return what the page a browser looks at wants of a passkey."""
    found = re.search(r'data-options="([^"]*)"', browser.html)
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


async def add(browser: Browser, key: Authenticator, name: str = "Diensthandy") -> int:
    """Add a passkey as somebody who is signed in; return the status."""
    await browser.look("/console/me")
    form = {"do": "passkey", "name": name, "password": PASSWORD}
    return (await browser.press("/console/me", None, answer=key.create(asked(browser)), **form)).status_code


async def use(browser: Browser, key: Authenticator) -> int:
    """Sign in with a passkey on the page a browser looks at; return the status."""
    hidden = {name: html.unescape(value) for name, value in re.findall(r'name="(ticket|next)" value="([^"]*)"', browser.html)}
    return (await browser.press("/console/sign-in/passkey", None, answer=key.get(asked(browser)), **hidden)).status_code


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def read(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")
