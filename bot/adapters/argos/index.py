"""The list of packages that can be downloaded: what is in it, and which of them lead from one language to another."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.adapters.argos.packages import NO_MODELS, PackageError, languages

PUBLIC = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
_LARGEST = 10 * 1024**2
_PIVOT = "en"


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that can be downloaded, from any of its links."""

    source: str
    target: str
    version: str
    links: tuple[str, ...]

    @property
    def pair(self) -> str:
        """Return both languages as one word."""
        return f"{self.source}-{self.target}"

    @property
    def name(self) -> str:
        """Return pair and version."""
        return f"{self.pair} {self.version}"


def read_index(client: httpx.Client, url: str = PUBLIC) -> list[Offer]:
    """Fetch the list; entries that are no translation package are left out.

    Raises:
        PackageError: it cannot be fetched, or is no list of packages.
    """
    content = bytearray()
    try:
        with client.stream("GET", url) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _LARGEST:
                    raise PackageError(f"{url} is too large for a list of packages.")
    except httpx.HTTPStatusError as error:
        status = f"{error.response.status_code} {error.response.reason_phrase}".strip()
        raise PackageError(f"The list of packages is not at {url} ({status}). Name another with --index.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PackageError(f"The list of packages cannot be fetched from {url}: {error or type(error).__name__}.") from None
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError):
        entries = None
    offers = [offer for each in entries if (offer := _offer(each))] if isinstance(entries, list) else []
    if not offers:
        raise PackageError(f"{url} is no list of Argos packages. Name another with --index.")
    return offers


def _offer(entry: Any) -> Offer | None:
    if not isinstance(entry, dict) or entry.get("type", "translate") != "translate":
        return None
    named = languages(f"{entry.get('from_code')}-{entry.get('to_code')}")
    links = entry.get("links")
    if named is None or not isinstance(links, list):
        return None
    usable = tuple(each for each in links if isinstance(each, str) and each.startswith(("https://", "http://")))
    return Offer(*named, str(entry.get("package_version", "")), usable) if usable else None


def find(offers: Sequence[Offer], pair: str) -> Offer:
    """Return the newest package of a pair such as "de-en".

    Raises:
        PackageError: there is none; the message says what leads there instead.
    """
    named = languages(pair)
    if named is None:
        raise PackageError(f"{pair!r} is no pair of languages, write for example de-en.")
    found = [each for each in offers if (each.source, each.target) == named]
    if not found:
        raise PackageError(_instead(offers, *named))
    return max(found, key=lambda each: [int(number) for number in re.findall(r"\d+", each.version)])


def _instead(offers: Sequence[Offer], source: str, target: str) -> str:
    without = [code for code in (source, target) if code in NO_MODELS]
    if without:
        names = " and ".join(f"{NO_MODELS[code]} ({code})" for code in without)
        return f"There is no Argos model for {names}: people get the texts that people wrote, or the original."
    lacking = f"The list has no package {source}-{target}"
    if _PIVOT in (source, target):
        codes = sorted({each.source for each in offers} | {each.target for each in offers})
        return f"{lacking}. It knows these languages: {', '.join(codes)}."
    hops = (f"{source}-{_PIVOT}", f"{_PIVOT}-{target}")
    absent = [each for each in hops if each not in {offer.pair for offer in offers}]
    if absent:
        return f"{lacking}, and no way through English either: {' and '.join(absent)} is missing too."
    return f"{lacking}. Through English these two lead there: wegweiser models download {' '.join(hops)}"
