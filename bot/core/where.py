"""Asking for a place and what is done with it: show the nearest sites, book, or hand over."""

from bot.core import answers
from bot.core.contacts import AskingPlace
from bot.core.messages import Choice, Coordinates
from bot.core.places import Place
from bot.core.talk import Talk


def known_place(talk: Talk) -> Place | None:
    """Return the place the person told before."""
    if talk.conversation.place is None:
        return None
    postcode, _, name = talk.conversation.place.partition(":")
    return _exact(talk, postcode, name)


def ask_place(talk: Talk, asking: AskingPlace, key: str = "ask_place") -> None:
    """Ask where the person lives; nobody has to say it when a human is wanted."""
    talk.update(pending=asking)
    rows = [[talk.choice("location", "share_location")]]
    if asking.purpose != "site":
        rows.append([talk.choice("place:skip", "skip")])
    talk.say(key, rows)
    talk.with_navigation(person=asking.purpose != "handoff")


def understand(talk: Talk, text: str, position: Coordinates | None) -> Place | list[Place]:
    """Return the one place that was meant, or several (or none) to choose from."""
    if position is not None:
        return talk.content.network.gazetteer.nearest(position)
    found = talk.content.network.gazetteer.find(text)
    return found[0] if len(found) == 1 else found


def chosen(talk: Talk, choice: str) -> Place | None:
    """Return the place a button names."""
    _, postcode, name = choice.split(":", 2) if choice.count(":") == 2 else ("", "", "")
    return _exact(talk, postcode, name)


def offer_places(talk: Talk, places: list[Place]) -> None:
    """Let the person choose between places of one postcode or similar names."""
    rows = [[Choice(f"place:{place.postcode}:{place.name}"[:60], f"{place.name} ({place.postcode})")] for place in places[:8]]
    talk.say("which_place", rows)
    talk.with_navigation()


def remember(talk: Talk, place: Place) -> None:
    """Keep the municipality if the chat may be kept."""
    if talk.conversation.keeps and place.inside:
        talk.update(place=f"{place.postcode}:{place.name}")


def show_near(talk: Talk, place: Place, topic: str | None) -> None:
    """Show the sites for a place, or say that it lies outside the district."""
    if not place.inside:
        rows = [[talk.choice("place:other", "other_place")]]
        talk.say("outside_district", rows, place=place.name)
        return
    answers.show_sites(talk, place, talk.content.network.nearest(place, topic), topic)


def _exact(talk: Talk, postcode: str, name: str) -> Place | None:
    places = talk.content.network.gazetteer.places
    return next((place for place in places if place.postcode == postcode and place.name.startswith(name) and name), None)
