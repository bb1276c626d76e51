"""The second step of signing in: codes of an authenticator app (TOTP), and recovery codes for when it is lost."""

import re
import secrets
from dataclasses import replace
from datetime import timedelta

import segno
from pyotp import TOTP, random_base32

from bot.adapters.web.auth import Patience
from bot.adapters.web.parts import Pause
from bot.adapters.web.security import same, signed, unsigned
from bot.services.members import ways
from bot.services.ports import Advisor, Clock, SecondFactor, Store, Transaction

ISSUER = "Wegweiser"
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on paper."""
_DRIFT = 1
"""Half minutes that a clock may be ahead or behind."""
_TICKET = timedelta(minutes=10)


class SecondFactors:
    """Each code counts once; failures slow down and never lock, for a browser somebody came in with before apart from others."""

    def __init__(self, store: Store, clock: Clock, pause: Pause, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret
        self._patience = Patience(pause)

    def active(self, advisor: Advisor) -> bool:
        """Tell whether somebody has an app that makes codes."""
        return (factor := self._factor(advisor)) is not None and factor.confirmed

    def ways(self, advisor: Advisor) -> int:
        """Return how many things somebody has as second step: with any, a password alone does not let them in."""
        with self._store.transaction() as tx:
            return ways(tx, advisor.id)

    def left(self, advisor: Advisor) -> int:
        """Return how many recovery codes somebody has left."""
        with self._store.transaction() as tx:
            return tx.recovery_codes(advisor.id)

    def begin(self, advisor: Advisor) -> bool:
        """Make a secret, which counts once a code of it was given; False when somebody has a second factor already."""
        with self._store.transaction() as tx:
            factor = tx.second_factor(advisor.id)
            if factor is not None and factor.confirmed:
                return False
            tx.keep_second_factor(SecondFactor(advisor.id, random_base32()))
            return True

    def picture(self, advisor: Advisor) -> tuple[str, str] | None:
        """Return a secret that waits for its first code: as the address of a QR code, and to type; None when none does."""
        factor = self._factor(advisor)
        if factor is None or factor.confirmed:
            return None
        link = TOTP(factor.secret).provisioning_uri(name=advisor.login, issuer_name=ISSUER)
        groups = re.findall(".{4}", factor.secret)
        return segno.make(link, error="m").svg_data_uri(scale=4, light="#fff"), " ".join(groups)

    def confirm(self, advisor: Advisor, code: str) -> list[str]:
        """Turn a second factor on with its first code, and return the recovery codes; none when the code is wrong."""
        now = self._clock.now()
        with self._store.transaction() as tx:
            factor = tx.second_factor(advisor.id)
            step = self._step(factor, code) if factor and not factor.confirmed else None
            if factor is None or step is None:
                return []
            tx.keep_second_factor(replace(factor, confirmed=True, last_step=step))
            tx.audit(advisor.id, "second factor on", advisor.login, now)
            return _new_codes(tx, advisor)

    def renew(self, advisor: Advisor) -> list[str]:
        """Return new recovery codes; the ones before do not count any more."""
        with self._store.transaction() as tx:
            tx.audit(advisor.id, "recovery codes new", advisor.login, self._clock.now())
            return _new_codes(tx, advisor)

    def drop(self, advisor: Advisor) -> None:
        """Turn somebody's second factor off."""
        with self._store.transaction() as tx:
            if tx.drop_second_factor(advisor.id):
                without_codes(tx, advisor)
                tx.audit(advisor.id, "second factor off", advisor.login, self._clock.now())

    async def check(self, advisor: Advisor, code: str, known: str = "") -> bool:
        """Tell whether a code counts, and use it up. Of a login one code is tried at a time, wherever it comes from."""
        place = known if known.startswith(f"{advisor.id}:") else ""
        async with self._patience.turn(advisor.id, place) as tries:
            return tries.count(self._use(advisor, _plain(code)))

    def ticket(self, advisor: Advisor) -> str:
        """Return what proves for ten minutes that somebody gave the right password."""
        until = int((self._clock.now() + _TICKET).timestamp())
        return signed(self._secret, _purpose(advisor), f"{advisor.id} {until}")

    def holder(self, ticket: str) -> Advisor | None:
        """Return who gave the right password; nobody when that was long ago, or the password changed since."""
        advisor_id = ticket.partition(" ")[0]
        with self._store.transaction() as tx:
            advisor = next((each for each in tx.advisors() if each.id == advisor_id and not each.disabled), None)
        text = unsigned(self._secret, _purpose(advisor), ticket) if advisor else ""
        return advisor if text and self._clock.now().timestamp() < int(text.partition(" ")[2]) else None

    def _factor(self, advisor: Advisor) -> SecondFactor | None:
        with self._store.transaction() as tx:
            return tx.second_factor(advisor.id)

    def _use(self, advisor: Advisor, code: str) -> bool:
        now = self._clock.now()
        with self._store.transaction() as tx:
            factor = tx.second_factor(advisor.id)
            step = self._step(factor, code) if factor and factor.confirmed else None
            if factor is not None and step is not None:
                tx.keep_second_factor(replace(factor, last_step=step))
                return True
            used = tx.use_recovery_code(advisor.id, code)
            # The password was right: whoever reads the log should know of it.
            what = "recovery code used" if used else "second factor wrong"
            tx.audit(advisor.id, what, advisor.login, now, once_in=timedelta(0) if used else timedelta(hours=1))
            return used

    def _step(self, factor: SecondFactor, code: str) -> int | None:
        """Return the half minute a code belongs to, if it did not count before."""
        app = TOTP(factor.secret)
        present = int(self._clock.now().timestamp()) // app.interval
        steps = (step for step in range(present - _DRIFT, present + _DRIFT + 1) if step > factor.last_step)
        return next((step for step in steps if same(app.generate_otp(step), _plain(code))), None)


def _purpose(advisor: Advisor) -> str:
    return f"password given:{advisor.password_hash}"


def first_codes(tx: Transaction, advisor: Advisor) -> list[str]:
    """Return recovery codes for somebody who has none (left)."""
    return [] if tx.recovery_codes(advisor.id) else _new_codes(tx, advisor)


def without_codes(tx: Transaction, advisor: Advisor) -> None:
    """Forget the recovery codes of somebody to whom nothing is left that they could stand in for."""
    if not ways(tx, advisor.id):
        tx.keep_recovery_codes(advisor.id, ())


def _new_codes(tx: Transaction, advisor: Advisor) -> list[str]:
    codes = _recovery_codes()
    tx.keep_recovery_codes(advisor.id, map(_plain, codes))
    return codes


def _recovery_codes() -> list[str]:
    return ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).casefold()[:40]
