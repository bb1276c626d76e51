"""What advisors and the coordination do with cases beside answering: pass on, release, share, ask for advice, stand in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.core import cases, notices
from bot.core.cases import Case, Mark
from bot.core.content import Content
from bot.core.network import Site
from bot.core.roles import opens
from bot.core.talk import Situation, Turn
from bot.core.text import fold
from bot.services import duties
from bot.services.access import READING, Forbidden, conversation_of, own
from bot.services.desk import MAX_REPLY, Desk
from bot.services.ports import Advisor, Clock, HistoryLine, Note, NoteKind, Store, Transaction
from bot.services.team import advises, on_duty
from bot.services.turns import Turns

MAX_LABEL, MAX_LABELS = 40, 12


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague as the team's page shows them: how many cases they carry, and whether they are here today."""

    advisor: Advisor
    cases: int
    here: bool


class Casework:
    """Beside the desk, whose rules hold here as well: nobody touches another agency's cases."""

    def __init__(
        self,
        store: Store,
        content: Callable[[], Content],
        turns: Turns,
        desk: Desk,
        clock: Clock,
        absences: Callable[[], None] = lambda: None,
    ) -> None:
        """`absences` is told when somebody's absence changed: it closes their own times."""
        self._store = store
        self._content = content
        self._turns = turns
        self._desk = desk
        self._clock = clock
        self._absences = absences

    def transfer(self, advisor: Advisor, case_id: str, site_id: str, note: str) -> Case:
        """Pass a case to another site, with a note for whoever takes it; for another agency's the newcomer is asked first.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
            ValueError: there is no note, or no such other site.
        """
        note = _written(note)
        site = self._content().network.sites.get(site_id)
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            if site is None or site.id == case.site:
                raise ValueError("another site is needed")
            if site.agency == case.agency:
                return self._move(tx, advisor, case, site, note)
            asked = cases.propose(case, site.id, note, advisor.id)
            return self._tell(tx, asked, f"pass_asked:{site.id}", advisor, lambda situation: notices.may_pass(situation, site))

    def release(self, advisor: Advisor, case_id: str) -> Case:
        """Put one's own case back into the queue.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or nobody.
        """
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            if case.advisor != advisor.id:
                raise cases.CaseError("not_yours", case.advisor)
            return self._release(tx, case, advisor)

    def reopen(self, advisor: Advisor, case_id: str) -> Case:
        """Take up a closed case again; the advisor has it, and the newcomer is told.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: it is open, was closed too long ago, or the person talks to somebody else or took their consent back.
        """
        now = self._clock.now()
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            reopened = cases.claim(cases.reopen(case, now, None), advisor.id, now)
            if tx.open_case(case.contact_id) is not None:
                raise cases.CaseError("taken")
            if not conversation_of(tx, case).keeps:
                raise cases.CaseError("closed")
            return self._tell(tx, reopened, "reopened", advisor, lambda it: notices.taken(it, reopened, advisor.name))

    def join(self, advisor: Advisor, case_id: str, colleague_id: str) -> Case:
        """Take a colleague in, to advise together.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: it is closed.
            ValueError: there is no such colleague.
        """
        return self._keep(
            advisor,
            case_id,
            lambda tx, case: cases.join(case, _colleague(tx, advisor, colleague_id).id),
            f"joined:{colleague_id}",
        )

    def label(self, advisor: Advisor, case_id: str, labels: Iterable[str]) -> Case:
        """Give a case these labels instead of the ones it has.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody changed it meanwhile.
        """
        clean = list(dict.fromkeys(text for label in labels if (text := label.strip()[:MAX_LABEL])))
        return self._keep(advisor, case_id, lambda tx, case: replace(case, labels=tuple(clean[:MAX_LABELS])))

    def settle(self, advisor: Advisor, case_id: str, mark: Mark) -> Case:
        """Take a mark from a case: the emergency is dealt with, the call was made. The newcomer is not told.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            CaseError: somebody else has it, or it is closed.
        """
        return self._keep(advisor, case_id, lambda tx, case: cases.settle(case, mark, advisor.id), f"settled_{mark}")

    def aside(self, advisor: Advisor, case_id: str, text: str, kind: NoteKind, form: str = "") -> None:
        """Write beside the conversation, where the newcomer reads nothing.

        A question to the coordination; a reply that somebody who speaks the language is to read first; an answer to such a note.
        By one form of a page once, however often that comes.

        Raises:
            Forbidden: it is not a case of the advisor's agency.
            ValueError: the text is empty or too long.
        """
        text = _written(text)

        def noted(tx: Transaction, case: Case) -> Case:
            if not tx.add_note(Note(case.id, advisor.id, self._clock.now(), text, kind), form):
                return case
            return cases.flag(case, "asked") if kind != "answer" else cases.unflag(case, "asked")

        self._keep(advisor, case_id, noted)

    def reassign(self, coordinator: Advisor, case_ids: Iterable[str], colleague_id: str) -> list[Case]:
        """Give several cases to one colleague, whoever has them; a closed one is left as it is.

        Raises:
            Forbidden: the advisor coordinates nothing, or a case is another agency's.
            ValueError: there is no such colleague, or they are away.
        """
        if not coordinates(coordinator):
            raise Forbidden(coordinator.id)
        with self._store.transaction() as tx:
            colleague = _colleague(tx, coordinator, colleague_id)
            if not on_duty(colleague, self._clock.now()):
                raise ValueError("who is away gets no cases")
            chosen = [own(tx, coordinator, each) for each in dict.fromkeys(case_ids)]
            others = [each for each in chosen if each.open and each.advisor != colleague.id]
            return [self._entrust(tx, each, colleague, coordinator) for each in others]

    def search(self, advisor: Advisor, words: str) -> set[str]:
        """Return one's own cases, closed ones included, in which all these words stand: in what was said, noted or labelled.

        The coordination searches all cases of the agency, which the audit log notes.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        wanted = fold(words).split()
        with self._store.transaction() as tx:
            every = [*tx.cases(advisor.agency), *tx.cases(advisor.agency, closed=True)]
            mine = [each for each in every if coordinates(advisor) or advisor.id in (each.advisor, *each.joined)]
            if coordinates(advisor):
                tx.audit(advisor.id, "searched", f"cases of {advisor.agency}", self._clock.now(), once_in=READING)
            texts = {each.id: fold(" ".join(_texts_of(tx, each, self._desk.notes(tx, advisor, each)))) for each in mine}
        return {id for id, text in texts.items() if all(word in text for word in wanted)}

    def team(self, advisor: Advisor) -> list[Member]:
        """Return the agency's people.

        Raises:
            Forbidden: the advisor was disabled, or only edits content.
        """
        if not advises(advisor):
            raise Forbidden(advisor.id)
        now = self._clock.now()
        with self._store.transaction() as tx:
            counts = tx.case_counts()
            people = [each for each in tx.advisors() if each.agency == advisor.agency and advises(each)]
        return [Member(each, sum(one.cases for one in counts if one.advisor == each.id), on_duty(each, now)) for each in people]

    def away(self, advisor: Advisor, member_id: str, until: date | None, deputy_id: str | None = None) -> None:
        """Note until when somebody is away (None: they are back). Their cases go to the deputy, else to the team.

        Raises:
            Forbidden: only oneself and the coordination may do that.
            ValueError: there is no such colleague.
        """
        if member_id != advisor.id and not coordinates(advisor):
            raise Forbidden(member_id)
        with self._store.transaction() as tx:
            member = _colleague(tx, advisor, member_id)
            deputy = _colleague(tx, advisor, deputy_id) if deputy_id else None
            if deputy is not None and (deputy.id == member.id or not on_duty(deputy, self._clock.now())):
                raise ValueError("the deputy must be somebody who is here")
            tx.add_advisor(replace(member, away_until=until, deputy=deputy.id if deputy else None))
            if until is not None:
                self.depart(tx, member, deputy, advisor)
        self._absences()

    def leave(self, member: Advisor) -> int:
        """Release all cases of somebody who has left; return how many."""
        with self._store.transaction() as tx:
            return self.depart(tx, member)

    def depart(self, tx: Transaction, member: Advisor, deputy: Advisor | None = None, by: Advisor | None = None) -> int:
        """Give all cases of somebody who leaves to a deputy, else back to the queue, within a transaction; return how many."""
        held = [each for each in tx.cases(member.agency) if each.advisor == member.id]
        for case in held:
            if deputy is not None:
                self._entrust(tx, case, deputy, by or deputy)
            else:
                self._release(tx, case, by)
        return len(held)

    def _move(self, tx: Transaction, advisor: Advisor, case: Case, site: Site, note: str) -> Case:
        promise = self._content().network.promise(site, self._clock.now())
        moved = cases.transfer(case, site.agency, site.id, self._clock.now(), promise, advisor.id)
        tx.add_note(Note(case.id, advisor.id, self._clock.now(), note, "transfer"))
        what = f"transferred:{site.id}"
        stored = self._tell(tx, moved, what, advisor, lambda situation: notices.transferred(situation, moved))
        duties.alert(tx, moved, self._clock.now())
        return stored

    def _release(self, tx: Transaction, case: Case, by: Advisor | None) -> Case:
        site, now = self._content().network.sites.get(case.site), self._clock.now()
        released = cases.release(case, now, self._content().network.promise(site, now) if site else None)
        stored = self._tell(tx, released, "released", by, lambda situation: notices.released(situation, released))
        duties.alert(tx, released, now)
        return stored

    def _entrust(self, tx: Transaction, case: Case, colleague: Advisor, by: Advisor) -> Case:
        given = cases.entrust(case, colleague.id, self._clock.now())
        what = f"entrusted:{colleague.id}"
        return self._tell(tx, given, what, by, lambda situation: notices.taken(situation, given, colleague.name))

    def _keep(self, advisor: Advisor, case_id: str, change: Callable[[Transaction, Case], Case], what: str | None = None) -> Case:
        """Store what changes about a case for staff alone, and note who did what."""
        with self._store.transaction() as tx:
            case = own(tx, advisor, case_id)
            changed = change(tx, case)
            if changed is not case:
                self._desk.change(tx, changed)
                if what is not None:
                    tx.add_history(HistoryLine(case.id, self._clock.now(), what, advisor.id))
            conversation = conversation_of(tx, case)
        self._desk.touch(case, conversation)
        return changed

    def _tell(self, tx: Transaction, case: Case, what: str, by: Advisor | None, notice: Callable[[Situation], Turn]) -> Case:
        """Store a changed case, note who did what, and tell the newcomer."""
        now = self._clock.now()
        self._desk.change(tx, case)
        tx.add_history(HistoryLine(case.id, now, what, by.id if by else None))
        self._desk.touch(case, self._turns.tell(tx, conversation_of(tx, case), case.id, now, notice))
        return replace(case, version=case.version + 1)


def coordinates(advisor: Advisor) -> bool:
    """Tell whether somebody may give cases to others."""
    return advises(advisor) and opens(advisor.role, "coordination")


def _colleague(tx: Transaction, advisor: Advisor, colleague_id: str) -> Advisor:
    found = next((each for each in tx.advisors() if each.id == colleague_id and each.agency == advisor.agency), None)
    if found is None or not advises(found):
        raise ValueError(f"no colleague {colleague_id!r}")
    return found


def _texts_of(tx: Transaction, case: Case, notes: Iterable[Note]) -> list[str]:
    """Return everything readable of a case."""
    lines = tx.transcript(case.conversation_id, case_id=case.id)
    said = [text for line in lines for text in (line.text, line.translation, line.message and line.message.original) if text]
    return [str(case.number), case.question, case.place or "", *case.labels, *said, *(note.text for note in notes)]


def _written(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= MAX_REPLY:
        raise ValueError(f"a note has 1 to {MAX_REPLY} characters")
    return text
