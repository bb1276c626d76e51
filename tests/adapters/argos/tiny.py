"""Argos packages with random weights, made in a moment: they load, run and take time like real ones, but say only nonsense."""

import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import ctranslate2
import numpy as np
import sentencepiece

_TEXT = [
    "Guten Tag, wie kann ich Ihnen helfen?",
    "Where is the office, please?",
    "مرحبا، أين المكتب؟",
    "abcdefghijklmnopqrstuvwxyz",
]
_VOCABULARY = 90


@cache
def pieces() -> bytes:
    """Return a trained SentencePiece model."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_TEXT * 4),
        model_writer=model,
        vocab_size=_VOCABULARY,
        hard_vocab_limit=False,
        character_coverage=1.0,
        minloglevel=2,
    )
    return model.getvalue()


def vocabulary_of(pieces: bytes) -> list[str]:
    """Return the pieces of a SentencePiece model by their numbers."""
    processor: Any = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    return [processor.id_to_piece(number) for number in range(processor.get_piece_size())]


def write_model(
    folder: Path, width: int = 16, layers: int = 1, seed: int = 1, heads: int = 2, vocabulary: list[str] | None = None
) -> None:
    """Write a CTranslate2 model; from a width of 256 on it takes long enough to be stopped."""
    chance = np.random.default_rng(seed)
    spec = ctranslate2.specs.TransformerSpec.from_config((layers, layers), num_heads=heads)
    vocabulary = vocabulary or vocabulary_of(pieces())
    outputs = {"self_attention/linear_0": 3 * width, "attention/linear_1": 2 * width, "ffn/linear_0": 4 * width}
    for name, value in spec.variables().items():
        if value is not None:
            continue
        scope, _, last = name.rpartition("/")
        if last in ("gamma", "beta"):
            weight = np.full(width, float(last == "gamma"), np.float32)
        else:
            rows = len(vocabulary) if re.search("embeddings|projection", scope) else width
            rows = next((size for end, size in outputs.items() if scope.split("/", 2)[-1] == end), rows)
            columns = 4 * width if scope.endswith("ffn/linear_1") else width
            weight = 0.3 * chance.standard_normal((rows, columns), np.float32)
        setattr(ctranslate2.specs.model_spec.index_spec(spec, scope), last, weight)
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    if width > 256:
        spec.optimize(quantization="int8")
    spec.save(str(folder))


def package(file: Path, pair: str, *, width: int = 16, layers: int = 1, version: str = "1.0", **more: object) -> Path:
    """Write an .argosmodel file of a pair such as "de-en"."""
    source, target = pair.split("-")
    folder = file.parent / f".model-{file.stem}"
    folder.mkdir(parents=True)
    write_model(folder, width, layers)
    metadata = {"package_version": version, "argos_version": "1.5", "from_code": source, "to_code": target, **more}
    with ZipFile(file, "w") as archive:
        root = f"translate-{source}_{target}-{version.replace('.', '_')}"
        archive.writestr(f"{root}/metadata.json", json.dumps(metadata))
        archive.writestr(f"{root}/sentencepiece.model", pieces())
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{root}/model/{path.name}")
            path.unlink()
    folder.rmdir()
    return file
