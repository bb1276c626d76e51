"""Learning from our own parallel texts what is shipped for content in few languages; `make vectors` runs it."""

import sys
from pathlib import Path

from bot.adapters.bridges import SHIPPED, save_bridge
from bot.adapters.content.loader import load_knowledge
from bot.adapters.embeddings import vectors_of
from bot.core.bridge import Bridge, learn
from bot.core.variants import variants


def learned(root: Path) -> Bridge | None:
    """Return what the articles of a folder teach; None where the vectors of their texts are not known."""
    known = [variants([article]) for article in load_knowledge(root).knowledge.articles.values()]
    vectors = vectors_of((each.text for group in known for each in group), None, root / "knowledge")
    return None if vectors is None else learn([(each.language, vectors[each.text]) for each in group] for group in known)


if __name__ == "__main__":
    bridge = learned(Path())
    if bridge is None:
        sys.exit("The vectors of the articles are not complete: run make vectors.")
    save_bridge(bridge)
    print(f"{SHIPPED.name} compares {len(bridge.centres)} languages")
