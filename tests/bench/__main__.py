"""`make bench`: what a turn costs, beside bare bots, in one run; how a turn grows with the people in the store; the start."""

import asyncio
import logging
import statistics
import tempfile
import time
from pathlib import Path

from bot.contents import load_content, settle
from bot.core.content import Content
from tests.bench import crowd, process
from tests.bench.echoes import AiogramEcho, AiogramMenu, AiogramStored, PtbEcho
from tests.bench.measure import Turn, rates, show
from tests.bench.ours import PRESSES, QUESTIONS, TEXTS, our_bot, our_parts
from tests.bench.web import Page
from tests.botapi import BotApi

ROOT = Path(__file__).parent.parent.parent
IN_FLIGHT = 32
CROWDS = (10, 1_000, 100_000)


async def turns(content: Content, folder: Path) -> None:
    """Compare our turn (stored, decided, answered, delivered to a stub session) with bare bots."""
    ptb, stored = PtbEcho(), AiogramStored(folder / "stored.sqlite3")
    await ptb.start()
    async with (
        our_parts(folder / "texts", content) as parts,
        our_parts(folder / "presses", content) as others,
        our_parts(folder / "questions", content) as third,
        our_parts(folder / "stored", content) as fourth,
        our_bot(parts, TEXTS, "our turn: a typed word") as texts,
        our_bot(others, PRESSES, "our turn: a button", presses=True) as presses,
        our_bot(third, QUESTIONS, "our turn: a free question") as questions,
        our_bot(fourth, PRESSES, "our turn: a button, until it lies in the outbox", presses=True, delivering=False) as kept,
    ):
        bare: dict[str, Turn] = {each.name: each.turn for each in (AiogramEcho(), AiogramMenu(), stored)}
        ours: dict[str, Turn] = {each.name: each.turn for each in (texts, presses, questions)}
        found = await rates(bare | {ptb.name: ptb.turn, kept.name: kept.stored} | ours, 200)
    stored.db.close()
    show("Turns over Telegram's road", found)


async def rush(content: Content, folder: Path) -> None:
    """Compare the same when many write at the same moment: what arrives together is stored in one commit."""
    async with (
        our_parts(folder / "rush", content) as parts,
        our_parts(folder / "rushing texts", content) as others,
        our_bot(parts, PRESSES, "our turn: a button, until it lies in the outbox", presses=True, delivering=False) as kept,
        our_bot(others, TEXTS, "our turn: a typed word, read by aiogram, the same", delivering=False) as texts,
    ):
        echo = AiogramEcho()
        contenders = {echo.name: echo.turn, kept.name: kept.stored, texts.name: texts.accepted}
        for in_flight in (1, IN_FLIGHT):
            # In many short rounds: what else the machine does meanwhile then hits all of them alike.
            show(f"Durable turns, {in_flight} in flight", await rates(contenders, IN_FLIGHT, rounds=150, in_flight=in_flight))


async def pages(content: Content, folder: Path) -> None:
    """Measure a message over the web until its answer was read."""
    async with our_parts(folder / "web", content) as parts, Page(parts, folder) as page:
        show("Web: POST of a text, GET of its answer", await rates({"message to reply": page.turn}, 100))


async def growth(content: Content, folder: Path) -> None:
    """Measure a turn in stores that differ by the people in them; they take turns, too."""
    async with (
        our_parts(folder / "small", content) as small,
        our_parts(folder / "middle", content) as middle,
        our_parts(folder / "large", content) as large,
    ):
        everything = dict(zip(CROWDS, (small, middle, large), strict=True))
        for people, parts in everything.items():
            started = time.process_time()
            crowd.fill(parts.store, people)
            print(f"  {people:,} people with {crowd.LINES} lines each written in {time.process_time() - started:.1f} CPU-s")
        async with (
            our_bot(small, TEXTS, "10") as first,
            our_bot(middle, TEXTS, "1,000") as second,
            our_bot(large, TEXTS, "100,000") as third,
        ):
            found = await rates({f"{bot.name} contacts": bot.turn for bot in (first, second, third)}, 200)
    show("A turn by contacts in the store (rows written by SQL, sealed as real ones)", found)


async def ranking(content: Content) -> None:
    """Measure how long a free question takes to be ranked."""
    articles = content.knowledge.articles.values()
    asked = [f"{text} bitte" for article in articles for words in article.wordings.values() for text in words.phrasings[:1]]

    async def rank(number: int) -> None:
        content.matcher.rank(asked[number % len(asked)])

    show(f"Ranking a question among {len(content.knowledge.articles)} articles", await rates({"rank": rank}, 100))


async def starts(folder: Path) -> None:
    """Measure the start of the whole process, the web alone and with the Telegram bot."""
    print("\nStart of `wegweiser run` until the first page (median of 3)")
    async with BotApi() as api:
        token = api.bot("100:the-token-of-the-benchmark", "bench_bot").token
        for name, more in (("web only", {}), ("with Telegram", {"telegram_token": token, "telegram_api": api.url})):
            found = [await asyncio.to_thread(process.measure, folder / f"{name} {n}", **more) for n in range(3)]
            seconds, cpu, peak = (
                statistics.median(values)
                for values in zip(*((one.seconds, one.cpu, one.megabytes) for one in found), strict=True)
            )
            print(f"  {name:52} {seconds:5.1f} s   {cpu:5.1f} CPU-s   {peak:5.0f} MB at most")


async def main() -> None:
    """Print all figures."""
    logging.disable()
    started = time.process_time()
    content = load_content(ROOT)
    settle()  # as a server does
    print(f"Content read in {time.process_time() - started:.1f} CPU-s")
    with tempfile.TemporaryDirectory(prefix="wegweiser-bench-") as name:
        folder = Path(name)
        await turns(content, folder)
        await rush(content, folder)
        await pages(content, folder)
        await growth(content, folder)
        await ranking(content)
        await starts(folder)


asyncio.run(main())
