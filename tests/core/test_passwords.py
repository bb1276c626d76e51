import pytest

from bot.core.passwords import refusal


@pytest.mark.parametrize(
    "password", ["vier kleine graue Esel", "meinpasswortistlang", "Zehn rote Äpfel", "سبعة كتب على الطاولة", "493817205566"]
)
def test_what_is_long_and_nobody_tries_first_is_fine(password: str) -> None:
    assert refusal(password, "beate") is None


def test_eleven_characters_are_too_few() -> None:
    assert refusal("zwölf Äpfel", "beate") == "short"
    assert refusal("zwölf Äpfel!", "beate") is None


@pytest.mark.parametrize("password", ["beate.petersen", "BEATE.Petersen", "beate-petersen-2026", "BeatePetersenBeatePetersen"])
def test_the_login_is_no_password_whatever_is_put_around_it(password: str) -> None:
    assert refusal(password, "beate.petersen") == "login"


@pytest.mark.parametrize(
    "password",
    [
        "Passwort1234",
        "PasswortPasswort",
        "password!!!!",
        "wegweiser2026",
        "123456789012",
        "098765432109",
        "aaaaaaaaaaaa",
        "abababababab",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert refusal(password, "beate") == "common"
