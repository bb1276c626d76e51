"""Another master key."""

import argparse

from bot.settings import read_settings


def key(options: argparse.Namespace) -> None:
    """Put a new master key into the old one's place, while the server is stopped; killed and run again, it goes on."""
    from bot.adapters.sqlite import Vault
    from bot.adapters.sqlite.rotation import rotate

    settings = read_settings()
    file = rotate(settings.data, settings.key, options.to)
    put_in_place = options.to is None and settings.key_file is not None
    former = Vault.open(file if put_in_place else settings.key).id
    if not put_in_place:
        print(f"The data is sealed with the master key {Vault.open(file).id} now, which is in {file}.")
        print("Give it in the place of the old one before the next start, and remove the file when it is kept elsewhere.")
    else:
        print(f"The data is sealed with a new master key now, {Vault.open(settings.key).id}: copy {settings.key_file} to where")
        print(f"you keep it apart from the data. The old one, {former}, is kept as {file}.")
    print(f"Backups made until now need the old key, {former}: remove it with the last of them. Make a backup: wegweiser backup")
