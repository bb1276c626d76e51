"""What newcomers meet on the pages, without JavaScript."""

import re
from datetime import timedelta

import httpx
import pytest

from bot.adapters.web.visitors import address_of
from bot.core.language import LANGUAGES
from bot.core.messages import Attachment, Choice, InboundMessage, OutboundMessage
from tests.adapters.web.conftest import Browser, texts
from tests.adapters.web.fakes import NOON, World, echo


def conversation_of(world: World, who: Browser) -> str:
    conversation = world.inbox.find(address_of(who.cookies["chat"]))
    assert conversation is not None
    return conversation.id


async def test_first_screen_offers_every_language_by_its_own_name_and_the_emergency_number(amina: Browser) -> None:
    page = (await amina.look("/")).text
    shown = re.findall(r'<button name="language" value="(\w+)" lang="\1" dir="(\w+)"[^>]*>([^<]+)</button>', page)
    assert shown == [(each.code, each.direction, each.name) for each in LANGUAGES.values()]
    assert 'href="tel:112"' in page
    assert "chat" not in amina.cookies


async def test_choosing_arabic_begins_a_chat_that_reads_from_right_to_left(amina: Browser, world: World) -> None:
    await amina.speak("ar")
    assert '<html lang="ar" dir="rtl">' in amina.html
    assert world.inbox.received[0].choice == "lang:ar"
    assert world.inbox.received[0].address == address_of(amina.cookies["chat"])


async def test_the_token_is_neither_stored_nor_readable_by_scripts(amina: Browser, world: World) -> None:
    await amina.look("/")
    response = await amina.press("/chat/language", language="uk")
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    assert amina.cookies["chat"] not in repr(world.inbox.received)


async def test_over_https_the_cookie_is_secure(amina: Browser) -> None:
    amina.base_url = httpx.URL("https://wegweiser.test")
    response = await amina.post("/chat/language", data={"language": "uk"})
    assert "Secure" in response.headers["set-cookie"]


async def test_oksana_changes_the_language_from_the_first_screen_and_keeps_her_chat(oksana: Browser, world: World) -> None:
    await oksana.speak("de")
    token = oksana.cookies["chat"]
    await oksana.press("/chat/language", language="uk")
    assert oksana.cookies["chat"] == token
    assert '<html lang="uk"' in oksana.html


async def test_a_sent_text_is_answered_on_the_page_that_follows(amina: Browser, world: World) -> None:
    await amina.speak("de")
    response = await amina.press("/chat/send", text="Wohnung <script>alert(1)</script>")
    assert (response.status_code, response.headers["location"]) == (303, "/#m4"), "reading goes on at the answer"
    assert "Antwort auf: <strong>Wohnung" in amina.html
    assert "<script>alert" not in amina.html


async def test_the_same_form_sent_twice_counts_once_and_a_new_form_counts_again(amina: Browser, world: World) -> None:
    await amina.speak("de")
    first = amina.html
    await amina.press("/chat/send", text="Ja")
    again, amina.html = amina.html, first
    await amina.press("/chat/send", text="Ja")
    assert texts(world.inbox.received) == ["Ja"]
    amina.html = again
    await amina.press("/chat/send", text="Ja")
    assert texts(world.inbox.received) == ["Ja", "Ja"]


async def test_a_form_without_the_hidden_token_is_refused(amina: Browser, world: World) -> None:
    await amina.speak("de")
    response = await amina.post("/chat/send", data={"text": "Hallo", "csrf": "wrong", "form": "x"})
    assert response.status_code == 403
    assert texts(world.inbox.received) == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}])
async def test_another_sites_form_is_refused_even_on_the_first_screen(
    amina: Browser, world: World, headers: dict[str, str]
) -> None:
    response = await amina.post("/chat/language", data={"language": "de"}, headers=headers)
    assert response.status_code == 403
    assert world.inbox.received == []


async def test_ten_thousand_letters_are_fine_and_too_many_are_told_in_her_language(oksana: Browser, world: World) -> None:
    await oksana.speak("uk")
    await oksana.press("/chat/send", text="є" * 10_000)
    assert texts(world.inbox.received) == ["є" * 10_000]
    response = await oksana.press("/chat/send", text="є" * 20_001)
    assert response.status_code == 413
    assert "Ваше повідомлення задовге. Поділіть текст, не більше 20000 знаків" in response.text


async def test_a_body_of_megabytes_is_cut_off(amina: Browser) -> None:
    await amina.speak("de")
    assert (await amina.press("/chat/send", text="x" * 1_100_000)).status_code == 413


async def test_only_the_choices_of_the_newest_turn_are_buttons(amina: Browser, world: World) -> None:
    def offer(message: InboundMessage) -> list[OutboundMessage]:
        return [OutboundMessage("Frage", "de", choices=((Choice(f"to:{message.text}", f"Knopf {message.text}"),),))]

    world.inbox.reply = offer
    await amina.speak("de")
    await amina.press("/chat/send", text="eins")
    await amina.press("/chat/send", text="zwei")
    assert 'value="to:zwei"' in amina.html
    assert 'value="to:eins"' not in amina.html
    await amina.press("/chat/choose", choice="to:zwei")
    assert world.inbox.received[-1].choice == "to:zwei"


async def test_choices_stay_while_the_chat_is_not_kept_and_her_own_words_are_missing(amina: Browser, world: World) -> None:
    await amina.speak("de")
    conversation = conversation_of(world, amina)
    for label in ("alt", "neu"):
        world.clock.forward(timedelta(seconds=5))
        world.lines.add(conversation, OutboundMessage("?", "de", choices=((Choice(label, label),),)))
    await amina.look("/")
    assert 'value="neu"' in amina.html
    assert 'value="alt"' not in amina.html


async def test_buttons_of_an_earlier_message_of_the_turn_hang_quietly_at_that_message(amina: Browser, world: World) -> None:
    original, nothing = Choice("original:kita", "Auf Deutsch zeigen"), Choice("nav:menu", "Menü")
    question = (Choice("f:yes", "Ja"),), (Choice("f:no", "Nein"),), (Choice("nav:back", "Zurück"), nothing)
    world.inbox.reply = lambda message: [
        OutboundMessage("Artikel", "de", choices=((original,), (nothing,))),
        OutboundMessage("Geholfen?", "de", choices=question),
    ]
    await amina.speak("de")
    article, rest = amina.html.split("Geholfen?")
    assert 'value="original:kita" class="quiet"' in article
    assert 'value="nav:menu" class="quiet" dir' not in article
    assert re.findall(r'value="([^"]+)"(?: class="\w+")? dir="auto"', rest) == ["f:yes", "f:no", "nav:back", "nav:menu"]
    assert rest.index('class="row loose"') < rest.index("f:yes") < rest.index('class="standing"') < rest.index("nav:back")


async def test_a_posters_code_is_carried_through_the_choice_of_the_language(amina: Browser, world: World) -> None:
    await amina.look("/?start=site-north-elmshorn")
    assert '<input type="hidden" name="start" value="site-north-elmshorn">' in amina.html
    assert world.inbox.received == []
    await amina.press("/chat/language", language="uk", start="site-north-elmshorn")
    assert [message.text or message.choice for message in world.inbox.received] == ["/start site-north-elmshorn", "lang:uk"]


async def test_a_posters_code_is_a_button_where_a_chat_exists_and_shown_by_its_name(amina: Browser, world: World) -> None:
    await amina.speak("de")
    await amina.look("/?start=site-north-elmshorn")
    assert 'name="text" value="/start site-north-elmshorn" class="primary wide" dir="auto">Beratung Nord, Elmshorn<' in amina.html
    assert texts(world.inbox.received) == []
    await amina.press("/chat/send", text="/start site-north-elmshorn")
    assert texts(world.inbox.received) == ["/start site-north-elmshorn"]
    assert '<div class="text" dir="auto">Beratung Nord, Elmshorn</div>' in amina.html


@pytest.mark.parametrize("start", ["", "topic-nowhere", "site-", "menu", "site-<b>", "/erase"])
async def test_a_poster_that_leads_nowhere_changes_nothing(amina: Browser, world: World, start: str) -> None:
    await amina.look("/")
    await amina.press("/chat/language", language="de", start=start)
    assert texts(world.inbox.received) == []
    page = (await amina.get("/", params={"start": start})).text
    assert "primary wide" not in page
    assert "<b>" not in page


async def test_sharing_the_place_is_offered_to_scripts_only_and_reaches_the_bot(amina: Browser, world: World) -> None:
    world.inbox.reply = lambda message: [OutboundMessage("Wo wohnen Sie?", "de", choices=((Choice("location", "Standort"),),))]
    await amina.speak("de")
    assert 'value="location"' not in amina.html
    assert re.search(r"<form[^>]*data-location hidden>", amina.html)
    await amina.press("/chat/place", lat="53.660", lon="9.800")
    place = world.inbox.received[-1].place
    assert place is not None
    assert (place.lat, place.lon) == (53.66, 9.8)
    await amina.press("/chat/place", lat="nan", lon="9.8")
    assert world.inbox.received[-1].place is place


async def test_an_advisors_message_shows_who_writes_the_note_and_the_original(amina: Browser, world: World) -> None:
    world.hire("Beate", "north", "-")
    await amina.speak("ar")
    message = OutboundMessage("مرحباً", "ar", "advisor", "plain", note="ترجمتها آلة.", original="Guten Tag\nAmina")
    world.lines.add(conversation_of(world, amina), message, advisor="beate")
    page = (await amina.look("/")).text
    assert "<bdi>Beate</bdi> · استشارة" in page
    assert '<div class="text" dir="auto" lang="ar">مرحباً</div>' in page
    assert "<summary>النص الأصلي</summary>" in page
    assert "Guten Tag<br>Amina" in page
    assert "ترجمتها آلة." in page


async def test_a_bot_message_in_another_language_carries_its_own_direction(amina: Browser, world: World) -> None:
    await amina.speak("ar")
    world.lines.add(conversation_of(world, amina), OutboundMessage("Nur auf **Deutsch**", "de"))
    page = (await amina.look("/")).text
    assert '<div class="text" dir="ltr" lang="de"><p>Nur auf <strong>Deutsch</strong></p>' in page


async def test_messages_of_another_day_tell_the_day(amina: Browser, world: World) -> None:
    await amina.speak("de")
    world.clock.forward(timedelta(days=1))
    assert "Di. 24. Nov., 12:00" in (await amina.look("/")).text


async def test_a_file_is_downloaded_by_whom_it_was_sent_to_and_nobody_else(amina: Browser, oksana: Browser, world: World) -> None:
    await amina.speak("de")
    await oksana.speak("uk")
    calendar = Attachment("document", "Termin ä.ics", "text/calendar", b"BEGIN:VCALENDAR")
    line = world.lines.add(conversation_of(world, amina), OutboundMessage("Ihr Termin", "de"), attachment=calendar)
    response = await amina.get(f"/chat/files/{line.n}")
    assert response.content == b"BEGIN:VCALENDAR"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''Termin%20%C3%A4.ics"
    assert response.headers["content-type"] == "text/calendar"
    assert (await oksana.get(f"/chat/files/{line.n}")).status_code == 404
    assert (await amina.get("/chat/files/999")).status_code == 404
    assert (await amina.get(f"/chat/files/{10**30}")).status_code == 404


async def test_waiting_for_a_slow_answer_is_said_instead_of_hidden(amina: Browser, world: World) -> None:
    await amina.speak("de")
    world.inbox.reply = lambda message: []
    await amina.press("/chat/send", text="Hallo")
    assert "Die Antwort kommt gleich." in amina.html


async def test_looking_changes_nothing(amina: Browser, world: World) -> None:
    await amina.speak("de")
    before = list(world.inbox.received)
    for path in ("/", "/about", "/privacy", "/chat/send", "/chat/choose?choice=nav:menu", "/chat/language?language=ar"):
        await amina.get(path)
    assert world.inbox.received == before


async def test_a_link_from_another_site_still_finds_her_chat(amina: Browser) -> None:
    await amina.speak("de")
    cookies = amina.cookies
    amina.cookies = httpx.Cookies()
    response = await amina.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    assert 'http-equiv="refresh"' in response.text
    amina.cookies = cookies
    assert 'id="log"' in (await amina.get("/", headers={"Sec-Fetch-Site": "same-origin"})).text


async def test_more_than_thirty_messages_a_minute_are_slower_but_all_arrive(amina: Browser, world: World) -> None:
    await amina.speak("de")
    for number in range(70):
        await amina.press("/chat/send", text=f"Nachricht {number}")
        world.clock.time = NOON
    assert len(texts(world.inbox.received)) == 70
    assert world.pauses[0] == pytest.approx(0.1)
    assert max(world.pauses) == 3.0
    world.clock.forward(timedelta(minutes=2))
    count = len(world.pauses)
    await amina.press("/chat/send", text="Später")
    assert len(world.pauses) == count


async def test_the_reading_pages_name_licence_source_and_geonames(amina: Browser) -> None:
    page = (await amina.get("/about")).text
    for expected in ("AGPL-3.0-or-later", "https://example.org/source", "GeoNames", "CC BY 4.0"):
        assert expected in page
    privacy = (await amina.get("/privacy", headers={"Accept-Language": "ar-SY,ar;q=0.9"})).text
    assert '<html lang="ar" dir="rtl">' in privacy
    assert '<div class="text" lang="de" dir="ltr">' in privacy, "what is not translated yet reads from left to right"


async def test_an_unknown_page_is_explained_and_an_error_of_ours_as_well(world: World, amina: Browser) -> None:
    missing = await amina.get("/nowhere")
    assert missing.status_code == 404
    assert "Diese Seite gibt es nicht." in missing.text

    def break_down(message: InboundMessage) -> list[OutboundMessage]:
        raise RuntimeError("broken")

    await amina.speak("de")
    world.inbox.reply = break_down
    with pytest.raises(RuntimeError):
        await amina.press("/chat/send", text="Hallo")
    world.inbox.reply = echo
