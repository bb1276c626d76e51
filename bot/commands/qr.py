"""Printable QR codes that lead into a chat."""

import argparse
import re
from pathlib import Path

from bot.commands.errors import CommandError


def qr(options: argparse.Namespace) -> None:
    """Make a printable QR code that leads to a topic or a site in the Telegram chat or on the web."""
    import segno

    from bot import contents

    content = contents.load_content(options.content)
    kind, _, name = options.target.partition("-")
    known = {"topic": content.knowledge.topics, "site": content.network.sites}.get(kind, {})
    if name not in known:
        examples = [f"topic-{next(iter(content.knowledge.topics))}", f"site-{next(iter(content.network.sites), 'id')}"]
        raise CommandError(f"{options.target!r} is no topic or site. Write for example {' or '.join(examples)}.")
    link = _link(options)
    out = options.out or Path(f"{options.target}.svg")
    if out.suffix not in (".svg", ".png", ".pdf"):
        raise CommandError(f"{out} must end in .svg, .png or .pdf.")
    try:
        segno.make(link, error="m").save(str(out), scale=10, border=4)
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}.") from None
    print(f"{out} leads to {link}")


def _link(options: argparse.Namespace) -> str:
    if options.bot is None:
        if not options.url.startswith(("http://", "https://")):
            raise CommandError(f"{options.url!r} is no address of a page. Write for example https://chat.example.org")
        return f"{options.url.rstrip('/')}/?start={options.target}"
    name = options.bot.removeprefix("@")
    if not re.fullmatch(r"\w{5,32}", name, re.ASCII):
        raise CommandError(f"{options.bot!r} is no user name of a Telegram bot. It looks like this: wegweiser_bot")
    return f"https://t.me/{name}?start={options.target}"
