"""What anybody may send or write is spoiled at random: it is refused in words or taken, and nothing else happens.

A few examples in every run, the same ones each time; many new ones with `make soak` (FUZZ=20).
"""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

TIMES = int(os.environ.get("FUZZ", "1"))
TRICKY = (
    *(
        "",
        " ",
        "\0",
        "\t",
        "\ufeff",
        "\u2028",
        "\u202e",
        "\u2066",
        "\U000e0001",
        "٣",
        "ß",
        "İ",
        "\r\n",
        "%",
        "%s",
        "\\",
        "'",
        '"',
    ),
    *(
        "{",
        "}",
        "{}",
        "{0.__class__}",
        "{x!r}",
        "{opens}",
        "[",
        "[]",
        "[[]]",
        "- ",
        ": ",
        "? ",
        "*a",
        "&a ",
        "!!python/none ",
        "<<: ",
    ),
    *(
        "null",
        "~",
        "true",
        "-1",
        "0",
        "1e999",
        "nan",
        "9" * 30,
        "2026-02-30",
        "0000-00-00",
        "24:00",
        "25:61-00:00",
        "../../etc/passwd",
    ),
    *(
        "---\n",
        "...\n",
        "#",
        "msgid",
        "msgstr[9]",
        '"Plural-Forms: nplurals=9; plural=n/0;\\n"\n',
        "a" * 3000,
        "[" * 200,
        "{a: " * 80,
    ),
)
"""Pieces that mean something somewhere: to YAML, to catalogues, to formats, to paths, to clocks."""


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """Set how many examples a test takes: few and always the same, or with FUZZ so many times more and new ones."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


words = st.sampled_from(TRICKY) | st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return a file that somebody has typed into, cut, or damaged."""
    text = whole
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 5, 40, 400))))
        piece = draw(
            words.map(lambda word: word.encode("utf-8", "replace")) | st.binary(max_size=4) | st.just(text[end : end + 60])
        )
        text = text[:start] + piece + text[end:]
    return text


@st.composite
def changed(draw: st.DrawFn, tree: Any) -> Any:
    """Return a tree of lists and mappings of which one branch is something else, is gone, or has company."""
    if draw(st.integers(0, 3)) == 0 or not isinstance(tree, (dict, list)) or not tree:
        return draw(values)
    if isinstance(tree, list):
        at = draw(st.integers(0, len(tree) - 1))
        return [*tree[:at], draw(changed(tree[at])), *tree[at + 1 :]]
    key = draw(st.sampled_from(sorted(tree)))
    match draw(st.integers(0, 5)):
        case 0:
            return {name: branch for name, branch in tree.items() if name != key}
        case 1:
            return tree | {draw(words): draw(values)}
    return tree | {key: draw(changed(tree[key]))}
