"""Every recorded conversation holds in every language."""

from pathlib import Path

import pytest
import yaml

from bot.core.content import Content
from bot.core.language import LANGUAGES
from tests.transcripts.replay import Replay

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.yaml"))


def test_there_are_at_least_thirty_conversations() -> None:
    assert len(TRANSCRIPTS) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_holds(path: Path, language: str, content: Content, tmp_path: Path) -> None:
    steps = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    languages = steps[0].get("only", list(LANGUAGES)) if "only" in steps[0] else list(LANGUAGES)
    if language in languages:
        Replay(content, language, tmp_path).play([step for step in steps if "only" not in step])
