"""Each agency has its own periods; before one is concerned, what is said holds for all of them."""

from datetime import timedelta

from bot.core.retention import DEFAULT, Periods, Retention

PERIODS = Periods(
    chat=timedelta(hours=24),
    agencies={"caritas": Retention(timedelta(days=30), timedelta(days=3)), "awo": Retention(timedelta(days=365))},
)


def test_an_agency_has_its_own_periods_and_an_unknown_one_the_usual() -> None:
    assert PERIODS.of("caritas").case == timedelta(days=30)
    assert PERIODS.of("gone") == DEFAULT


def test_before_an_agency_is_concerned_the_longest_period_is_stated() -> None:
    assert PERIODS.stated() == {"chat_hours": "24", "question_days": "180", "case_days": "365", "appointment_days": "7"}


def test_an_agency_states_its_own_periods() -> None:
    assert (PERIODS.stated("caritas")["case_days"], PERIODS.stated("caritas")["appointment_days"]) == ("30", "3")


def test_without_agencies_the_usual_periods_are_stated() -> None:
    assert Periods().stated()["case_days"] == "90"
