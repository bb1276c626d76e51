"""What each role opens at the console."""

from bot.core.roles import OPENS, ROLES, opens


def test_only_who_advises_or_coordinates_sees_cases() -> None:
    assert {role for role in ROLES if opens(role, "cases")} == {"advisor", "coordinator"}


def test_nobody_who_manages_people_sees_anything_else() -> None:
    assert OPENS["admin"] == {"staff"}
    assert [role for role in ROLES if opens(role, "staff")] == ["admin"]


def test_translators_see_of_the_content_what_is_translated_and_editors_all_of_it() -> None:
    assert OPENS["translator"] < OPENS["editor"]


def test_a_role_nobody_knows_opens_nothing() -> None:
    assert not any(opens("owner", area) for areas in OPENS.values() for area in areas)
