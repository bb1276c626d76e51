"""What counts as lost or invented in a translation, and when a pair is off for live chat."""

import pytest

from bot.core.quality import Findings, Outcome, Quality, compare, judge

MAY_NOT = ("Sie dürfen noch nicht arbeiten.", "You are not allowed to work yet.")


def faults(source: str, reference: str, said: str | None, languages: tuple[str, str] = ("de", "en")) -> list[str]:
    found = compare([Outcome(source, reference, said, "" if said else "unsafe")], *languages)
    return [fault for fault, where in found.faults.items() if where]


def judged(lost: int, of: int, chrf: float, **limits: tuple[float, float]) -> Quality:
    found = Findings()
    found.having["negations"] = of
    found.faults["lost_negations"] = [Outcome(*MAY_NOT, "You may work.")] * lost
    return judge(found, (chrf, 20.0), 200, ["de-en 1.0"], "2026-11-22", **limits)


def test_a_lost_not_is_an_error_of_its_own() -> None:
    assert faults(*MAY_NOT, "You are allowed to work now.") == ["lost_negations"]


def test_a_not_may_be_said_in_other_words() -> None:
    assert faults(*MAY_NOT, "You cannot work yet.") == []


def test_what_the_translator_said_without_a_negation_need_not_have_one() -> None:
    free = ("Die Anmeldung kostet nichts.", "Registration is free.")
    assert faults(*free, "Registration is free of charge.") == []
    assert faults(*free, "Registration does not cost anything.") == []
    assert compare([Outcome(*free, "It is free.")], "de", "en").having["negations"] == 0


def test_an_invented_not_is_found() -> None:
    assert faults("Sie dürfen arbeiten.", "You are allowed to work.", "You are not allowed to work.") == ["invented_negations"]


def test_a_language_we_have_no_words_of_invents_no_negation() -> None:
    assert faults("No puedo venir.", "I stay at home.", "I cannot come.", ("es", "en")) == []


def test_a_lost_modal_verb_is_found() -> None:
    assert faults("Sie müssen warten.", "You have to wait.", "You wait.") == ["lost_modals"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Pay 49.90 euros by 15 August.", []),
        ("Pay 49,90 euros by August 15.", []),
        ("Pay by 15 August.", ["lost_numbers"]),
        ("Pay 49.90 euros by 15 April.", ["lost_dates", "invented_dates"]),
        ("Pay 94.90 euros by 15 August.", ["lost_numbers", "invented_numbers"]),
        ("Pay 49.90 euros and 10 more by 15 August.", ["invented_numbers"]),
    ],
)
def test_amounts_and_dates_are_lost_or_invented(said: str, found: list[str]) -> None:
    assert faults("Zahlen Sie 49,90 Euro bis zum 15. August.", "Pay 49.90 euros by 15 August.", said) == found


def test_a_number_that_only_the_translator_wrote_in_digits_is_nobodys_fault() -> None:
    assert faults("Sie haben zwei Wochen Zeit.", "You have 2 weeks.", "You have 2 weeks' time.") == []
    assert faults("Sie haben zwei Wochen Zeit.", "You have 2 weeks.", "You have two weeks.") == []


def test_untranslated_sentences_are_counted_by_their_reason_and_have_no_faults() -> None:
    found = compare([Outcome(*MAY_NOT, None, "unsafe"), Outcome(*MAY_NOT, None, "unsafe")], "de", "en")
    assert found.reasons == {"unsafe": 2}
    assert not any(found.faults.values())
    figures = judge(found, (0.0, 0.0), 2, [], "2026-11-22")
    assert (figures.sentences, figures.untranslated, figures.negations) == (2, 2, 0)


@pytest.mark.parametrize(
    ("lost", "of", "chrf", "live"),
    [(0, 60, 45.0, True), (0, 60, 44.9, False), (3, 60, 60.0, True), (4, 60, 60.0, False), (0, 0, 60.0, True)],
)
def test_a_pair_is_off_under_the_score_or_with_too_many_lost_negations(lost: int, of: int, chrf: float, live: bool) -> None:
    assert judged(lost, of, chrf).live is live


def test_the_operator_may_draw_the_line_elsewhere() -> None:
    assert judged(4, 60, 60.0, limits=(45.0, 10.0)).live
    assert not judged(0, 60, 60.0, limits=(70.0, 5.0)).live
