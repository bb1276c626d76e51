"""What advisors write in a case's topic: answers for the newcomer, notes, and orders such as /close."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from telegram import Message
from telegram import error as errors

from bot.adapters.telegram.alerts import AlertTexts
from bot.adapters.telegram.people import People
from bot.core.attachments import LARGEST, UnfitFile, accepted
from bot.core.cases import CaseError
from bot.core.content import Content
from bot.core.messages import OutboundMessage
from bot.services.desk import MAX_REPLY, Desk, Forbidden
from bot.services.ports import Advisor, Source, Store
from bot.services.rewording import Rewording

COMMANDS = ("/claim", "/note", "/transfer", "/close", "/who")
_FILES = ("document", "video", "animation", "audio", "voice", "video_note", "sticker")
_OTHERS = ("location", "venue", "contact", "poll", "dice", "story", "checklist", "game")


class Transfers(Protocol):
    """Passes cases on."""

    def transfer(self, advisor: Advisor, case_id: str, site_id: str, note: str) -> object:
        """Pass a case to another site, with a note for whoever takes it."""


class Unfit(Exception):
    """What was written cannot be done; the message is a text for staff."""


class Orders:
    """Does what an advisor writes; the desk decides whether they may, and does nothing twice."""

    def __init__(
        self,
        desk: Desk,
        rewording: Rewording,
        transfers: Transfers,
        store: Store,
        people: People,
        words: AlertTexts,
        content: Callable[[], Content],
    ) -> None:
        self._desk = desk
        self._rewording = rewording
        self._transfers = transfers
        self._store = store
        self._people = people
        self._words = words
        self._content = content

    async def take(self, advisor: Advisor, case_id: str, message: Message, command: str) -> str:
        """Do what a message asks for; return what to say to the advisor, nothing if the topic shows it."""
        source = Source(message.chat.id, message.message_id, message.message_thread_id or 0)
        return await self._tried(self._take(advisor, case_id, message, command, source))

    async def change(self, advisor: Advisor, message: Message) -> str:
        """Change what an edited message became; return what to say to the advisor."""
        with self._store.transaction() as tx:
            known = tx.source(message.chat.id, message.message_id)
        text = message.text or message.caption or ""
        if known is None or not text:
            return ""  # it was refused when it was written, or only the file was changed
        case_id, item = known
        if not item.startswith("line:") or text.startswith("/"):
            return self._words.say("Was schon notiert oder gesendet ist, bleibt, wie es ist.")
        return await self._tried(self._reword(advisor, case_id, int(item.removeprefix("line:")), text))

    async def _tried(self, work: Awaitable[str]) -> str:
        say = self._words.say
        try:
            return await work
        except Unfit as error:
            return str(error)
        except Forbidden:
            return say("Diese Anfrage gibt es hier nicht mehr.")
        except CaseError as error:
            refused = self._words.refused(error, self._people.name(error.holder))
            return say("{reason} Ihre Nachricht ging nicht an die Person.", reason=refused)
        except ValueError:
            return say("Das ist zu lang: Bitte schreiben Sie höchstens {limit} Zeichen.", limit=str(MAX_REPLY))

    async def _take(self, advisor: Advisor, case_id: str, message: Message, command: str, source: Source) -> str:
        text = message.text or message.caption or ""
        rest = text.split(maxsplit=1)[1].strip() if len(text.split(maxsplit=1)) == 2 else ""
        match command:
            case "/claim":
                self._desk.claim(advisor, case_id)
            case "/note":
                self._note(advisor, case_id, rest, source)
            case "/transfer":
                self._transfer(advisor, case_id, rest)
            case "/close":
                self._desk.close(advisor, case_id)
            case "/who":
                return self._who(advisor, case_id)
            case "":
                await self._answer(advisor, case_id, message, text, source)
            case _:
                commands = ", ".join(COMMANDS)
                return self._words.say("Diesen Befehl gibt es nicht. Es gibt: {commands}", commands=commands)
        return ""

    async def _answer(self, advisor: Advisor, case_id: str, message: Message, text: str, source: Source) -> None:
        if text.startswith("/"):
            return  # for another bot
        if message.photo or any(getattr(message, kind, None) for kind in _FILES):
            await self._file(advisor, case_id, message, text, source)
        elif text:
            await self._desk.reply(advisor, case_id, text, source=source)
        elif any(getattr(message, kind, None) for kind in _OTHERS):
            raise Unfit(self._words.say("Das kann ich nicht weitergeben: nur Text, Fotos und PDF."))

    async def _file(self, advisor: Advisor, case_id: str, message: Message, text: str, source: Source) -> None:
        """Send a photo or a PDF; each picture of an album is a message of its own, on Telegram as well."""
        with self._store.transaction() as tx:
            if tx.source(source.chat, source.message) is not None:
                return  # not fetched again
        language = self._desk.case(advisor, case_id).language
        name, data = await self._bytes(message)
        try:
            attachment = accepted(name, data)
        except UnfitFile as error:
            raise Unfit(self._unfit(error)) from None
        said = await self._desk.worded(advisor, case_id, text) if text else OutboundMessage("", language, "advisor", "plain")
        self._desk.send(advisor, case_id, replace(said, attachment=attachment), source=source)

    async def _bytes(self, message: Message) -> tuple[str, bytes]:
        found = message.photo[-1] if message.photo else next(filter(None, (getattr(message, kind, None) for kind in _FILES)))
        if (found.file_size or 0) > LARGEST:
            raise Unfit(self._unfit(UnfitFile("too_large")))
        try:
            file = await found.get_file()
        except errors.BadRequest:  # Telegram gives bots no larger ones
            raise Unfit(self._unfit(UnfitFile("too_large"))) from None
        return getattr(found, "file_name", None) or "", bytes(await file.download_as_bytearray())

    def _unfit(self, error: UnfitFile) -> str:
        if error.reason == "too_large":
            return self._words.say("Die Datei ist zu groß: höchstens 10 MB. Sie wurde nicht weitergegeben.")
        return self._words.say("Diese Datei kann ich nicht weitergeben: nur Fotos (JPEG, PNG, WebP) und PDF.")

    async def _reword(self, advisor: Advisor, case_id: str, n: int, text: str) -> str:
        await self._rewording.reword(advisor, case_id, n, text)
        return ""

    def _note(self, advisor: Advisor, case_id: str, text: str, source: Source) -> None:
        if not text:
            raise Unfit(self._words.say("Schreiben Sie die Notiz hinter den Befehl: /note Ruft morgen zurück"))
        self._desk.note(advisor, case_id, text, source=source)

    def _transfer(self, advisor: Advisor, case_id: str, rest: str) -> None:
        site, _, note = rest.partition(" ")
        sites = self._content().network.sites
        if site not in sites or not note.strip():
            names = "\n".join(f"{each.id} – {each.name}, {each.town}" for each in sites.values())
            raise Unfit(
                self._words.say(
                    "Schreiben Sie: /transfer KÜRZEL und eine Notiz für die Stelle. Die Kürzel:\n{names}", names=names
                )
            )
        try:
            self._transfers.transfer(advisor, case_id, site, note)
        except ValueError:
            raise Unfit(self._words.say("Die Anfrage ist schon bei dieser Stelle.")) from None

    def _who(self, advisor: Advisor, case_id: str) -> str:
        case = self._desk.case(advisor, case_id)
        return self._words.settled(case, self._people.name(case.advisor))
