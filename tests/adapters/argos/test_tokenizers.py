"""Sentences become pieces and sentences again with each of the tokenizers a package may have."""

import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
import sentencepiece

from bot.adapters.argos.engine import Engine
from bot.adapters.argos.model import try_out
from bot.adapters.argos.packages import Package, PackageError, install
from bot.adapters.argos.tokenizers import tokenizer
from tests.adapters.argos.tiny import package, pieces

RULES = "#version: 0.2\nG u\nGu t\nGut e\nGute n</w>\nT a\nTa g</w>\n"


def with_bpe(file: Path, rules: str) -> Path:
    """Write a package whose tokenizer is a bpe.model, as some of the public ones have it."""
    whole = package(file.with_suffix(".sentencepiece"), "de-en")
    with ZipFile(whole) as old, ZipFile(file, "w") as new:
        for name in old.namelist():
            bpe = name.endswith("sentencepiece.model")
            new.writestr(name.replace("sentencepiece.model", "bpe.model"), rules if bpe else old.read(name))
    return file


def folder(path: Path, **files: bytes) -> Package:
    path.mkdir()
    (path / "metadata.json").write_text('{"from_code": "de", "to_code": "en"}', "utf-8")
    for name, content in files.items():
        (path / f"{name.replace('_', '.')}.model").write_bytes(content)
    return Package(path, "de", "en", "1.0", 1, "")


def test_sentences_come_back_whole_from_sentencepiece(tmp_path: Path) -> None:
    words = tokenizer(folder(tmp_path / "one", sentencepiece=pieces()))
    for text in ("Guten Tag, wie kann ich Ihnen helfen?", "مرحبا، أين المكتب؟"):
        assert words.decode(words.encode(text)) == text
    assert words.encode("") == []


def test_an_underscore_stays_one(tmp_path: Path) -> None:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["snake_case and a_b"] * 9),
        model_writer=model,
        vocab_size=30,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    words = tokenizer(folder(tmp_path / "one", sentencepiece=model.getvalue()))
    assert words.decode(words.encode("a_b and snake_case")) == "a_b and snake_case"


def test_each_side_may_have_its_own_pieces(tmp_path: Path) -> None:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["дякую, до побачення"] * 9),
        model_writer=model,
        vocab_size=290,
        hard_vocab_limit=False,
        byte_fallback=True,
        minloglevel=2,
    )
    words = tokenizer(folder(tmp_path / "two", sentencepiece=pieces(), sentencepiece_target=model.getvalue()))
    german = sentencepiece.SentencePieceProcessor(model_proto=pieces())
    ukrainian = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    assert words.encode("Guten Tag") == german.encode("Guten Tag", out_type=str)
    assert words.encode("Er sagt: „Guten Tag – ja“.") == german.encode('Er sagt: "Guten Tag - ja".', out_type=str)
    assert words.encode(" ") == []
    assert words.decode(ukrainian.encode("дякую ☂", out_type=str)) == "дякую ☂"


def test_words_are_cut_by_rules_where_a_package_has_them(tmp_path: Path) -> None:
    found = install(with_bpe(tmp_path / "de_en.argosmodel", RULES), tmp_path / "models", try_out)
    words = tokenizer(found)
    assert words.encode("Guten Tag.") == ["Guten", "Tag", "."]
    assert words.encode("Amt") == ["A@@", "m@@", "t"]
    assert words.encode("") == []
    for text in ("Guten Tag, Herr Weber.", "Kosten & 5 Termine (neu)"):
        assert words.decode(words.encode(text)) == text


async def test_the_engine_runs_a_package_with_rules(tmp_path: Path) -> None:
    found = install(with_bpe(tmp_path / "de_en.argosmodel", RULES), tmp_path / "models", try_out)
    engine = Engine()
    said = await engine.translate([found], ["Guten Tag.", ""])
    await engine.close()
    assert said[1].text == ""


def test_damaged_rules_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"its model does not work \(bpe\.model is damaged\)"):
        install(with_bpe(tmp_path / "de_en.argosmodel", "#version: 0.2\nG u t e n\n"), tmp_path / "models", try_out)


def test_damaged_pieces_are_refused(tmp_path: Path) -> None:
    file = with_bpe(tmp_path / "de_en.argosmodel", "")
    with ZipFile(file) as old, ZipFile(tmp_path / "damaged.argosmodel", "w") as new:
        for name in old.namelist():
            new.writestr(name.replace("bpe.model", "sentencepiece.model"), old.read(name) or json.dumps("no model"))
    with pytest.raises(PackageError, match="its model does not work"):
        install(tmp_path / "damaged.argosmodel", tmp_path / "models", try_out)
