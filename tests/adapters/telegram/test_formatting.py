"""What is said becomes HTML that Telegram takes, within its limits, in the right direction."""

import re
from html import unescape

import pytest

from bot.adapters.telegram.formatting import LABEL_CHARACTERS, Button, posts
from bot.core.language import direction
from bot.core.messages import Choice, OutboundMessage
from bot.core.text import FSI, PDI, RLM, units
from tests.botapi.entities import formatted

ARTICLE = """# Einen Kita-Platz finden
Jedes Kind hat ein **Recht** auf Betreuung.

So suchen Sie:

1. Öffnen Sie das [Kita-Portal](https://www.kitaportal-sh.de?a=1&b=2).
2. Rufen Sie an.

- Pass
- **Meldebescheinigung**
"""


def message(text: str, language: str = "de", **rest: object) -> OutboundMessage:
    return OutboundMessage(text, language, **rest)  # type: ignore[arg-type]


def html(text: str, language: str = "de", **rest: object) -> str:
    """Return the HTML of a message that fits into one part."""
    (post,) = posts(message(text, language, **rest))
    return post.html


def visible(html: str) -> str:
    return unescape(re.sub("<[^>]+>", "", html))


def test_an_article_becomes_telegrams_small_html() -> None:
    assert html(ARTICLE) == (
        "<b>Einen Kita-Platz finden</b>\n\n"
        "Jedes Kind hat ein <b>Recht</b> auf Betreuung.\n\n"
        "So suchen Sie:\n\n"
        '1. Öffnen Sie das <a href="https://www.kitaportal-sh.de?a=1&amp;b=2">Kita-Portal</a>.\n'
        "2. Rufen Sie an.\n\n"
        "• Pass\n"
        "• <b>Meldebescheinigung</b>"
    )


def test_lists_within_lists_are_indented() -> None:
    assert html("1. Papiere\n   - Pass\n   - Foto\n2. Termin") == "1. Papiere\n  • Pass\n  • Foto\n2. Termin"


def test_what_people_write_is_never_taken_for_html() -> None:
    assert html("1 < 2 & <b>x</b>") == "1 &lt; 2 &amp; &lt;b&gt;x&lt;/b&gt;"
    assert html("**<i>**", format="plain") == "**&lt;i&gt;**"
    assert html("a", note="<n>", original="<o>") == ("a\n\n<i>&lt;n&gt;</i>\n\n<blockquote expandable>&lt;o&gt;</blockquote>")


def test_telephone_numbers_are_plain_text() -> None:
    assert html("[112](tel:112) [116 117](tel:116117) [Beratung](tel:+494121123456)") == "112 116 117 Beratung +494121123456"


def test_only_web_addresses_are_links() -> None:
    assert html("[Post](mailto:amt@example.org) [da](unten.md)") == "Post amt@example.org da"


def test_unknown_markdown_stays_readable() -> None:
    assert html("> Zitat\n```\ncode\n```\n![Bild](https://a.de/b.png)").startswith("&gt; Zitat\n```\ncode")


def test_the_original_is_one_tap_away_and_not_set_from_right_to_left() -> None:
    said = message("مرحبا", "ar", format="plain", note="ترجمة آلية", original="Guten Tag")
    assert posts(said)[0].html == f"{RLM}مرحبا\n\n<i>ترجمة آلية</i>\n\n<blockquote expandable>Guten Tag</blockquote>"


def test_right_to_left_texts_begin_with_a_mark() -> None:
    assert html("مرحبا", "ar") == RLM + "مرحبا"
    assert html("سلام", "fa", format="plain") == RLM + "سلام"
    assert html("Вітаю", "uk") == "Вітаю"


def test_a_line_that_begins_with_a_german_term_is_still_set_from_right_to_left() -> None:
    assert html(f"عند\nJobcenter هنا\n{FSI}Jobcenter{PDI} هنا\n112", "ar") == (
        f"{RLM}عند\n{RLM}Jobcenter هنا\n{FSI}Jobcenter{PDI} هنا\n{RLM}112"
    )


def test_choices_become_inline_buttons_under_the_last_part() -> None:
    rows = ((Choice("topic:kita", "Kita"), Choice("topic:work", "Arbeit")), (Choice("nav:menu", "x" * 100),))
    first, last = posts(message("a" * 5000, choices=rows))
    assert first.buttons == ()
    assert last.buttons == (
        (Button("Kita", "topic:kita"), Button("Arbeit", "topic:work")),
        (Button("x" * (LABEL_CHARACTERS - 1) + "…", "nav:menu"),),
    )


def test_sharing_a_place_is_a_message_of_its_own() -> None:
    rows = ((Choice("location", "📍 Standort <senden>"),), (Choice("nav:back", "Zurück"),))
    text, place = posts(message("Wo wohnen Sie?", choices=rows))
    assert text.buttons == ((Button("Zurück", "nav:back"),),)
    assert not text.asks_location
    assert place.html == "📍 Standort &lt;senden&gt;"
    assert place.asks_location == "📍 Standort <senden>"


@pytest.mark.parametrize("data", ["", "x" * 65, "ж" * 33])
def test_an_id_that_does_not_fit_telegram_is_an_error(data: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        posts(message("a", choices=((Choice(data, "A"),),)))


def test_nothing_to_say_is_no_message() -> None:
    assert posts(message("  ")) == []


@pytest.mark.parametrize("language", ["de", "ar"])
def test_long_texts_are_split_without_breaking_tags_or_losing_words(language: str) -> None:
    paragraphs = [f"**Absatz {n} 👩‍👧** " + "**fett & <gut>** " * 40 for n in range(30)]
    text = "\n\n".join([*paragraphs, "**" + " ".join(["wort"] * 3000) + "**"])
    found = [post.html for post in posts(message(text, language, note="n" * 5000, original="o" * 9000))]
    assert len(found) > 5
    seen = ""
    for part in found:
        plain, _ = formatted(part, "HTML", None)  # as strict as Telegram with tags
        assert 0 < units(plain) <= 4096
        seen += visible(part)
    assert re.sub(rf"[\s{RLM}]", "", seen) == re.sub(r"[\s*]", "", text) + "n" * 5000 + "o" * 9000
    assert any(re.match(f"{RLM}?<b>wort ", part) for part in found[1:])
    assert found[0].startswith(RLM) is (direction(language) == "rtl")
    assert not found[-1].startswith(RLM)
