"""Where a poster leads: the value of `/?start=…` in its QR code, for example `topic-kita` or `site-<id>`."""

from bot.core.content import Content

_COMMAND = "/start "


def label(content: Content, start: str, language: str) -> str:
    """Return the name of the topic or site a start value leads to, or nothing."""
    kind, _, name = start.partition("-")
    topic = content.knowledge.topics.get(name) if kind == "topic" else None
    if topic is not None:
        return f"{topic.icon} {content.phrases.say(f'topic_{name}', language)}"
    site = content.network.sites.get(name) if kind == "site" else None
    return site.name if site else ""


def command(start: str) -> str:
    """Return what a newcomer would write to get there."""
    return f"{_COMMAND}{start}"


def said(content: Content, text: str, language: str) -> str:
    """Return a newcomer's text as it is shown: a poster's command by the name of what it leads to."""
    return (label(content, text.removeprefix(_COMMAND), language) if text.startswith(_COMMAND) else "") or text
