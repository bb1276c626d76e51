"""How members of staff come in: second factors with recovery codes, invitations."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter

from bot.adapters.sqlite.records import decode, dump, encode, load, number
from bot.adapters.sqlite.section import Section
from bot.services.ports import Invite, SecondFactor

_INVITE = TypeAdapter(Invite)


class SignIns(Section):
    """Secrets are sealed; of recovery codes and of links there is only what tells them."""

    def second_factor(self, advisor_id: str) -> SecondFactor | None:
        """Return somebody's second factor, confirmed or not."""
        row = self.db.execute(
            "SELECT sealed, confirmed, last_step FROM second_factor WHERE advisor_id = ?", (advisor_id,)
        ).fetchone()
        if row is None:
            return None
        secret = decode(self.keys.unseal_shared(f"second_factor:{advisor_id}", row[0]))
        return SecondFactor(advisor_id, secret, bool(row[1]), row[2])

    def keep_second_factor(self, factor: SecondFactor) -> None:
        """Store a second factor instead of the one before."""
        sealed = self.keys.seal_shared(f"second_factor:{factor.advisor_id}", encode(factor.secret))
        self.db.execute(
            "INSERT OR REPLACE INTO second_factor (advisor_id, confirmed, last_step, sealed) VALUES (?, ?, ?, ?)",
            (factor.advisor_id, factor.confirmed, factor.last_step, sealed),
        )

    def drop_second_factor(self, advisor_id: str) -> bool:
        """Forget a second factor and its recovery codes; False when there was none."""
        self.keep_recovery_codes(advisor_id, ())
        return bool(self.db.execute("DELETE FROM second_factor WHERE advisor_id = ?", (advisor_id,)).rowcount)

    def keep_recovery_codes(self, advisor_id: str, codes: Iterable[str]) -> None:
        """Store what tells recovery codes, instead of the ones before."""
        self.db.execute("DELETE FROM recovery_code WHERE advisor_id = ?", (advisor_id,))
        for code in codes:
            self.db.execute("INSERT INTO recovery_code VALUES (?, ?)", (self._mark_of(advisor_id, code), advisor_id))

    def recovery_codes(self, advisor_id: str) -> int:
        """Return how many recovery codes are left."""
        left: int = self.db.execute("SELECT count(*) FROM recovery_code WHERE advisor_id = ?", (advisor_id,)).fetchone()[0]
        return left

    def use_recovery_code(self, advisor_id: str, code: str) -> bool:
        """Use a recovery code up; False when it is none (any more)."""
        mark = self._mark_of(advisor_id, code)
        return bool(self.db.execute("DELETE FROM recovery_code WHERE code_hash = ?", (mark,)).rowcount)

    def add_invite(self, token_hash: str, invite: Invite, expires_at: datetime) -> None:
        """Store an invitation."""
        sealed = self.keys.seal_shared(f"invite:{token_hash}", dump(_INVITE, invite))
        self.db.execute("INSERT INTO invite VALUES (?, ?, ?)", (token_hash, number(expires_at), sealed))

    def invite(self, token_hash: str, now: datetime) -> Invite | None:
        """Return an invitation that was not used and has not expired."""
        row = self.db.execute(
            "SELECT sealed FROM invite WHERE token_hash = ? AND expires_at > ?", (token_hash, number(now))
        ).fetchone()
        return None if row is None else load(_INVITE, self.keys.unseal_shared(f"invite:{token_hash}", row[0]))

    def drop_invite(self, token_hash: str) -> None:
        """Use an invitation up."""
        self.db.execute("DELETE FROM invite WHERE token_hash = ?", (token_hash,))

    def _mark_of(self, advisor_id: str, code: str) -> bytes:
        # Made with the master key: whoever has the database alone cannot try codes out.
        return self.keys.blind("recovery code", f"{advisor_id} {code}")
