"""What makes a German text hard to translate is named where it stands; plain German gets no advice."""

import pytest

from bot.core.clarity import tips


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bitte kommen Sie am Dienstag um 10 Uhr. Bringen Sie den Brief mit.", []),
        ("Sie werden einen Brief bekommen.", []),
        ("Wem wird das gehören?", []),
        ("Der Antrag wird geprüft.", [("passive", "wird geprüft")]),
        ("Ihr Antrag wurde gestern vom Amt abgelehnt.", [("passive", "wurde gestern vom Amt abgelehnt")]),
        ("Die Leistung ist bewilligt worden.", [("passive", "bewilligt worden")]),
        ("Die Miete wird vom Amt bezahlt.", [("passive", "wird vom Amt bezahlt")]),
        ("Die Unterlagen werden am Montag verschickt.", [("passive", "werden am Montag verschickt")]),
        ("Die Wohnungsgeberbestätigung fehlt.", [("long_word", "Wohnungsgeberbestätigung")]),
        ("Der E-Mail-Verteiler-Zugang-Antrag fehlt.", []),
        ("Das ist nicht ohne Termin möglich.", [("negations", "Das ist nicht ohne Termin möglich.")]),
        ("Bringen Sie z. B. den Pass bzw. den Ausweis mit.", [("abbreviation", "z. B."), ("abbreviation", "bzw.")]),
        ("Ich halte Sie auf dem Laufenden.", [("idiom", "auf dem Laufenden")]),
        ("Geben Sie mir bitte Bescheid.", [("idiom", "Geben Sie mir bitte Bescheid")]),
        ("Sie bekommen einen Bescheid.", []),
        ("", []),
    ],
)
def test_each_obstacle_is_named_with_its_place(text: str, found: list[tuple[str, str]]) -> None:
    assert [(tip.hint, text[tip.start : tip.stop]) for tip in tips(text)] == found


def test_a_sentence_of_sixteen_words_is_long_and_one_of_fifteen_is_not() -> None:
    long, fine = "wort " * 16, "wort " * 15
    [tip] = tips(f"{fine.strip()}. {long.strip()}.")
    assert (tip.hint, tip.stop - tip.start) == ("long_sentence", len(long))


def test_a_list_is_no_long_sentence() -> None:
    assert (
        tips("Bitte mitbringen:\n- den Pass\n- den Mietvertrag mit allen Seiten\n- den Brief vom Amt\n- ein Foto\n- Geld") == ()
    )
