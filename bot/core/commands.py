"""Commands and words that stand for a button: "/menu", "/word Duldung", the name of a topic."""

from bot.core import guide
from bot.core.contacts import AskingQuestion, InFlow
from bot.core.talk import Talk
from bot.core.text import fold

_COMMANDS = {
    "start": "nav:start",
    "menu": "nav:menu",
    "language": "nav:language",
    "person": "nav:person",
    "appointments": "nav:appointments",
    "emergency": "nav:emergency",
    "privacy": "nav:privacy",
    "mydata": "nav:mydata",
    "erase": "nav:erase",
    "help": "nav:help",
    "site": "nav:site",
    "word": "nav:word",
}
_WORDS = ("nav_menu", "nav_person", "nav_back", "nav_site", "nav_appointments", "nav_language", "nav_emergency", "nav_word")


def from_command(text: str, unknown: str | None = "nav:help") -> str | None:
    """Return the button a command stands for: "/menu", "/start topic-housing", "/word Duldung"; `unknown` for no command."""
    if not text.startswith("/"):
        return None
    command, _, argument = text[1:].strip().partition(" ")
    choice = _COMMANDS.get(command.split("@")[0].casefold(), unknown)
    kind, _, name = argument.strip().partition("-")
    if choice == "nav:start" and name and kind in ("topic", "site"):
        return f"topic:{name}" if kind == "topic" else f"at:{name}"
    return f"word:{argument.strip()}" if choice == "nav:word" and argument.strip() else choice


def from_words(talk: Talk, text: str) -> str | None:
    """Return the button that is meant by typing its words, in the reader's language or in German.

    An answer to a waiting question goes first; a topic's name may well be the question for a human.
    """
    said, pending = fold(text), talk.conversation.pending
    if not said or len(said) > 60 or (isinstance(pending, InFlow) and guide.fits(talk, pending, text)):
        return None
    for key in _WORDS:
        if said in (fold(talk.words(key)), fold(talk.content.phrases.say(key, "de"))):
            return key.replace("_", ":", 1)
    if isinstance(pending, AskingQuestion) and pending.topic:
        return None
    for word in (fold(talk.words("nav_word")), fold(talk.content.phrases.say("nav_word", "de"))):
        if said.startswith(f"{word} "):
            return f"word:{said.removeprefix(word).strip()}"
    topic = _topic_named(talk, said)
    return topic and (f"case:{topic}" if isinstance(pending, AskingQuestion) else f"topic:{topic}")


def _topic_named(talk: Talk, said: str) -> str | None:
    for topic in talk.content.knowledge.topics:
        if said in (fold(talk.words(f"topic_{topic}")), fold(talk.content.phrases.say(f"topic_{topic}", "de"))):
            return topic
    return next((flow.topic for flow in talk.content.flows.values() if said in map(fold, flow.keywords)), None)
