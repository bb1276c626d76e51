"""Who looks at a case and who types is known as long as it is so, and nowhere else."""

from bot.core.messages import Address
from bot.services.live import Live
from bot.services.presence import Presence, typing


def test_others_at_a_case_are_those_who_look_at_it_now() -> None:
    presence = Presence(Live())
    with presence.looking("k1", "beate"), presence.looking("k1", "birte"), presence.looking("k2", "bernd"):
        assert presence.others("k1", "beate") == ["birte"]
    assert presence.others("k1", "beate") == []


def test_two_windows_of_one_person_are_one_person() -> None:
    presence = Presence(Live())
    with presence.looking("k1", "birte"):
        with presence.looking("k1", "birte"):
            assert presence.others("k1", "beate") == ["birte"]
        assert presence.others("k1", "beate") == ["birte"]
    assert presence.others("k1", "beate") == []


async def test_coming_and_going_wakes_the_others_at_the_case_only() -> None:
    live = Live()
    presence = Presence(live)
    with live.watch("case:k1") as here, live.watch("case:k2") as elsewhere:
        with presence.looking("k1", "beate"):
            assert await here.changed(0)
        assert await here.changed(0)
        assert not await elsewhere.changed(0)


async def test_typing_is_heard_by_the_other_side() -> None:
    live = Live()
    presence = Presence(live)
    with live.watch(typing("c1", "newcomer"), typing("c1", "advisor")) as watch:
        presence.newcomer_types("c1")
        assert await watch.changed(0)
        assert watch.subjects == {"typing:c1:newcomer"}
        presence.advisor_types("c1", Address("web", "amina"))
        assert await watch.changed(0)
        assert watch.subjects == {"typing:c1:advisor"}
