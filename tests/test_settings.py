"""The settings of `wegweiser run`: from the environment, else from wegweiser.toml; everything wrong is named at once."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.consents import Terms
from bot.core.retention import Periods
from bot.settings import CONTENT, Settings, SettingsError, read_settings

NOWHERE = Path("there-is-no-such-file.toml")


def given(tmp_path: Path, **more: str) -> dict[str, str]:
    """Return an environment with what must be there, and more."""
    names = {"data": str(tmp_path / "data"), "key_file": str(tmp_path / "key"), **more}
    return {"HOME": "/root", **{f"WEGWEISER_{name.upper()}": value for name, value in names.items()}}


def refused(environment: dict[str, str], file: Path = NOWHERE) -> str:
    """Return what is said about settings that do not do."""
    with pytest.raises(SettingsError) as error:
        read_settings(environment, file)
    return str(error.value)


def test_the_least_that_is_needed_is_a_folder_and_a_key(tmp_path: Path) -> None:
    settings = read_settings(given(tmp_path), NOWHERE)
    assert settings == Settings(tmp_path / "data", tmp_path / "key", CONTENT)
    assert (settings.host, settings.port, settings.webhook) == ("127.0.0.1", 8080, False)


def test_everything_that_is_missing_is_named_at_once_with_an_example() -> None:
    said = refused({})
    assert "- data is missing" in said
    assert "- key_file is missing" in said
    assert "WEGWEISER_DATA=/var/lib/wegweiser" in said


def test_what_is_missing_and_what_is_mistyped_are_named_together() -> None:
    said = refused({"WEGWEISER_DATEN": "x"})
    assert "data is missing" in said
    assert "daten is not a setting" in said


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    said = refused(given(tmp_path, port="many", telegram_staff_groups="caritas"))
    assert "port is 'many'" in said
    assert "telegram_staff_groups must name agencies and chat ids" in said


@pytest.mark.parametrize("port", ["0", "65536", "-1", "٨٠", "8080.0", ""])
def test_a_port_nobody_can_listen_on_is_refused(tmp_path: Path, port: str) -> None:
    assert "write a number from 1 to 65535" in refused(given(tmp_path, port=port))


def test_the_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / "wegweiser.toml"
    lines = [f'data = "{tmp_path}/data"', f'key_file = "{tmp_path}/key"', "port = 9000", 'host = "::1"']
    file.write_text("\n".join([*lines, "[telegram_staff_groups]", "caritas = -1001"]))
    settings = read_settings({"WEGWEISER_PORT": "9001"}, file)
    assert (settings.port, settings.host, settings.telegram_staff_groups) == (9001, "::1", {"caritas": -1001})


def test_groups_of_the_staff_fit_into_one_variable(tmp_path: Path) -> None:
    groups = "caritas=-1001 diakonie=-1002"
    settings = read_settings(given(tmp_path, telegram_staff_groups=groups, telegram_staff_relay="caritas diakonie"), NOWHERE)
    assert settings.telegram_staff_groups == {"caritas": -1001, "diakonie": -1002}
    assert settings.telegram_staff_relay == ("caritas", "diakonie")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("data = ", "is not valid TOML"),
        ("data = 5\nkey_file = 'k'", "data is 5: write a text between quotation marks"),
        ("data = 'd'\nkey_file = 'k'\nport = true", "port is True"),
        ("data = 'd'\nkey_file = 'k'\ntelegram_staff_groups = [1]", "telegram_staff_groups must name"),
        ("data = 'd'\nkey_file = 'k'\n[telegram_staff_groups]\na = []", "telegram_staff_groups must name"),
        ("data = 'd'\nkey_file = 'k'\ntelegram_staff_relay = [1]", "telegram_staff_relay must name"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_what_to_do(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "wegweiser.toml"
    file.write_text(line)
    assert said in refused({}, file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in refused({}, tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "wegweiser.toml"
    file.write_bytes(b"\xff\xfe")
    assert "is not valid TOML" in refused({}, file)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"key_file": "{folder}/data/key"}, "key_file lies in the data folder"),
        ({"content": "{folder}"}, "has no folder knowledge"),
        ({"telegram_webhook_secret": "s"}, "needs public_url with https://"),
        ({"oidc_issuer": "http://accounts.example"}, "oidc_issuer must begin with https://"),
        ({"oidc_issuer": "https://accounts.example"}, "oidc_issuer needs public_url"),
        ({"oidc_issuer": "https://accounts.example", "oidc_client_id": "a"}, "needs oidc_client_id and oidc_client_secret"),
        ({"oidc_issuer": "https://a.example", "oidc_client_secret_file": "{folder}/none"}, "oidc_client_secret_file: "),
        ({"telegram_staff_token": "2:b"}, "needs telegram_staff_groups"),
        ({"telegram_staff_relay": "awo", "telegram_staff_groups": "caritas=-1"}, "telegram_staff_relay names awo"),
        ({"telegram_token": "1:a", "telegram_staff_token": "1:a", "telegram_staff_groups": "a=-1"}, "make a second bot"),
    ],
)
def test_settings_that_contradict_one_another_are_refused(tmp_path: Path, more: dict[str, str], said: str) -> None:
    assert said in refused(given(tmp_path, **{name: value.format(folder=tmp_path) for name, value in more.items()}))


def test_a_webhook_is_used_with_a_secret_and_an_address(tmp_path: Path) -> None:
    settings = read_settings(given(tmp_path, telegram_webhook_secret="s", public_url="https://chat.example.org"), NOWHERE)
    assert settings.webhook


def test_backups_are_made_daily_when_a_folder_is_named(tmp_path: Path) -> None:
    settings = read_settings(given(tmp_path, backup_folder=str(tmp_path / "backups")), NOWHERE)
    assert (settings.backup_folder, settings.backup_every_hours, settings.backup_keep) == (tmp_path / "backups", 24, 14)
    settings = read_settings(given(tmp_path, backup_folder="", backup_every_hours="6", backup_keep="3"), NOWHERE)
    assert (settings.backup_folder, settings.backup_every_hours, settings.backup_keep) == (None, 6, 3)


@pytest.mark.parametrize("number", ["0", "-1", "daily", "1.5", ""])
def test_a_number_of_backups_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    said = refused(given(tmp_path, backup_keep=number, backup_every_hours=number))
    assert "backup_keep" in said
    assert "backup_every_hours" in said


def test_the_operator_says_how_long_chats_and_questions_are_kept(tmp_path: Path) -> None:
    assert read_settings(given(tmp_path), NOWHERE).periods == Periods()
    settings = read_settings(given(tmp_path, keep_chats_hours="24", keep_questions_days="30"), NOWHERE)
    assert (settings.periods.chat, settings.periods.question) == (timedelta(hours=24), timedelta(days=30))


@pytest.mark.parametrize(
    ("name", "number"), [("keep_chats_hours", "11"), ("keep_chats_hours", "721"), ("keep_questions_days", "731")]
)
def test_a_period_beyond_its_bounds_is_refused(tmp_path: Path, name: str, number: str) -> None:
    assert f"{name} is {number}: write a number from" in refused(given(tmp_path, **{name: number}))


def test_backups_lie_apart_from_the_data_and_from_the_key(tmp_path: Path) -> None:
    assert "backup_folder lies in the data folder" in refused(given(tmp_path, backup_folder=str(tmp_path / "data" / "backups")))
    assert "key_file lies in backup_folder" in refused(given(tmp_path, backup_folder=str(tmp_path)))


def test_translation_has_a_budget_of_memory_processors_and_time(tmp_path: Path) -> None:
    settings = read_settings(given(tmp_path), NOWHERE)
    assert (settings.translation_memory_mb, settings.translation_threads, settings.translation_seconds) == (600, 1, 6)
    more = {"translation_memory_mb": "300", "translation_threads": "2", "translation_seconds": "4"}
    settings = read_settings(given(tmp_path, **more), NOWHERE)
    assert (settings.translation_memory_mb, settings.translation_threads, settings.translation_seconds) == (300, 2, 4)
    bounds = read_settings(given(tmp_path, translation_doubtful="de-ar=0.5 ar-de=0.35"), NOWHERE).translation_doubtful
    assert bounds == {"de-ar": 0.5, "ar-de": 0.35}
    for wrong in ("de-ar", "de-ar=much", "de-ar=2", "de-ar=nan"):
        assert "translation_doubtful must name pairs" in refused(given(tmp_path, translation_doubtful=wrong))
    assert "translation_seconds is 'soon'" in refused(given(tmp_path, translation_seconds="soon"))


@pytest.mark.parametrize(("written", "meant"), [("on", True), ("Yes", True), ("off", False), ("0", False)])
def test_a_second_factor_can_be_required(tmp_path: Path, written: str, meant: bool) -> None:
    assert read_settings(given(tmp_path, require_second_factor=written), NOWHERE).require_second_factor is meant


@pytest.mark.parametrize(("written", "meant"), [("on", True), ("off", False)])
def test_research_is_offered_only_when_the_operator_says_so(tmp_path: Path, written: str, meant: bool) -> None:
    assert read_settings(given(tmp_path), NOWHERE).terms == Terms()
    settings = read_settings(given(tmp_path, offer_research=written, public_url="https://chat.example/"), NOWHERE)
    assert settings.terms == Terms("https://chat.example", meant)


def test_a_switch_that_is_neither_on_nor_off_is_named(tmp_path: Path) -> None:
    assert "require_second_factor is 'perhaps': write on or off." in refused(given(tmp_path, require_second_factor="perhaps"))


def test_the_master_key_may_be_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "wegweiser.key").write_text("c2VjcmV0\n")
    environment = {"WEGWEISER_DATA": str(tmp_path / "data"), "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_settings(environment, NOWHERE).key == "c2VjcmV0"
    assert read_settings(given(tmp_path, **{}) | environment, NOWHERE).key == tmp_path / "key"


def test_the_master_key_may_stand_in_the_environment_but_not_in_the_file(tmp_path: Path) -> None:
    environment = {"WEGWEISER_DATA": str(tmp_path / "data"), "WEGWEISER_MASTER_KEY": "c2VjcmV0"}
    settings = read_settings(environment, NOWHERE)
    assert settings.key == "c2VjcmV0"
    assert "c2VjcmV0" not in repr(settings)
    assert "which one is it" in refused(given(tmp_path, master_key="c2VjcmV0"))
    file = tmp_path / "wegweiser.toml"
    file.write_text('master_key = "c2VjcmV0"')
    assert "does not belong into" in refused({}, file)


def test_the_page_after_leaving_quickly_has_to_be_safe_on_the_way(tmp_path: Path) -> None:
    assert "quick_exit_url must begin with https://" in refused(given(tmp_path, quick_exit_url="http://news.example"))
