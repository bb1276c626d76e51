"""What can go wrong with the store, in sentences an operator understands."""


class StoreUnavailable(Exception):
    """Nothing can be stored (or read) at the moment; what was being stored is undone as a whole."""


class DatabaseLocked(StoreUnavailable):
    """Another program keeps the database locked."""


class DataInUse(Exception):
    """Another process works with this data directory."""


class NewerDatabase(Exception):
    """The database was written by a newer version of the program."""


class KeyFileError(Exception):
    """The file with the master key cannot be used as it is."""


class WrongKey(Exception):
    """The master key does not open this database."""


class BackupError(Exception):
    """A backup cannot be made or restored; nothing was changed."""


class NoKey(LookupError):
    """What the contact, conversation or case of this id has is not there: erased, or never known."""

    def __init__(self, id: str) -> None:
        super().__init__(f"no key for {id}: erased, or never known")
