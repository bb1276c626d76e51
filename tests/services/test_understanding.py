"""A free question is understood before its turn; slow or broken understanding holds nobody back, and bubbles are read as one."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.core.matching import Vector
from bot.core.translations import NotTranslated, Translated
from bot.services import understanding
from bot.services.understanding import Understanding, Understood
from tests.services.fakes import AMINA, World


class PlannedEmbedder:
    """A model that knows one direction; it can be slow or broken."""

    def __init__(self, seconds: float = 0.0, error: Exception | None = None) -> None:
        self.seconds, self.error = seconds, error
        self.asked: list[str] = []

    def question(self, text: str) -> Vector:
        self.asked.append(text)
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        return np.full(4, 0.5, np.float32)

    def stored(self, texts: Sequence[str]) -> Vector:
        return np.full((len(texts), 4), 0.5, np.float32)


async def test_a_question_gets_vectors_for_itself_and_for_its_parts() -> None:
    text = "Wie finde ich eine Kita? Und was kostet sie denn?"
    found = await Understanding(PlannedEmbedder()).of(text, "de")
    assert list(found.meanings) == [text, "Wie finde ich eine Kita?", "Und was kostet sie denn?"]
    assert found.wrote is None


async def test_the_language_is_told_when_it_is_clearly_not_the_chosen_one() -> None:
    assert (await Understanding().of("كيف أجد شقة في هذه المدينة؟", "de")).wrote == "ar"


@pytest.mark.parametrize("embedder", [PlannedEmbedder(error=RuntimeError("broken")), PlannedEmbedder(seconds=0.2)])
async def test_a_slow_or_broken_model_leaves_letters_alone(embedder: PlannedEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "SECONDS", 0.05)
    assert await Understanding(embedder).of("Wie finde ich eine Kita?", "de") == Understood()


async def test_only_free_questions_are_understood(world: World) -> None:
    world.parts.understanding.embedder = embedder = PlannedEmbedder()
    await world.arrives(AMINA, "de")
    for text in ("Menü", "/help", "Wohnung", "ich will nicht mehr leben"):
        await world.writes(AMINA, text)
    assert embedder.asked == []
    await world.writes(AMINA, "Was mache ich mit meinem alten Sofa?")
    assert embedder.asked == ["Was mache ich mit meinem alten Sofa?"]


async def test_a_question_in_a_language_without_phrasings_is_compared_in_german(world: World) -> None:
    """Our articles can be asked for in German and English only, say."""
    world.parts.understanding.embedder = embedder = PlannedEmbedder()
    asked = await world.parts.understanding.of("كيف أجد شقة؟", "ar", {"de", "en"})
    assert asked.german == {"كيف أجد شقة؟": "[ar→de] كيف أجد شقة؟"}
    assert embedder.asked == ["كيف أجد شقة؟", "[ar→de] كيف أجد شقة؟"]
    assert (await world.parts.understanding.of("How do I find a flat?", "en", {"de", "en"})).german == {}


async def test_the_translation_of_a_question_finds_its_article(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = {
        id: replace(each, wordings={"de": each.wordings["de"]}) for id, each in world.parts.content.knowledge.articles.items()
    }
    world.parts.content = replace(world.parts.content, knowledge=replace(world.parts.content.knowledge, articles=articles))
    assert world.parts.content.matcher.asked_in == {"de"}
    phrasing = articles["kita-place"].wordings["de"].phrasings[0]

    async def translated(text: str, source: str, target: str, *more: object) -> Translated:
        return Translated(phrasing, "planned")

    monkeypatch.setattr(world.translator, "translate", translated)
    await world.arrives(AMINA, "ar")
    await world.writes(AMINA, "أي عمر يبدأ الطفل هناك؟")
    assert articles["kita-place"].wordings["de"].title in world.told(AMINA)[-1]


async def test_without_a_model_a_question_stays_as_it_was_written(world: World) -> None:
    world.translator.failure = NotTranslated("no_model")
    assert (await world.parts.understanding.of("كيف أجد شقة؟", "ar", {"de"})).german == {}


async def test_a_question_in_three_bubbles_is_read_as_one(world: World) -> None:
    world.parts.inbox._pause = 0.3
    await world.arrives(AMINA, "de")
    told = len(world.told(AMINA))
    receipts = [
        await world.parts.inbox.receive(world.message(AMINA, text)) for text in ("was kostet", "bitte der", "integrationskurs")
    ]
    assert await world.parts.inbox.settled(receipts[0].conversation_id)
    assert len(world.told(AMINA)) == told + 1
    assert [line.text for line in world.lines(AMINA) if line.author == "newcomer"][-1] == "was kostet bitte der integrationskurs"
    with world.parts.store.transaction() as tx:
        assert tx.unhandled() == []


async def test_what_is_no_part_of_the_question_is_handled_after_it(world: World) -> None:
    world.parts.inbox._pause = 0.3
    await world.arrives(AMINA, "de")
    receipts = [await world.parts.inbox.receive(world.message(AMINA, text)) for text in ("was kostet", "/menu")]
    assert await world.parts.inbox.settled(receipts[0].conversation_id)
    assert [line.text for line in world.lines(AMINA) if line.author == "newcomer"][-2:] == ["was kostet", "/menu"]
    assert world.told(AMINA)[-1] == world.phrase("menu", "de")


async def test_an_emergency_waits_for_no_other_bubble(world: World) -> None:
    world.parts.inbox._pause = 60
    await world.arrives(AMINA, "de")
    receipt = await world.parts.inbox.receive(world.message(AMINA, "ich will sterben"))
    assert await world.parts.inbox.settled(receipt.conversation_id, 0.2)
    assert world.phrase("crisis_suicide", "de")[:20] in world.told(AMINA)[-1]


async def test_a_stop_does_not_wait_for_more_bubbles(world: World) -> None:
    world.parts.inbox._pause = 60
    await world.arrives(AMINA, "de")
    await world.parts.inbox.receive(world.message(AMINA, "was kostet"))
    await asyncio.wait_for(world.parts.inbox.stop(), 5)
    with world.parts.store.transaction() as tx:
        assert tx.unhandled() == []
