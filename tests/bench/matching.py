"""Free questions: what each signal brings, and what a question costs as the content grows. `python -m tests.bench.matching`."""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from bot.adapters.bridges import load_bridge
from bot.adapters.content.reading import Reader
from bot.adapters.content.vocabulary import read_vocabulary
from bot.adapters.embeddings import E5, vectors_of
from bot.commands.evaluating import questions_in
from bot.contents import load_answers
from bot.core import matching
from bot.core.evaluation import Outcome, figures
from bot.core.matching import Matcher, decide
from bot.core.variants import Variant, foreign_variants, readable, variants

ROOT = Path(__file__).parent.parent.parent
DEV = ROOT / "tests" / "questions" / "dev"
ARTICLES, PHRASINGS = (60, 1_000, 10_000), 10
ASKED = 200


def signals() -> None:
    """Print on the development questions what is left without each signal."""
    content, embedder = load_answers(ROOT)
    asked = [(each, embedder.question(readable(each.text)) if embedder else None) for each in questions_in(DEV)]

    def outcomes(matcher: Matcher) -> Iterable[Outcome]:
        for question, vector in asked:
            ranking = matcher.rank(question.text, vector, language=question.language)
            yield Outcome(question, ranking, decide(ranking))

    print(f"What each signal brings ({len(asked)} development questions): first, in three; out of scope answered, refused")
    known = variants(content.knowledge.articles.values())
    vectors = vectors_of([each.text for each in known], embedder, ROOT / "knowledge")
    subjects = foreign_variants(content.knowledge.elsewhere)
    bridge, vocabulary = load_bridge(), content.knowledge.vocabulary
    trials: list[tuple[str, float, float, Matcher]] = [
        ("all", matching.LETTERS, matching.WORDS, content.matcher),
        ("without letters", 0, matching.WORDS, content.matcher),
        ("without what is named", matching.LETTERS, 0, content.matcher),
        ("meaning alone", 0, 0, content.matcher),
        ("without meaning", matching.LETTERS, matching.WORDS, Matcher(known, subjects, vocabulary=vocabulary)),
        ("letters alone", matching.LETTERS, matching.WORDS, Matcher(known, subjects)),
        ("without subjects elsewhere", matching.LETTERS, matching.WORDS, Matcher(known, (), vectors, bridge, vocabulary)),
    ]
    kept = matching.LETTERS, matching.WORDS
    for name, letters, words, matcher in trials:
        matching.LETTERS, matching.WORDS = letters, words
        found = figures(outcomes(matcher))
        shares = [found[key].value for key in ("first", "in three", "out of scope, answered directly", "out of scope, refused")]
        print(f"  {name:30}" + "".join(f"{share:8.1%}" for share in shares))
    matching.LETTERS, matching.WORDS = kept


def growth() -> None:
    """Print time and memory by the number of articles, each in a process of its own."""
    print(f"\nA question by the number of articles ({PHRASINGS} phrasings each), CPU ms, memory of the whole process")
    for articles in ARTICLES:
        for kind in ("letters", "vectors"):
            ran = subprocess.run(
                [sys.executable, "-m", "tests.bench.matching", kind, str(articles)], capture_output=True, text=True, check=True
            )
            found = json.loads(ran.stdout)
            print(
                f"  {articles:6,} articles, {kind:8} p50 {found['p50']:6.1f}  p99 {found['p99']:6.1f}  "
                f"built in {found['built']:5.1f} CPU-s  {found['megabytes']:5.0f} MB"
            )


def child(kind: str, articles: int) -> None:
    """Measure one size in this process; texts are words of real ones in another order, vectors are random."""
    rng, numbers = random.Random(7), np.random.default_rng(7)
    words = [word for question in questions_in(DEV) for word in question.text.split()]
    known = [
        Variant(f"a{number}", rng.choice(("de", "ar", "uk")), " ".join(rng.choices(words, k=7)) + f" {number} {copy}")
        for number in range(articles)
        for copy in range(PHRASINGS)
    ]
    vectors = None
    if kind == "vectors":
        rows = numbers.standard_normal((len(known), 384), np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        vectors = {variant.text: row for variant, row in zip(known, rows, strict=True)}
    started = time.process_time()
    matcher = Matcher(known, (), vectors, load_bridge(), read_vocabulary(Reader(ROOT)))
    matcher.warm()
    built = time.process_time() - started
    embedder = E5() if kind == "vectors" else None
    asked = [(question.text, question.language) for question in questions_in(DEV)][:ASKED]

    def ask(text: str, language: str) -> None:
        matcher.rank(text, embedder.question(readable(text)) if embedder else None, language=language)

    for _, language in asked:
        matcher.rank("Wohnung", language=language)  # Its index is built with the first question in a language.
    taken = sorted(_milliseconds(lambda each=each: ask(*each)) for each in asked)  # type: ignore[misc]
    megabytes = (
        int(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)) / 1024
    )
    result = {"p50": statistics.median(taken), "p99": taken[len(taken) * 99 // 100], "built": built, "megabytes": megabytes}
    print(json.dumps(result))


def _milliseconds(what: Callable[[], None]) -> float:
    started = time.process_time()
    what()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], int(sys.argv[2]))
    else:
        signals()
        growth()
