"""How a command says that it cannot do what was asked."""

from collections.abc import Iterator
from contextlib import contextmanager


class CommandError(Exception):
    """What a command cannot do, said so that the reader knows what to do instead."""


@contextmanager
def writing() -> Iterator[None]:
    """Turn a file that cannot be written into a sentence; one that is there already is for the caller to explain."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from None
