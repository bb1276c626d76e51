"""Text of whatever origin becomes harmless HTML."""

import pytest

from bot.adapters.web.markup import markdown, plain
from bot.core.text import isolate


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,x)", "![x](https://a.test/x.png)"],
)  # fmt: skip
def test_markdown_never_becomes_foreign_html(text: str) -> None:
    html = markdown(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_links_open_apart_without_telling_where_from_and_telephones_do_not() -> None:
    assert 'href="https://kreis.test" rel="noopener noreferrer" target="_blank"' in markdown("[Kreis](https://kreis.test)")
    assert 'href="/privacy/a?language=de"' in markdown("[Datenschutz](/privacy/a?language=de)")
    assert "href" not in markdown("[Konsole](/console)")
    assert markdown("[116 117](tel:116117)") == '<p><a href="tel:116117" dir="ltr">116 117</a></p>\n'


def test_headings_stand_below_those_of_the_page() -> None:
    assert markdown("# Kita") == "<h3>Kita</h3>\n"


def test_isolated_terms_become_bdi() -> None:
    assert "<bdi>Jobcenter</bdi>" in markdown(f"اسأل {isolate('Jobcenter')}")
    assert plain(isolate("5,80 €")) == "<bdi>5,80 €</bdi>"


def test_plain_text_keeps_its_lines_and_nothing_else() -> None:
    assert plain("a < b\n**c** https://x.test") == "a &lt; b<br>**c** https://x.test"


def test_addresses_advisors_write_become_links() -> None:
    html = plain('siehe https://x.test/a?b=1&c="2.', links=True)
    assert '<a href="https://x.test/a?b=1&amp;c=" rel="noopener noreferrer" target="_blank">' in html
    assert html.endswith("&#34;2.")
