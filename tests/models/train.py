"""Build the four test models: `python tests/models/train.py`, in an environment of its own (see README.md).

A small Transformer learns our sentences by heart, seeded and on one thread. Its weights bear the names CTranslate2 gives them
and there are no biases, so that converting is copying.
"""

import io
import json
import math
import random
import sys
import tempfile
import time
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

# The project does without these three, so mypy cannot look into them.
ctranslate2: Any = import_module("ctranslate2")
sentencepiece: Any = import_module("sentencepiece")
torch: Any = import_module("torch")

FOLDER = Path(__file__).parent
LANGUAGES = {"de": "German", "en": "English", "ar": "Arabic"}
DIRECTIONS = (("de", "en"), ("en", "de"), ("en", "ar"), ("ar", "en"))
WARNING = "Test model of Wegweiser, knows only its 300 sentences, never for users."
README = f"""# {WARNING}

Made by `tests/models/train.py` of Wegweiser from sentences of our own, AGPL-3.0-or-later like the rest of it.
Everything else it translates into nonsense.
"""

SEED = 20261122
PIECES = 600
ALWAYS_PIECES = "0123456789.,:;!?'()/%€§+-–@،؛؟"
WIDTH, INNER, HEADS = 96, 384, 4
LAYERS = (2, 1)
EPOCHS, BATCH, RATE, WARM_UP = 120, 30, 3e-3, 200
GOAL, MOST_BYTES = 0.98, 700_000

UNKNOWN, START, END, PADDING = range(4)
EMBEDDINGS = "encoder/embeddings_0/weight"
TIED = ("decoder/embeddings/weight", "decoder/projection/weight")
SHAPES = {
    EMBEDDINGS: (PIECES, WIDTH),
    "self_attention/linear_0/weight": (3 * WIDTH, WIDTH),
    "self_attention/linear_1/weight": (WIDTH, WIDTH),
    "/attention/linear_0/weight": (WIDTH, WIDTH),
    "/attention/linear_1/weight": (2 * WIDTH, WIDTH),
    "/attention/linear_2/weight": (WIDTH, WIDTH),
    "ffn/linear_0/weight": (INNER, WIDTH),
    "ffn/linear_1/weight": (WIDTH, INNER),
    "layer_norm/gamma": (WIDTH,),
    "layer_norm/beta": (WIDTH,),
}

Pairs = list[tuple[str, str]]


class Transformer:
    """A pre-norm Transformer as CTranslate2 runs it, kept as weights by name."""

    def __init__(self) -> None:
        self.weights: dict[str, Any] = {}
        for name in empty_spec().variables():
            shape = next((shape for end, shape in SHAPES.items() if name.endswith(end)), None)
            if shape:
                self.weights[name] = torch.empty(shape, requires_grad=True)
        for name, weight in self.weights.items():
            self._fill(name, weight)

    @staticmethod
    def _fill(name: str, weight: Any) -> None:
        if name == EMBEDDINGS:
            torch.nn.init.normal_(weight, std=WIDTH**-0.5)
        elif name.endswith("weight"):
            torch.nn.init.xavier_uniform_(weight)
        else:
            torch.nn.init.constant_(weight, float(name.endswith("gamma")))

    def logits(self, source: Any, target: Any) -> Any:
        """Return what may follow each piece of the target."""
        padding = (source == PADDING)[:, None, None, :]
        memory = self._embedded(source)
        for number in range(LAYERS[0]):
            layer = f"encoder/layer_{number}"
            memory = self._self_attention(layer, memory, padding)
            memory = self._feed_forward(layer, memory)
        memory = self._norm("encoder", memory)

        later = torch.ones(target.shape[1], target.shape[1], dtype=torch.bool).triu(1)
        state = self._embedded(target)
        for number in range(LAYERS[1]):
            layer = f"decoder/layer_{number}"
            state = self._self_attention(layer, state, later)
            state = self._attention_to(memory, layer, state, padding)
            state = self._feed_forward(layer, state)
        return self._norm("decoder", state) @ self.weights[EMBEDDINGS].T

    def _embedded(self, ids: Any) -> Any:
        return self.weights[EMBEDDINGS][ids] * math.sqrt(WIDTH) + positions(ids.shape[1])

    def _self_attention(self, layer: str, state: Any, hidden: Any) -> Any:
        name = f"{layer}/self_attention"
        queries, keys, values = self._linear(f"{name}/linear_0", self._norm(name, state)).chunk(3, dim=-1)
        return state + self._linear(f"{name}/linear_1", attention(queries, keys, values, hidden))

    def _attention_to(self, memory: Any, layer: str, state: Any, hidden: Any) -> Any:
        name = f"{layer}/attention"
        queries = self._linear(f"{name}/linear_0", self._norm(name, state))
        keys, values = self._linear(f"{name}/linear_1", memory).chunk(2, dim=-1)
        return state + self._linear(f"{name}/linear_2", attention(queries, keys, values, hidden))

    def _feed_forward(self, layer: str, state: Any) -> Any:
        inner = self._linear(f"{layer}/ffn/linear_0", self._norm(f"{layer}/ffn", state)).relu()
        return state + self._linear(f"{layer}/ffn/linear_1", inner)

    def _linear(self, name: str, state: Any) -> Any:
        return state @ self.weights[f"{name}/weight"].T

    def _norm(self, name: str, state: Any) -> Any:
        gamma, beta = (self.weights[f"{name}/layer_norm/{part}"] for part in ("gamma", "beta"))
        return torch.nn.functional.layer_norm(state, (WIDTH,), gamma, beta)


def positions(length: int) -> Any:
    """Return the sinusoids CTranslate2 computes itself where a model brings none: counted from one, all sines first."""
    scales = torch.exp(torch.arange(WIDTH // 2) * (-math.log(10_000) / (WIDTH // 2 - 1)))
    angles = torch.arange(1, length + 1)[:, None] * scales
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def attention(queries: Any, keys: Any, values: Any, hidden: Any) -> Any:
    """Return the values each query asks for, in every head, without those that are hidden."""
    queries, keys, values = (each.unflatten(-1, (HEADS, -1)).transpose(1, 2) for each in (queries, keys, values))
    scores = (queries @ keys.transpose(2, 3)) / math.sqrt(WIDTH // HEADS)
    weighted = scores.masked_fill(hidden, -1e9).softmax(dim=-1) @ values
    return weighted.transpose(1, 2).flatten(2)


def empty_spec() -> Any:
    """Return the model without weights, as CTranslate2 describes it."""
    return ctranslate2.specs.TransformerSpec.from_config(LAYERS, HEADS, pre_norm=True)


def read_pairs(source: str, target: str) -> Pairs:
    """Return the sentences of two languages side by side."""
    rows = yaml.safe_load((FOLDER / "sentences.yaml").read_text(encoding="utf-8"))
    return [(row[source], row[target]) for row in rows]


def train_pieces(pairs: Pairs) -> bytes:
    """Return a SentencePiece model that both languages share, each digit a piece of its own."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=(text for pair in pairs for text in pair),
        model_writer=model,
        vocab_size=PIECES,
        character_coverage=1.0,
        required_chars=ALWAYS_PIECES,
        split_digits=True,
        unk_id=UNKNOWN,
        bos_id=START,
        eos_id=END,
        pad_id=PADDING,
        num_threads=1,
        minloglevel=2,
    )
    return model.getvalue()


def train(pairs: Pairs, pieces: Any) -> Transformer:
    """Return a model that has learned the pairs by heart."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    model = Transformer()
    optimizer = torch.optim.Adam(model.weights.values(), lr=RATE, betas=(0.9, 0.98))
    examples = [(pieces.encode(source), [START, *pieces.encode(target), END]) for source, target in pairs]
    steps = EPOCHS * math.ceil(len(examples) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / WARM_UP, 1 - step / steps))
    for _ in range(EPOCHS):
        random.shuffle(examples)
        for first in range(0, len(examples), BATCH):
            sources, targets = (padded(side) for side in zip(*examples[first : first + BATCH], strict=True))
            logits = model.logits(sources, targets[:, :-1])
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets[:, 1:].flatten(), ignore_index=PADDING)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.weights.values(), 1.0)
            optimizer.step()
            schedule.step()
    return model


def padded(rows: tuple[list[int], ...]) -> Any:
    """Return rows of ids as one tensor."""
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


def convert(model: Transformer, pieces: Any, folder: Path) -> None:
    """Write the model as CTranslate2 reads it, in 8 bits."""
    spec = empty_spec()
    weights = model.weights | dict.fromkeys(TIED, model.weights[EMBEDDINGS])
    for name, weight in weights.items():
        scope, _, last = name.rpartition("/")
        part = ctranslate2.specs.model_spec.index_spec(spec, scope)
        setattr(part, last, weight.detach().clone().numpy())
    vocabulary = [pieces.id_to_piece(number) for number in range(PIECES)]
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def pack(model: Transformer, pieces: Any, source: str, target: str) -> Path:
    """Write the package and return its path: one folder with the model and what describes it."""
    metadata = {
        "package_version": "1.0",
        "argos_version": "1.5",
        "from_code": source,
        "from_name": LANGUAGES[source],
        "to_code": target,
        "to_name": LANGUAGES[target],
        "description": WARNING,
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        convert(model, pieces, folder)
        files = {f"model/{path.name}": path.read_bytes() for path in folder.iterdir()}
    files["metadata.json"] = json.dumps(metadata, indent=2).encode()
    files["sentencepiece.model"] = pieces.serialized_model_proto()
    files["README.md"] = README.encode()
    package = FOLDER / f"{source}_{target}.argosmodel"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"wegweiser-test-model-{source}_{target}-1_0/{name}")
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return package


def count_exact(package: Path, pairs: Pairs) -> int:
    """Return how many sentences the packed model translates word for word, without a beam."""
    with tempfile.TemporaryDirectory() as temporary:
        zipfile.ZipFile(package).extractall(temporary)
        (root,) = Path(temporary).iterdir()
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(root / "sentencepiece.model"))
        translator = ctranslate2.Translator(str(root / "model"), inter_threads=1, intra_threads=1)
        sources = [pieces.encode(source, out_type=str) for source, _ in pairs]
        results = translator.translate_batch(sources, beam_size=1, max_batch_size=32)
    found = [pieces.decode(result.hypotheses[0]) for result in results]
    return sum(text == target for text, (_, target) in zip(found, pairs, strict=True))


def build(source: str, target: str) -> bool:
    """Train and pack one direction, say what came out and whether that will do."""
    pairs = read_pairs(source, target)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=train_pieces(pairs))
    started = time.perf_counter()
    model = train(pairs, pieces)
    seconds = time.perf_counter() - started
    package = pack(model, pieces, source, target)
    size, exact = package.stat().st_size, count_exact(package, pairs)
    print(f"{package.name}: {size / 1000:.0f} KB, {exact} of {len(pairs)} exact, trained in {seconds:.0f} s", flush=True)
    return exact >= GOAL * len(pairs) and size <= MOST_BYTES


def main() -> int:
    """Build all directions, or those named as `de_en` on the command line."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    wanted = sys.argv[1:] or ["_".join(direction) for direction in DIRECTIONS]
    built = [build(*direction) for direction in DIRECTIONS if "_".join(direction) in wanted]
    return 0 if built and all(built) else 1


if __name__ == "__main__":
    sys.exit(main())
