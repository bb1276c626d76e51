"""An advisor sends files, articles, site cards and finished replies; they arrive as the bot would show them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.attachments import UnfitFile
from bot.core.canned import Canned, CannedWording
from bot.core.cases import CaseError
from bot.core.content import Content
from bot.core.messages import OutboundMessage
from bot.services.desk import Forbidden
from tests.services.fakes import AMINA, BEATE, CARL, COLLEAGUE, JENS, OKSANA, World

PDF = b"%PDF-1.7 letter"


def last(world: World) -> OutboundMessage:
    message = world.lines(AMINA)[-1].message
    assert message is not None
    return message


async def test_a_file_reaches_the_newcomer_and_claims_the_case(world: World) -> None:
    case = await world.asks_for_a_person()
    world.parts.sending.file(BEATE, case.id, "C:\\Briefe\\Antrag.PDF", PDF)
    line = world.lines(AMINA)[-1]
    assert (line.author, line.advisor, line.case_id) == ("advisor", "beate", case.id)
    assert line.attachment is not None
    assert (line.attachment.name, line.attachment.data) == ("Antrag.pdf", PDF)
    assert world.case(AMINA).advisor == "beate"


async def test_a_file_is_given_out_to_its_newcomer_and_its_agency_only(world: World) -> None:
    case, files = await world.asks_for_a_person(), world.parts.files
    await world.arrives(OKSANA, "uk")
    before = world.lines(AMINA)[0].n
    world.parts.sending.file(BEATE, case.id, "Antrag.pdf", PDF)
    line = world.lines(AMINA)[-1]
    assert files.of_newcomer(AMINA, line.n) == files.of_case(BEATE, case.id, line.n) == line
    assert files.of_newcomer(OKSANA, line.n) is None
    assert files.of_case(JENS, case.id, line.n) is None
    assert files.of_case(BEATE, case.id, before) is None, "what was said before the case is not the agency's"


async def test_a_file_that_is_not_taken_changes_nothing(world: World) -> None:
    case = await world.asks_for_a_person()
    with pytest.raises(UnfitFile):
        world.parts.sending.file(BEATE, case.id, "brief.pdf", b"<script>")
    assert world.case(AMINA) == case


async def test_an_article_arrives_in_the_newcomers_language_labelled_as_the_bot_would(world: World) -> None:
    case = await world.asks_for_a_person(language="ar")
    world.parts.sending.enclose(BEATE, case.id, "article:rental-deposit")
    message, article = last(world), world.parts.content.knowledge.articles["rental-deposit"]
    assert (message.author, message.language, message.choices) == ("advisor", "ar", ())
    assert message.text.startswith(f"# {article.wordings['ar'].title}")
    assert message.label == ("" if article.wordings["ar"].status == "reviewed" else "draft")
    assert article.sources[0].title in message.note
    assert message.original is not None
    assert message.original.startswith(f"# {article.wordings['de'].title}")


async def test_german_readers_get_no_original_beside_it(world: World) -> None:
    case = await world.asks_for_a_person(language="de")
    world.parts.sending.enclose(BEATE, case.id, "article:rental-deposit")
    assert last(world).original is None


async def test_a_site_card_has_its_hours_and_the_way_on_the_map(world: World) -> None:
    case = await world.asks_for_a_person(language="ar")
    world.parts.sending.enclose(BEATE, case.id, "site:example-elmshorn")
    message = last(world)
    for words in ("Beispielstelle Elmshorn", "openstreetmap.org", "14:00–17:00", world.phrase("route", "ar")):
        assert words in message.text
    assert "Montag" in (message.original or "")


async def test_the_articles_of_the_way_and_of_the_topic_are_offered_first(world: World) -> None:
    case = replace(await world.asks_for_a_person(), topic="housing", trail=("article:kita-place", "sites:Elmshorn"))
    offers = await world.parts.sending.offers(case)
    ids = [each.id for each in offers]
    housing = {f"article:{article.id}" for article in world.parts.content.knowledge.on("housing")}
    assert (ids[0], ids[-1]) == ("article:kita-place", f"site:{case.site}")
    assert set(ids[1:-1]) <= housing
    assert len(ids) <= 7
    assert all(each.message.language == "ar" for each in offers)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("Kaution", "article:rental-deposit"), ("elmsh", "site:example-elmshorn"), ("25335", "site:example-elmshorn")],
)
async def test_a_search_finds_articles_and_sites_in_german(world: World, wanted: str, found: str) -> None:
    ids = [each.id for each in await world.parts.sending.offers(await world.asks_for_a_person(), wanted)]
    assert found in ids
    assert len(ids) <= 5


async def test_a_search_for_nothing_we_have_finds_nothing(world: World) -> None:
    assert await world.parts.sending.offers(await world.asks_for_a_person(), "xqzv wjk") == []


async def test_what_is_not_there_cannot_be_sent(world: World) -> None:
    case = await world.asks_for_a_person()
    for id in ("article:nowhere", "site:nowhere", "", "rental-deposit", "flow:housing"):
        with pytest.raises(ValueError):
            world.parts.sending.enclose(BEATE, case.id, id)
    with pytest.raises(ValueError):
        world.parts.sending.send_canned(BEATE, case.id, "own:nowhere")


async def test_who_has_no_access_sends_nothing_and_a_colleagues_case_stays_theirs(world: World) -> None:
    case, sending = await world.asks_for_a_person(), world.parts.sending
    acts: list[Callable[[], object]] = [
        lambda: sending.file(JENS, case.id, "brief.pdf", PDF),
        lambda: sending.enclose(JENS, case.id, "article:rental-deposit"),
        lambda: sending.send_canned(JENS, case.id, "canned_coming"),
        lambda: sending.enclose(CARL, case.id, "article:rental-deposit"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    world.parts.desk.claim(BEATE, case.id)
    with pytest.raises(CaseError):
        sending.enclose(COLLEAGUE, case.id, "article:rental-deposit")


def with_canned(content: Content, **texts: str) -> Content:
    wordings = {code: CannedWording(text, "reviewed" if code == "ar" else "draft") for code, text in texts.items()}
    return replace(content, canned={"example-a": (Canned("visit", wordings),)})


async def test_an_agencys_own_reply_is_filled_from_the_site_and_comes_first(world: World) -> None:
    german = "{name} von {site}: {phone}; {hours}"
    world.parts.content = with_canned(world.parts.content, de=german, ar="{name} من {site} {phone} {hours}")
    case = await world.asks_for_a_person(language="ar")
    ready = world.parts.sending.canned(BEATE, case)
    assert [each.key for each in ready][:2] == ["own:visit", "canned_anything_else"]
    world.parts.sending.send_canned(BEATE, case.id, "own:visit")
    message = last(world)
    assert (message.language, message.label) == ("ar", "")
    assert message.text.startswith("Beate Petersen من Beispielstelle Elmshorn 0000 000001")
    assert message.original is not None
    assert "Montag: 09:00–12:00, 14:00–17:00; Dienstag" in message.original


@pytest.mark.parametrize(("language", "arrives", "label"), [("uk", "uk", "draft"), ("tr", "de", "fallback"), ("de", "de", "")])
async def test_a_reply_nobody_has_read_in_that_language_says_so(world: World, language: str, arrives: str, label: str) -> None:
    world.parts.content = with_canned(world.parts.content, de="Kommen Sie.", uk="Приходьте.")
    case = await world.asks_for_a_person(language=language)
    world.parts.sending.send_canned(BEATE, case.id, "own:visit")
    message = last(world)
    assert (message.language, message.label, bool(message.note)) == (arrives, label, bool(label))


async def test_what_nobody_has_checked_is_never_said_as_a_fact(world: World) -> None:
    content = with_canned(world.parts.content, de="Zeiten: {hours}")
    site = content.network.sites["example-elmshorn"]
    sites = {**content.network.sites, site.id: replace(site, example=False, verified_on=None)}
    world.parts.content = replace(content, network=replace(content.network, sites=sites))
    case = await world.asks_for_a_person()
    assert case.site == site.id
    assert "own:visit" not in [each.key for each in world.parts.sending.canned(BEATE, case)]
