"""Models of OPUS-MT and of CTranslate2 become packages that install and translate like any other."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import yaml

from bot.adapters.argos.engine import Engine
from bot.adapters.argos.model import try_out
from bot.adapters.argos.pack import Direction, pack
from bot.adapters.argos.packages import PackageError, install
from bot.adapters.argos.tokenizers import tokenizer
from tests.adapters.argos.tiny import pieces
from tests.conftest import ROOT

WIDTH = 16
SIMPLE = {
    "type": "transformer",
    "transformer-decoder-autoreg": "self-attention",
    "transformer-no-projection": False,
    "transformer-ffn-activation": "swish",
    "transformer-preprocess": "",
    "transformer-postprocess": "dan",
    "transformer-postprocess-emb": "d",
    "transformer-postprocess-top": "",
    "transformer-guided-alignment-layer": "last",
    "transformer-heads": 2,
    "enc-depth": 1,
    "dec-depth": 1,
}


def opus(folder: Path, *tokens: str) -> Path:
    """Write a model as OPUS-MT does, with random weights."""
    folder.mkdir()
    for side in ("source", "target"):
        (folder / f"{side}.spm").write_bytes(pieces())
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces())
    words = ["</s>", "<unk>", *tokens, *(processor.id_to_piece(n) for n in range(3, processor.get_piece_size()))]
    lines = [f"{json.dumps(word, ensure_ascii=False)}: {number}" for number, word in enumerate(words)]
    (folder / "opus.vocab.yml").write_text("\n".join(lines), "utf-8")
    chance = np.random.default_rng(1)

    def weights(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return chance.normal(0, 0.3, shape).astype(np.float32)

    layers = {"encoder_l1": ("self",), "decoder_l1": ("self", "context")}
    found = {"Wemb": weights(len(words), WIDTH), "decoder_ff_logit_out_b": weights(1, len(words))}
    for layer, attentions in layers.items():
        for part in attentions:
            for letter in "qkvo":
                found[f"{layer}_{part}_W{letter}"] = weights(WIDTH, WIDTH)
                found[f"{layer}_{part}_b{letter}"] = weights(1, WIDTH)
        found |= {f"{layer}_ffn_W1": weights(WIDTH, 64), f"{layer}_ffn_b1": weights(1, 64)}
        found |= {f"{layer}_ffn_W2": weights(64, WIDTH), f"{layer}_ffn_b2": weights(1, WIDTH)}
        for part in [*(f"{each}_Wo" for each in attentions), "ffn_ffn"]:
            found |= {f"{layer}_{part}_ln_scale": np.ones((1, WIDTH), np.float32), f"{layer}_{part}_ln_bias": weights(1, WIDTH)}
    config = np.frombuffer(yaml.safe_dump(SIMPLE).encode() + b"\0", np.int8)
    np.savez(folder / "opus.npz", **found, **{"special:model.yml": config})  # type: ignore[arg-type]
    (folder / "decoder.yml").write_text("models: [opus.npz]\nvocabs: [opus.vocab.yml, opus.vocab.yml]\n")
    (folder / "README.md").write_text("# opus-2020\n")
    (folder / "LICENSE").write_text("\nAttribution 4.0 International\n\nmore\n")
    return folder


async def test_an_opus_model_becomes_a_package_that_translates(tmp_path: Path) -> None:
    packed = pack(opus(tmp_path / "opus-de-uk"), Direction("de", "uk"), tmp_path / "de_uk.argosmodel", try_out)
    package = install(tmp_path / "de_uk.argosmodel", tmp_path / "models", try_out)
    assert (package.pair, package.version, package.licence) == ("de-uk", packed.version, "Attribution 4.0 International")
    assert package.description == "Packed from opus-de-uk."
    assert package.version.startswith("1.0+")
    assert (package.path / "README.md").read_text() == "# opus-2020\n"
    assert json.loads((package.path / "model" / "config.json").read_text())["add_source_eos"] is True
    # Only weights of 8 bits have a scale.
    assert b"weight_scale" in (package.path / "model" / "model.bin").read_bytes()
    engine = Engine()
    [said] = await engine.translate([package], ["Guten Tag, wie kann ich Ihnen helfen?"])
    await engine.close()
    assert said.text


def test_the_same_folder_gives_the_same_file(tmp_path: Path) -> None:
    folder = opus(tmp_path / "opus")
    files = [tmp_path / "one.argosmodel", tmp_path / "two.argosmodel"]
    for file in files:
        pack(folder, Direction("de", "uk"), file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"opus", "one.argosmodel", "two.argosmodel"}


async def test_a_model_of_ctranslate2_keeps_its_words(tmp_path: Path) -> None:
    root = install(ROOT / "tests" / "models" / "de_en.argosmodel", tmp_path / "before").path
    flat = tmp_path / "flat"
    shutil.copytree(root / "model", flat)
    shutil.copy(root / "sentencepiece.model", flat)
    sentences = yaml.safe_load((ROOT / "tests" / "models" / "sentences.yaml").read_text("utf-8"))[:5]
    engine = Engine()
    for folder in (root, flat):
        pack(folder, Direction("de", "en"), tmp_path / "out.argosmodel", try_out)
        package = install(tmp_path / "out.argosmodel", tmp_path / folder.name / "models")
        said = await engine.translate([package], [each["de"] for each in sentences])
        assert [each.text for each in said] == [each["en"] for each in sentences]
        assert package.rehearsed is (folder == root)
    await engine.close()


def test_a_model_of_several_languages_has_to_be_told_which(tmp_path: Path) -> None:
    folder = opus(tmp_path / "opus", ">>ara<<", ">>apc<<")
    file = tmp_path / "de_ar.argosmodel"
    for token, said in (("", r"choose one with --token: >>ara<< >>apc<<"), (">>heb<<", r"does not know the token >>heb<<")):
        with pytest.raises(PackageError, match=said):
            pack(folder, Direction("de", "ar", token), file)
    assert not file.exists()
    pack(folder, Direction("de", "ar", ">>ara<<"), file, try_out)
    words = tokenizer(install(file, tmp_path / "models"))
    assert words.encode("Guten Tag")[0] == ">>ara<<"
    assert words.encode("") == []


def without(*names: str) -> Callable[[Path], None]:
    def take_out(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return take_out


def pytorch(folder: Path) -> None:
    without("decoder.yml")(folder)
    (folder / "pytorch_model.bin").write_bytes(b"x")


def spoiled(folder: Path) -> None:
    whole = (folder / "opus.npz").read_bytes()
    (folder / "opus.npz").write_bytes(whole[:3000] + bytes(500) + whole[3500:])


def other_kind(folder: Path) -> None:
    with np.load(folder / "opus.npz") as found:
        members = dict(found)
    members["special:model.yml"] = np.frombuffer(yaml.safe_dump(SIMPLE | {"type": "s2s"}).encode() + b"\0", np.int8)
    np.savez(folder / "opus.npz", **members)


def absent_weights(folder: Path) -> None:
    (folder / "decoder.yml").write_text("models: [absent.npz]\nvocabs: [opus.vocab.yml]\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (pytorch, "ct2-transformers-converter"),
        (without("source.spm"), r"no tokenizer: source\.spm and target\.spm"),
        (spoiled, "its weights cannot be converted"),
        (other_kind, "its weights cannot be converted"),
        (absent_weights, r"absent\.npz cannot be used: No such file"),
    ],
)
def test_a_folder_without_a_usable_model_is_refused(change: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    folder = opus(tmp_path / "opus")
    change(folder)
    with pytest.raises(PackageError, match=said):
        pack(folder, Direction("de", "uk"), tmp_path / "out.argosmodel", try_out)
    assert [path.name for path in tmp_path.iterdir()] == ["opus"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be used: No such file"):
        pack(opus(tmp_path / "opus"), Direction("de", "uk"), tmp_path / "nowhere" / "out.argosmodel")
