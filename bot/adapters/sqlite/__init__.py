"""Everything is kept in one SQLite file; what is personal is sealed with a key per contact."""

from bot.adapters.sqlite.errors import BackupError, DataInUse, KeyFileError, NewerDatabase, NoKey, StoreUnavailable, WrongKey
from bot.adapters.sqlite.store import SqliteStore, Transaction
from bot.adapters.sqlite.vault import Vault

__all__ = [
    "BackupError",
    "DataInUse",
    "KeyFileError",
    "NewerDatabase",
    "NoKey",
    "SqliteStore",
    "StoreUnavailable",
    "Transaction",
    "Vault",
    "WrongKey",
]
