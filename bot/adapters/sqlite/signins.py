"""How members of staff come in: second factors with recovery codes, passkeys, invitations."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from sqlite3 import Row

from pydantic import TypeAdapter
from sqlite_utils import Database

from bot.adapters.sqlite.records import decode, dump, encode, load, moment, number
from bot.adapters.sqlite.section import Section
from bot.adapters.sqlite.vault import Keyring
from bot.services.ports import Invite, Passkey, SecondFactor

_INVITE = TypeAdapter(Invite)
_NAME_AND_KEY = TypeAdapter(tuple[str, str])


class SignIns(Section):
    """Secrets are sealed; of recovery codes and of links there is only what tells them.

    `spent` are the marks of what this transaction made void for ever.
    """

    def __init__(self, db: Database, keys: Keyring) -> None:
        super().__init__(db, keys)
        self.spent: list[str] = []

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
        """Forget a second factor; False when there was none."""
        return bool(self.db.execute("DELETE FROM second_factor WHERE advisor_id = ?", (advisor_id,)).rowcount)

    def passkeys(self, advisor_id: str) -> list[Passkey]:
        """Return somebody's passkeys, oldest first."""
        rows = self.db.execute("SELECT * FROM passkey WHERE advisor_id = ? ORDER BY added_at, id", (advisor_id,))
        return [self._passkey(row) for row in rows.fetchall()]

    def passkey(self, id: str) -> Passkey | None:
        """Return a passkey."""
        row = self.db.execute("SELECT * FROM passkey WHERE id = ?", (id,)).fetchone()
        return self._passkey(row) if row else None

    def keep_passkey(self, passkey: Passkey) -> None:
        """Store a passkey, or what changed of it."""
        sealed = self.keys.seal_shared(f"passkey:{passkey.id}", dump(_NAME_AND_KEY, (passkey.name, passkey.public_key.hex())))
        self.db.execute(
            "INSERT OR REPLACE INTO passkey (id, advisor_id, uses, added_at, sealed) VALUES (?, ?, ?, ?, ?)",
            (passkey.id, passkey.advisor_id, passkey.uses, number(passkey.added_at), sealed),
        )

    def drop_passkey(self, id: str) -> None:
        """Forget a passkey, for ever: a restored backup does not bring it back."""
        self.db.execute("DELETE FROM passkey WHERE id = ?", (id,))
        self.spent.append(self._spent_passkey(id))

    def keep_recovery_codes(self, advisor_id: str, codes: Iterable[str]) -> None:
        """Store what tells recovery codes, instead of the ones before."""
        old = self.db.execute("DELETE FROM recovery_code WHERE advisor_id = ? RETURNING code_hash", (advisor_id,))
        self.spent += [row[0].hex() for row in old.fetchall()]
        for code in codes:
            self.db.execute("INSERT INTO recovery_code VALUES (?, ?)", (self._mark_of(advisor_id, code), advisor_id))

    def recovery_codes(self, advisor_id: str) -> int:
        """Return how many recovery codes are left."""
        left: int = self.db.execute("SELECT count(*) FROM recovery_code WHERE advisor_id = ?", (advisor_id,)).fetchone()[0]
        return left

    def use_recovery_code(self, advisor_id: str, code: str) -> bool:
        """Use a recovery code up, for ever; False when it is none (any more)."""
        mark = self._mark_of(advisor_id, code)
        used = bool(self.db.execute("DELETE FROM recovery_code WHERE code_hash = ?", (mark,)).rowcount)
        if used:
            self.spent.append(mark.hex())
        return used

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
        """Use an invitation up, for ever."""
        self.db.execute("DELETE FROM invite WHERE token_hash = ?", (token_hash,))
        self.spent.append(token_hash)

    def drop_spent(self, marks: Collection[str]) -> None:
        """Take out of a restored copy what was used up or taken back since."""
        for table, column in (("recovery_code", "lower(hex(code_hash))"), ("invite", "token_hash")):
            self.db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", (json.dumps([*marks]),))
        for (id,) in self.db.execute("SELECT id FROM passkey").fetchall():
            if self._spent_passkey(id) in marks:
                self.db.execute("DELETE FROM passkey WHERE id = ?", (id,))

    def _passkey(self, row: Row) -> Passkey:
        name, public_key = load(_NAME_AND_KEY, self.keys.unseal_shared(f"passkey:{row['id']}", row["sealed"]))
        return Passkey(row["id"], row["advisor_id"], name, bytes.fromhex(public_key), row["uses"], moment(row["added_at"]))

    def _spent_passkey(self, id: str) -> str:
        return self.keys.blind("spent passkey", id).hex()

    def _mark_of(self, advisor_id: str, code: str) -> bytes:
        # Made with the master key: whoever has the database alone cannot try codes out.
        return self.keys.blind("recovery code", f"{advisor_id} {code}")
