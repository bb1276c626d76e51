"""The library's own translation, in a process of its own: `python -m tests.bench.genuine`, messages in, CPU seconds out (JSON).

Its settings come from the environment. Its sentence splitter is replaced by ours, which downloads nothing.
"""

import json
import sys
import time
from types import ModuleType
from typing import Any

from sentencex import segment

from tests.bench.weights import fix_length


def genuine() -> Any:
    """Return its translation from German to English."""
    minisbd: Any = ModuleType("minisbd")
    minisbd.SBDetect, minisbd.models = None, ModuleType("minisbd.models")
    sys.modules["minisbd"] = minisbd
    from argostranslate import sbd, translate  # type: ignore[import-untyped,unused-ignore]

    class Split(sbd.ISentenceBoundaryDetectionModel):  # type: ignore[misc,unused-ignore]
        def __init__(self, package: object) -> None:
            """Need nothing of the package."""

        def split_sentences(self, text: str) -> list[str]:
            return [each.strip() for each in segment("de", text)]

    translate.MiniSBDSentencizer = Split
    return translate.get_translation_from_codes("de", "en")


def main() -> None:
    """Translate what comes in, one message after the other."""
    one, messages = json.load(sys.stdin)
    fix_length()
    way = genuine()
    way.translate(messages[0])
    found = []
    for texts in (one, messages):
        started = time.process_time()
        for text in texts:
            way.translate(text)
        found.append(time.process_time() - started)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
