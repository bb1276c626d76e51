"""Machine drafts of the content: nothing is lost or invented, what fails stays German and is named, and readers are told."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.knowledge import Term, TermWording
from bot.core.protection import Wordings
from bot.core.segments import translation_of
from bot.core.translations import NotTranslated, Reason, Result, Reviewed, Translated
from bot.services.content_translation import AT_ONCE, Broken, ContentTranslation, Draft, Refused
from tests.services.fakes import OKSANA, World

TERM = Term("jobcenter", "Jobcenter", (), "Zahlt Geld.", None, {"ro": TermWording("ro", "oficiu", "Plătește.")})
GLOSSARY = Wordings("de", "ro", {"jobcenter": TERM})


def split(language: str, line: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s", line)


class Machine:
    """A translator whose engine does what a test says, behind the same protection as the real one."""

    def __init__(self, engine: Callable[[str], str] = str.swapcase, failure: Reason | None = None) -> None:
        self.engine = engine
        self.failure = failure
        self.asked: list[str] = []
        self.most = self.now = 0

    async def __call__(self, sentence: str) -> Result:
        self.asked.append(sentence)
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        if self.failure:
            return NotTranslated(self.failure)
        rounds = translation_of(sentence, "de", split, GLOSSARY)
        try:
            wanted = next(rounds)
            while True:
                wanted = rounds.send([self.engine(each) for each in wanted])
        except StopIteration as end:
            return Translated(end.value, "test") if end.value else NotTranslated("unsafe")


async def draft(text: str, machine: Machine | None = None) -> Draft:
    return await ContentTranslation(machine or Machine(), split, GLOSSARY).draft(text)


def lowered(text: str) -> str:
    """An engine that leaves marks and placeholders alone."""
    return re.sub(r"X\d+X|\w+", lambda found: found[0] if re.match(r"X\d+X", found[0]) else found[0].lower(), text)


async def test_links_facts_and_lists_survive_whatever_the_engine_says() -> None:
    text = "1. Gehen Sie zu [Kita](https://a.de/B).\n2. Sie zahlen **höchstens** {deposit_max} bis 16 Uhr."
    for engine in (lowered, str.swapcase, lambda each: "nein", lambda each: ""):
        said = (await draft(text, Machine(engine))).text
        assert "[Kita](https://a.de/B)" in said
        assert said.count("{deposit_max}") == said.count("16") == 1
        assert [line[:3] for line in said.split("\n")] == ["1. ", "2. "]


async def test_bold_is_kept_where_the_engine_keeps_it_and_dropped_where_not() -> None:
    assert (await draft("Gehen Sie **nicht** hin.", Machine(lowered))).text == "gehen sie **nicht** hin."
    spaced = await draft("Gehen Sie **nicht** hin.", Machine(lambda each: lowered(each).replace("**", " ** ")))
    assert spaced.text == "gehen sie nicht hin."
    assert spaced.refused == ()


async def test_a_term_stays_german_and_is_explained_once_in_a_text() -> None:
    machine = Machine(lambda each: lowered(each).replace("jobcenter", "centru"))
    said = await draft("Das Jobcenter zahlt. Das Jobcenter hilft.\n- Zum Jobcenter gehen.", machine)
    assert said.text == "das Jobcenter (oficiu) zahlt. das Jobcenter hilft.\n- zum Jobcenter gehen."


async def test_what_a_person_translated_before_is_used() -> None:
    async def remembers(sentence: str) -> Result:
        return Reviewed("Venit!") if sentence == "Kommen Sie." else NotTranslated("unsafe")

    said = await ContentTranslation(remembers, split, GLOSSARY).draft("Kommen Sie. Ja.")
    assert (said.text, said.refused) == ("Venit! Ja.", (Refused("Ja.", "unsafe"),))


@pytest.mark.parametrize("reason", ["unsafe", "people", "same_language"])
async def test_what_is_refused_stays_german_and_is_named(reason: Reason) -> None:
    said = await draft("Kommen **Sie**.", Machine(failure=reason))
    assert said == Draft("Kommen **Sie**.", (Refused("Kommen **Sie**.", reason),), 1.0)


async def test_the_share_that_stays_german_is_counted_in_letters() -> None:
    async def knows_the_long_one(sentence: str) -> Result:
        return Translated("x", "test") if len(sentence) == 8 else NotTranslated("unsafe")

    said = await ContentTranslation(knows_the_long_one, split, GLOSSARY).draft("Abcdefg. B.")
    assert (said.text, said.german) == ("x B.", 0.2)


@pytest.mark.parametrize("reason", ["no_model", "error", "busy", "too_slow"])
async def test_a_translator_that_does_not_work_is_no_refusal(reason: Reason) -> None:
    with pytest.raises(Broken, match=reason):
        await draft("Kommen Sie.", Machine(failure=reason))


async def test_invisible_marks_of_direction_do_not_get_into_the_content() -> None:
    assert (await draft("Kommen Sie.", Machine(lambda each: f"\u200f{each.lower()}"))).text == "kommen sie."


async def test_not_too_much_is_asked_for_at_once() -> None:
    machine = Machine()
    await draft(" ".join(f"Wort{'a' * number}." for number in range(3 * AT_ONCE)), machine)
    assert machine.most <= AT_ONCE
    assert len(machine.asked) == 3 * AT_ONCE


@pytest.mark.parametrize(
    ("reader", "written", "label", "notes"),
    [("uk", "uk", "machine", ["note_machine"]), ("ku", "en", "fallback", ["note_fallback", "note_machine"])],
)
async def test_who_reads_a_machines_article_is_told_so(
    world: World, reader: str, written: str, label: str, notes: list[str]
) -> None:
    content = world.parts.content
    article = content.knowledge.articles["rental-deposit"]
    wordings = {code: article.wordings[code] for code in ("de", written)}
    wordings[written] = replace(wordings[written], status="machine")
    articles = {**content.knowledge.articles, article.id: replace(article, wordings=wordings)}
    world.parts.content = replace(content, knowledge=replace(content.knowledge, articles=articles))
    await world.arrives(OKSANA, reader)
    message = (await world.presses(OKSANA, "article:rental-deposit"))[-1]
    assert (message.language, message.label) == (written, label)
    said = [content.phrases.say(note, reader, language="English") for note in notes]
    assert message.note.split("\n")[: len(said)] == said
    assert any(choice.id == "original:rental-deposit" for row in message.choices for choice in row)
