"""What can be done with a case beside answering: the actions, and what their forms offer."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import FormData

from bot.adapters.web.auth import SignedIn
from bot.adapters.web.parts import WebParts
from bot.adapters.web.staff import mark_of
from bot.core.cases import MARKS, Case, reopenable
from bot.services.casework import coordinates
from bot.services.ports import Advisor

Act = Callable[[SignedIn, str, FormData], None]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list in a form."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What an advisor may do with a case now, and with whom."""

    own_sites: list[Option]
    other_sites: list[Option]
    colleagues: list[Option]
    may_act: bool
    may_release: bool
    may_reopen: bool
    may_entrust: bool
    may_answer_requests: bool
    asked_to_pass: str


def actions(parts: WebParts) -> dict[str, Act]:
    """Return what the forms do, by name."""
    work = parts.casework

    def transfer(who: SignedIn, case: str, form: FormData) -> None:
        work.transfer(who.advisor, case, _field(form, "site"), _field(form, "text"))

    def release(who: SignedIn, case: str, form: FormData) -> None:
        work.release(who.advisor, case)

    def reopen(who: SignedIn, case: str, form: FormData) -> None:
        work.reopen(who.advisor, case)

    def join(who: SignedIn, case: str, form: FormData) -> None:
        work.join(who.advisor, case, _field(form, "colleague"))

    def entrust(who: SignedIn, case: str, form: FormData) -> None:
        work.reassign(who.advisor, [case], _field(form, "colleague"))

    def label(who: SignedIn, case: str, form: FormData) -> None:
        work.label(who.advisor, case, _field(form, "labels").split(","))

    def settle(who: SignedIn, case: str, form: FormData) -> None:
        for mark in MARKS:
            if mark == form.get("mark"):
                work.settle(who.advisor, case, mark)

    def ask(who: SignedIn, case: str, form: FormData) -> None:
        work.aside(who.advisor, case, _field(form, "text"), "question", mark_of(who, form))

    def advise(who: SignedIn, case: str, form: FormData) -> None:
        work.aside(who.advisor, case, _field(form, "text"), "answer", mark_of(who, form))

    def interpret(who: SignedIn, case: str, form: FormData) -> None:
        work.aside(who.advisor, case, _field(form, "text"), "interpret", mark_of(who, form))
        parts.drafts.keep(who.advisor, case, _field(form, "text"))

    made = (transfer, release, reopen, join, entrust, label, settle, ask, advise, interpret)
    return {act.__name__: act for act in made}


def offers(parts: WebParts, me: Advisor, case: Case) -> Offers:
    """Return what the forms of a case offer to an advisor."""
    network = parts.content().network
    elsewhere = [site for site in network.sites.values() if site.id != case.site]
    own = [Option(site.id, site.name) for site in elsewhere if site.agency == case.agency]
    other = [Option(s.id, f"{s.name} · {network.agencies[s.agency].name}") for s in elsewhere if s.agency != case.agency]
    team = [
        Option(each.advisor.id, each.advisor.name) for each in parts.casework.team(me) if each.here and each.advisor.id != me.id
    ]
    asked = case.proposal.site if case.proposal else ""
    return Offers(
        own_sites=own,
        other_sites=other,
        colleagues=team,
        may_act=case.open and (case.advisor is None or me.id in (case.advisor, *case.joined)),
        may_release=case.open and case.advisor == me.id,
        may_reopen=reopenable(case, parts.clock.now()),
        may_entrust=case.open and coordinates(me),
        may_answer_requests=coordinates(me),
        asked_to_pass=network.sites[asked].name if asked in network.sites else asked,
    )


def _field(form: FormData, name: str) -> str:
    return str(form.get(name, "")).replace("\r\n", "\n")
