"""Whatever people, the desk, the clock and restarts do: no time is two people's, and no time is free that somebody waits for."""

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.adapters.sqlite import SqliteStore, Vault
from bot.app import wire
from bot.core import dialogue, waitlist
from bot.core.agenda import cancelled_by_site
from bot.core.appointments import Appointment, Slot, Wish, free_slots
from bot.core.content import Content
from bot.core.hours import Hours
from bot.core.messages import Address, InboundMessage
from bot.core.network import AppointmentRule, Site
from bot.core.night import is_night
from bot.core.waiting import Waiting
from bot.services.ports import Transaction
from bot.services.waitlist import LOOK_EVERY, Waitlist
from tests.clock import FixedClock, Ids
from tests.core.examples import spans
from tests.services.fakes import BEATE

PEOPLE = ("amina", "oksana", "samir")
WHO = st.sampled_from(PEOPLE)
PICK = st.integers(0, 5)
SITE = "example-wedel"
ROUNDS = 20


def small(content: Content) -> Content:
    """The content with one site, which offers one time on four days of the week, and the desk a second place at each."""
    hours = Hours({day: spans("14:00-14:30") for day in (1, 2, 3, 4)})
    rule = AppointmentRule(hours, 30, 2, lead_hours=2, horizon_days=5, online=1)
    site = replace(content.network.sites[SITE], appointments=(rule,))
    return replace(content, network=content.network.only({SITE: site}))


class WaitingPeople(RuleBasedStateMachine):
    """The real dialogue, store and waiting list, without a messenger."""

    def __init__(self, content: Content) -> None:
        super().__init__()
        self.folder, self.clock, self.ids, self.content = Path(tempfile.mkdtemp()), FixedClock(), Ids(), content
        self.buttons: dict[str, list[str]] = {who: [] for who in PEOPLE}
        self._open()

    def _open(self) -> None:
        self.store = SqliteStore(self.folder, Vault(b"k" * 32))
        self.store.db.conn.execute("PRAGMA synchronous = OFF").fetchall()
        self.parts = wire(self.store, self.content, self.clock, self.ids)
        self.ida = replace(BEATE, agency=self._site().agency)
        self.waitlist = Waitlist(self.store, lambda: self.content, self.parts.turns, self.parts.live, self.clock)

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @initialize()
    def arrive(self) -> None:
        """Nothing is free, and somebody waits."""
        for who in PEOPLE:
            self._press(who, "lang:de", "consent:yes")
        for who in ("amina", "oksana", "amina", "oksana"):
            self.book(who, 0)
        self.wait("samir")

    # --- What people do

    @rule(who=WHO)
    def wait(self, who: str) -> None:
        self._press(who, f"book:wait:{SITE}")

    @rule(who=WHO, pick=PICK)
    def wait_for_earlier(self, who: str, pick: int) -> None:
        if own := self._own(who):
            self._press(who, f"book:move:{own[pick % len(own)].id}", f"book:earlier:{SITE}")

    @rule(who=WHO, pick=PICK)
    def book(self, who: str, pick: int) -> None:
        with self.store.transaction() as tx:
            free = self._free(tx)
        if free:
            about = f"{SITE}:{free[pick % len(free)].start:%Y%m%d%H%M}"
            self._press(who, f"book:site:{SITE}", f"book:time:{about}", f"book:yes:{about}")

    @rule(who=WHO, pick=PICK)
    def cancel(self, who: str, pick: int) -> None:
        if own := self._own(who):
            self._press(who, f"book:drop:{own[pick % len(own)].id}")

    @rule(who=WHO, pick=PICK, twice=st.booleans())
    def answer(self, who: str, pick: int, twice: bool) -> None:
        """Press any button that was ever under a question, the newest ones as well as old ones."""
        known = self.buttons[who]
        if known:
            self._press(who, *[known[-1 - pick % len(known)]] * (1 + twice))

    # --- What happens

    @rule(who=WHO, pick=PICK)
    def the_desk_cancels(self, who: str, pick: int) -> None:
        if own := self._own(who):
            now, appointment = self.clock.now(), own[pick % len(own)]
            with self.store.transaction() as tx:
                conversation = tx.conversation(appointment.conversation_id)
                assert conversation is not None
                situation = self.parts.turns.situation(tx, conversation, now)
                self.parts.turns.store(tx, cancelled_by_site(situation, appointment, self._site()), now)
            self._settle()

    @rule(pick=PICK, time=PICK)
    def the_desk_offers(self, pick: int, time: int) -> None:
        with self.store.transaction() as tx:
            entries = tx.waiting_at([SITE])
        if entries:
            id = entries[pick % len(entries)].id
            slots = self.parts.offering.choice(self.ida, id).slots
            for _ in range(2 if slots else 0):
                self.parts.offering.offer(self.ida, id, slots[time % len(slots)].start)
            self._settle()

    @rule(minutes=st.sampled_from([5, 20, 125, 600]))
    def time_passes(self, minutes: int) -> None:
        self.clock.time += timedelta(minutes=minutes)
        self._settle()
        # What got free without anybody's doing is found at the next look.
        self.clock.time += LOOK_EVERY
        self._settle()
        if not is_night(self.clock.now()):
            self._nobody_waits_for_what_is_free()

    @rule()
    def restart(self) -> None:
        self.store.close()
        self._open()

    # --- What must hold

    def _nobody_waits_for_what_is_free(self) -> None:
        now = self.clock.now()
        with self.store.transaction() as tx:
            for entry in tx.waiting_at([SITE]):
                conversation = tx.conversation(entry.conversation_id)
                assert conversation is not None
                situation = self.parts.turns.situation(tx, conversation, now)
                assert waitlist.find(situation, entry, self._site(), self._free(tx)) is None
                assert entry.until > now or entry.open, "waiting has an end"

    @invariant()
    def no_time_is_two_peoples(self) -> None:
        now = self.clock.now()
        with self.store.transaction() as tx:
            slots = [each.slot for who in PEOPLE for each in tx.appointments(who) if each.status == "booked"]
            slots += [hold.slot for who in PEOPLE if (hold := tx.hold_of(who)) and hold.expires_at > now]
        taken = [(slot.resource, *pair) for slot in slots for pair in slot.cells]
        assert len(taken) == len(set(taken))

    @invariant()
    def an_open_question_ends_by_itself(self) -> None:
        with self.store.transaction() as tx:
            due = {timer.fence for timer in tx.due_timers(self.clock.now() + timedelta(days=2)) if timer.kind == "answer"}
            entries = tx.waiting_at([SITE])
        for entry in entries:
            assert entry.open is None or entry.open in due
            assert len(entry.asked) == len(set(entry.asked))
            assert entry.appointment is None or self._is_booked(entry)

    def _is_booked(self, entry: Waiting) -> bool:
        with self.store.transaction() as tx:
            found = tx.appointment(entry.appointment or "")
        return found is not None and found.status == "booked"

    # --- Small steps

    def _press(self, who: str, *choices: str) -> None:
        for choice in choices:
            self.clock.advance(seconds=10)
            now, address = self.clock.now(), Address("telegram", who)
            message = InboundMessage("telegram", self.ids(), address, now, choice=choice)
            with self.store.transaction() as tx:
                situation = self.parts.turns.situation(tx, tx.conversation_at(address, now, who), now)
                self.parts.turns.store(tx, dialogue.respond(situation, message), now, message)
        self._settle()

    def _settle(self) -> None:
        """Do what is due, as often as something is."""
        for _ in range(ROUNDS):
            with self.store.transaction() as tx:
                due = [each for each in tx.due_timers(self.clock.now()) if each.kind in ("vacancy", "answer", "waiting")]
            if not due:
                break
            for timer in due:
                self.waitlist.fire(timer)
        else:
            raise AssertionError("it never comes to rest")
        with self.store.transaction() as tx:
            for who in PEOPLE:
                lines = tx.transcript(who, limit=5)
                ids = [choice.id for line in lines if line.message for row in line.message.choices for choice in row]
                self.buttons[who] += [id for id in ids if ":accept:" in id or ":refuse:" in id or ":leave:" in id]

    def _own(self, who: str) -> list[Appointment]:
        with self.store.transaction() as tx:
            return [each for each in tx.appointments(who) if each.ahead(self.clock.now())]

    def _free(self, tx: Transaction) -> list[Slot]:
        now, holidays = self.clock.now(), self.content.network.holidays
        wish = Wish("everyday", "de")
        return free_slots(self._site(), now, holidays, lambda whose, start, end: tx.taken(whose, start, end, now, ""), wish)

    def _site(self) -> Site:
        return self.content.network.sites[SITE]


def test_no_time_is_two_peoples_and_none_is_free_that_somebody_waits_for(content: Content) -> None:
    class Here(WaitingPeople):
        def __init__(self) -> None:
            super().__init__(small(content))

    choosing = settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
    run_state_machine_as_test(Here, settings=choosing)
