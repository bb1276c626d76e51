"""Staff learn in their agency's group that somebody waits, and claim the case there, with the real python-telegram-bot."""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters.telegram.advisors import ALLOWED_UPDATES, AdvisorsBot
from bot.adapters.telegram.receiver import InvalidToken, Receiver
from bot.core import locales
from bot.core.appointments import Interpreting, Slot, book
from bot.core.cases import Case
from bot.core.hours import Hours
from bot.core.messages import Coordinates
from bot.core.network import Site
from bot.services.ports import AppointmentChange, DeliveryError
from tests.adapters.telegram.fakes import CONTENT, NOW, Office, Pauses, advisor, case, polling, receiving
from tests.botapi import Bot, BotApi, Group, Message, Person

WAYS = ("polling", "webhook")
CONSOLE = "https://wegweiser.example/console"
Start = Callable[..., AdvisorsBot]


@pytest.fixture
def beate(api: BotApi) -> Person:
    """Advises at the agency in the north; her account is linked."""
    return api.person("Beate")


@pytest.fixture
def jens(api: BotApi) -> Person:
    """Advises at the agency in the south; his account is linked."""
    return api.person("Jens")


@pytest.fixture
def carl(api: BotApi) -> Person:
    """Has no access."""
    return api.person("Carl")


@pytest.fixture
def north(api: BotApi, staff: Bot, beate: Person, jens: Person, carl: Person) -> Group:
    return api.group("Team Nord", members=[beate, jens, carl], bots=[staff])


@pytest.fixture
def south(api: BotApi, staff: Bot, jens: Person) -> Group:
    return api.group("Team Süd", members=[jens], bots=[staff])


@pytest.fixture
def office(beate: Person, jens: Person) -> Office:
    office = Office(advisor("Beate", "north", beate.id), advisor("Jens", "south", jens.id), advisor("Nora", "north", None))
    office.cases[case().id] = case()
    return office


@pytest.fixture
async def open_bot(api: BotApi, staff: Bot, office: Office, north: Group, south: Group) -> AsyncIterator[Start]:
    """Makes bots and closes them in the end."""
    made: list[AdvisorsBot] = []

    def start(console_url: str = CONSOLE, token: str = staff.token) -> AdvisorsBot:
        groups = {"north": north.id, "south": south.id}
        made.append(AdvisorsBot(token, office.services(), groups, console_url, str, api.url))
        return made[-1]

    yield start
    for one in made:
        await one.close()


@pytest.fixture
def bot(open_bot: Start) -> AdvisorsBot:
    return open_bot()


@pytest.fixture
def receiver(api: BotApi, staff: Bot, bot: AdvisorsBot) -> Receiver:
    return Receiver("staff", staff.token, api.url, bot.accept, ALLOWED_UPDATES, pause=Pauses())


async def alerted(api: BotApi, bot: AdvisorsBot, group: Group, waiting: Case | None = None) -> Message:
    """Return the alert about a case as the group sees it."""
    await bot.case_waiting(waiting or case())
    return api.messages(group)[-1]


async def failure(bot: AdvisorsBot) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await bot.case_waiting(case())
    return caught.value


# --- Alerts --------------------------------------------------------------------------------------


async def test_the_agencys_group_learns_that_somebody_waits(api: BotApi, bot: AdvisorsBot, north: Group, south: Group) -> None:
    alert = await alerted(api, bot, north)
    assert alert.text == (
        "Neue Anfrage #12\n"
        "Thema: Wohnen\n"
        "Sprache: Arabisch\n"
        "Beratungsstelle: steht nicht mehr im Verzeichnis (north-office)\n"
        f"Antwort zugesagt bis: {locales.day(date(2026, 11, 25), 'de')}, 17:00"
    )
    assert api.messages(south) == []


async def test_an_alert_says_that_something_may_be_an_emergency(api: BotApi, bot: AdvisorsBot, north: Group) -> None:
    first, second, *_ = (await alerted(api, bot, north, replace(case(), flags=("concern",)))).text.splitlines()
    assert first == "Neue Anfrage #12"
    assert "vielleicht nach einer Notlage" in second


async def test_an_alert_says_nothing_about_the_person(api: BotApi, bot: AdvisorsBot, north: Group) -> None:
    alert = await alerted(api, bot, north)
    for secret in ("Amina", "Kaution", "Elmshorn"):
        assert secret not in alert.text


async def test_the_console_opens_by_a_button(api: BotApi, bot: AdvisorsBot, north: Group) -> None:
    claim, console = (await alerted(api, bot, north)).buttons
    assert (claim.label, claim.data) == ("Übernehmen", f"claim:{case().id}")
    assert (console.label, console.url) == ("In der Konsole öffnen", f"{CONSOLE}/cases/{case().id}")


async def test_a_console_without_https_is_linked_in_the_text(api: BotApi, open_bot: Start, north: Group) -> None:
    alert = await alerted(api, open_bot("http://localhost:8080/console/"), north)
    assert alert.text.endswith(f"\nhttp://localhost:8080/console/cases/{case().id}")
    assert alert.labels == ["Übernehmen"]


async def test_a_case_without_a_promise_a_known_topic_or_a_listed_site_is_told_all_the_same(
    api: BotApi, bot: AdvisorsBot, north: Group
) -> None:
    alert = await alerted(api, bot, north, case(promised_until=None, topic="gone", language="xx"))
    gone = "Beratungsstelle: steht nicht mehr im Verzeichnis (north-office)"
    assert alert.text.splitlines()[1:] == ["Thema: gone", "Sprache: xx", gone]


async def test_an_agency_without_a_group_gets_no_alert(api: BotApi, bot: AdvisorsBot) -> None:
    await bot.case_waiting(case(agency="west"))
    assert api.calls("sendMessage") == []


async def test_telegram_says_how_long_to_wait(api: BotApi, bot: AdvisorsBot) -> None:
    api.fault("sendMessage", retry_after=17)
    error = await failure(bot)
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, 17)


async def test_trouble_at_telegram_is_tried_again(api: BotApi, bot: AdvisorsBot) -> None:
    api.fault("sendMessage", status=502)
    error = await failure(bot)
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, None)


async def test_a_cut_after_sending_is_uncertain(api: BotApi, bot: AdvisorsBot, north: Group) -> None:
    api.fault("sendMessage", drop=True)
    error = await failure(bot)
    assert (error.permanent, error.uncertain) == (False, True)
    assert len(api.messages(north)) == 1


async def test_a_server_that_cannot_be_reached_got_nothing(api: BotApi, bot: AdvisorsBot, north: Group) -> None:
    await api.stop()
    await bot.start()
    error = await failure(bot)
    assert (error.permanent, error.uncertain) == (False, False)
    await api.start()
    await alerted(api, bot, north)


async def test_a_group_the_bot_was_thrown_out_of_is_a_permanent_error(bot: AdvisorsBot, staff: Bot, north: Group) -> None:
    north.remove(staff)
    assert (await failure(bot)).permanent


async def test_alerts_follow_a_group_that_got_another_number(
    api: BotApi, bot: AdvisorsBot, north: Group, caplog: pytest.LogCaptureFixture
) -> None:
    moved = api.migrate(north)
    await bot.case_waiting(case())
    await bot.case_waiting(case())
    assert len(api.messages(moved)) == 2
    assert len(api.calls("sendMessage")) == 3
    assert f"change the group {north.id} to {moved.id} in the settings" in caplog.text


# --- Claiming ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_beate_claims_a_case(
    way: str, api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    async with receiving(receiver, way):
        answer = await beate.press(alert, "Übernehmen").answered()
        await api.wait_calls("editMessageText")
    assert (answer.text, answer.alert) == ("Sie haben die Anfrage übernommen.", False)
    assert office.cases[case().id].advisor == "beate"
    assert alert.text == "#12 · Wohnen · Arabisch: übernommen von Beate"
    assert alert.labels == ["In der Konsole öffnen"]
    assert len(api.calls("answerCallbackQuery")) == 1


async def test_a_press_that_is_delivered_twice_changes_nothing(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, staff: Bot, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    async with polling(receiver):
        await beate.press(alert, "Übernehmen").answered()
        await api.wait(lambda: not staff.updates.pending)
        claimed = office.cases[case().id]
        api.redeliver(staff, staff.updates.next_id - 1)
        await api.wait_calls("editMessageText", 2)
    assert receiver.skipped == 0
    assert office.cases[case().id] == claimed
    assert alert.text == "#12 · Wohnen · Arabisch: übernommen von Beate"


async def test_a_claim_counts_although_telegram_is_in_trouble(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    api.fault("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    api.fault("editMessageText", status=502)
    api.fault("editMessageText", retry_after=3)
    async with polling(receiver):
        beate.press(alert, "Übernehmen")
        await api.wait_calls("editMessageText", 3)
    assert receiver.skipped == 0
    assert office.cases[case().id].advisor == "beate"
    assert alert.text == "#12 · Wohnen · Arabisch: übernommen von Beate"


async def test_who_comes_second_learns_who_has_the_case(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    office.cases[case().id] = case(status="active", advisor="nora")
    async with polling(receiver):
        answer = await beate.press(alert, "Übernehmen").answered()
        await api.wait_calls("editMessageText")
    assert (answer.text, answer.alert) == ("Diese Anfrage hat schon Nora.", True)
    assert alert.text == "#12 · Wohnen · Arabisch: übernommen von Nora"


async def test_a_case_of_somebody_who_left_has_a_holder_without_a_name(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    office.cases[case().id] = case(status="active", advisor="gone")
    async with polling(receiver):
        answer = await beate.press(alert, "Übernehmen").answered()
    assert answer.text == "Diese Anfrage hat schon jemand anderes."


async def test_a_closed_case_cannot_be_claimed(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    office.cases[case().id] = case(status="closed")
    async with polling(receiver):
        answer = await beate.press(alert, "Übernehmen").answered()
        await api.wait_calls("editMessageText")
    assert (answer.text, answer.alert) == ("Diese Anfrage ist schon abgeschlossen.", True)
    assert alert.text == "#12 · Wohnen · Arabisch: abgeschlossen"


async def test_a_case_that_was_erased_is_gone(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    office.cases.clear()
    async with polling(receiver):
        answer = await beate.press(alert, "Übernehmen").answered()
        await api.wait_calls("editMessageText")
    assert (answer.text, answer.alert) == ("Diese Anfrage gibt es nicht mehr.", True)
    assert (alert.text, alert.labels) == ("Diese Anfrage gibt es nicht mehr.", [])


async def test_carl_is_told_how_to_get_access_and_gets_nothing(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, carl: Person
) -> None:
    alert = await alerted(api, bot, north)
    async with polling(receiver):
        answer = await carl.press(alert, "Übernehmen").answered()
    assert answer.alert
    assert "/id" in answer.text
    assert len(answer.text) <= 200
    assert office.cases[case().id] == case()
    assert api.calls("editMessageText") == []


async def test_jens_cannot_claim_a_case_of_another_agency(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, jens: Person
) -> None:
    alert = await alerted(api, bot, north)
    async with polling(receiver):
        answer = await jens.press(alert, "Übernehmen").answered()
    assert (answer.text, answer.alert) == ("Diese Gruppe gehört zu einer anderen Beratungsstelle.", True)
    assert office.cases[case().id] == case()


async def test_a_disabled_advisor_is_a_stranger(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, office: Office, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    office.staff[0] = replace(office.staff[0], disabled=True)
    async with polling(receiver):
        answer = await beate.press(alert, "Übernehmen").answered()
    assert "/id" in answer.text
    assert office.cases[case().id] == case()


# --- Who am I, and strangers ---------------------------------------------------------------------


async def test_id_shows_ones_number_in_private_and_in_the_group(
    api: BotApi, receiver: Receiver, staff: Bot, north: Group, carl: Person
) -> None:
    async with polling(receiver):
        carl.text(staff, "/id")
        carl.text(north, "/id@wegweiser_team_bot")
        await api.wait_calls("sendMessage", 2)
    assert [message.text for place in (carl, north) for message in api.messages(place)] == [
        f"Ihre Telegram-Nummer: {carl.id}"
    ] * 2


async def test_the_first_message_explains_what_to_do(api: BotApi, receiver: Receiver, staff: Bot, beate: Person) -> None:
    async with polling(receiver):
        beate.start(staff)
        message = await api.wait_message(beate)
    assert f"Ihre Telegram-Nummer: {beate.id}" in message.text


async def test_what_is_not_meant_for_the_bot_is_ignored(
    api: BotApi, receiver: Receiver, staff: Bot, north: Group, beate: Person
) -> None:
    async with polling(receiver):
        beate.text(north, "/id@another_bot")
        beate.text(north, "/start")
        beate.text(north, "Guten Morgen!")
        beate.text(staff, "Hallo?")
        beate.photo(staff)
        beate.text(staff, "/id")
        await api.wait_calls("sendMessage")
    assert api.messages(north) == []
    assert len(api.messages(beate)) == 1


async def test_a_strange_group_is_ignored_and_named_once_for_whoever_sets_it_up(
    api: BotApi, receiver: Receiver, staff: Bot, carl: Person, caplog: pytest.LogCaptureFixture
) -> None:
    strange = api.group("Fremde", members=[carl], bots=[staff])
    async with polling(receiver):
        carl.text(strange, "/id")
        carl.text(strange, "/id")
        carl.text(staff, "/id")
        await api.wait_message(carl)
    assert api.messages(strange) == []
    assert caplog.text.count(f"ignoring the group {strange.id}") == 1


async def test_an_alert_forwarded_to_a_strange_group_claims_nothing(
    api: BotApi, bot: AdvisorsBot, office: Office, staff: Bot, north: Group, beate: Person
) -> None:
    alert = await alerted(api, bot, north)
    strange = api.group("Fremde", members=[beate], bots=[staff])
    query = {"id": "1", "from": beate.user(), "chat_instance": "1", "data": f"claim:{case().id}"}
    await bot.accept({"update_id": 1, "callback_query": query | {"message": alert.json(staff.id) | {"chat": strange.json()}}})
    assert office.cases[case().id] == case()
    assert api.calls("answerCallbackQuery") == []


@pytest.mark.parametrize("way", WAYS)
async def test_a_failing_handler_makes_the_update_come_again(
    way: str, api: BotApi, receiver: Receiver, staff: Bot, beate: Person
) -> None:
    api.fault("sendMessage", status=502)
    async with receiving(receiver, way):
        beate.text(staff, "/id")
        await api.wait_message(beate)
    assert len(api.messages(beate)) == 1


# --- Tokens --------------------------------------------------------------------------------------


async def test_a_wrong_token_ends_the_start_with_a_clear_sentence(open_bot: Start) -> None:
    number = 999
    with pytest.raises(InvalidToken, match="refuses the token of the bot 'staff'") as caught:
        await open_bot(token=f"{number}:unknown").start()
    assert str(number) not in str(caught.value)
    assert caught.value.__context__ is None, "the library's error carries the token"


async def test_neither_token_nor_people_are_logged(
    api: BotApi, bot: AdvisorsBot, receiver: Receiver, north: Group, beate: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await bot.start()
    api.fault("sendMessage", status=502)
    await failure(bot)
    alert = await alerted(api, bot, north)
    async with polling(receiver):
        await beate.press(alert, "Übernehmen").answered()
    assert "HTTP Request: POST" in caplog.text, "httpx does log, which would show the token"
    for secret in ("the-staff-token", "Beate", "Amina", str(beate.id)):
        assert secret not in caplog.text


# --- Appointments --------------------------------------------------------------------------------


APPOINTMENT = book(
    Slot("north-office", NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30), 0),
    "contact",
    "conversation",
    "housing",
    "ar",
    NOW,
    "t1",
)
SITE = Site(
    "north-office", "north", "Beratung Nord", "", "", "Elmshorn", Coordinates(53.75, 9.65), "", "",
    ("de",), (), (), None, False, (), (), Hours({}), (), None, True,
)  # fmt: skip
WITH_SITE = replace(CONTENT, network=replace(CONTENT.network, sites={SITE.id: SITE}))


@pytest.fixture
async def at_sites(api: BotApi, staff: Bot, office: Office, north: Group, south: Group) -> AsyncIterator[AdvisorsBot]:
    """The bot of a network that has a site."""
    groups = {"north": north.id, "south": south.id}
    bot = AdvisorsBot(staff.token, office.services(WITH_SITE), groups, CONSOLE, str, api.url)
    yield bot
    await bot.close()


@pytest.mark.parametrize(
    ("what", "head"), [("booked", "Neuer Termin"), ("moved", "Termin verlegt"), ("cancelled", "Termin abgesagt")]
)
async def test_the_sites_group_learns_of_an_appointment_without_anything_personal(
    what: AppointmentChange, head: str, api: BotApi, at_sites: AdvisorsBot, north: Group, south: Group
) -> None:
    await at_sites.appointment_changed(APPOINTMENT, what)
    (alert,) = api.messages(north)
    day = locales.day(APPOINTMENT.slot.start.date(), "de")
    assert alert.text == f"{head}\nZeit: {day}, 10:00\nThema: Wohnen\nSprache: Arabisch\nBeratungsstelle: Beratung Nord"
    assert alert.labels == ["In der Konsole öffnen"]
    assert api.messages(south) == []


async def test_the_alert_says_when_nobody_interprets_yet(api: BotApi, at_sites: AdvisorsBot, north: Group) -> None:
    for how in ("there", "open"):
        await at_sites.appointment_changed(replace(APPOINTMENT, interpreting=Interpreting(how)), "booked")
    assert ["Dolmetschen nötig" in alert.text for alert in api.messages(north)] == [False, True]


async def test_an_alert_about_an_appointment_that_does_not_arrive_says_so(api: BotApi, at_sites: AdvisorsBot) -> None:
    api.fault("sendMessage", status=502)
    with pytest.raises(DeliveryError) as caught:
        await at_sites.appointment_changed(APPOINTMENT, "booked")
    assert not caught.value.permanent


async def test_an_appointment_at_a_site_that_is_gone_alerts_nobody(api: BotApi, bot: AdvisorsBot) -> None:
    await bot.appointment_changed(APPOINTMENT, "booked")
    assert api.calls("sendMessage") == []
