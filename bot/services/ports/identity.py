"""Signing in elsewhere: at a provider that the agencies use already."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol


class ProviderError(Exception):
    """The provider cannot be asked, or what it says does not hold; the message says which, without the person."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One visit to the provider: what binds its answer to the browser that went there, and the address to come back to."""

    state: str
    nonce: str
    verifier: str
    back: str


class IdentityProvider(Protocol):
    """Knows members of staff by a number of its own and by their e-mail address."""

    async def address(self, errand: Errand) -> str:
        """Return where a browser goes to sign in.

        Raises:
            ProviderError: the provider cannot be asked.
        """

    async def identities(self, errand: Errand, code: str) -> Collection[str]:
        """Return what somebody who came back with a code is known by: the provider's number, and a verified e-mail address.

        Raises:
            ProviderError: the provider cannot be asked, or its answer is not for this errand.
        """
