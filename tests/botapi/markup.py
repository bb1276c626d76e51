"""Reply markup: what Telegram accepts under a message, and how it refuses the rest."""

from typing import Any

from tests.botapi.errors import bad_request

Json = dict[str, Any]

INLINE_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}
KEYBOARD_REQUESTS = {
    "request_location": "location",
    "request_contact": "phone number",
    "request_poll": "poll",
    "web_app": "web app",
    "request_users": "users",
    "request_chat": "chats",
}
DATA_BYTES = 64
INLINE_BUTTONS = 100


def parse(markup: object, *, private: bool) -> tuple[Json | None, Json | None]:
    """Return the inline keyboard and the reply keyboard (or its removal), at most one of them."""
    if markup is None:
        return None, None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"]), None
    if "keyboard" in markup:
        return None, markup | {"keyboard": _keyboard(markup["keyboard"], private=private)}
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True or not markup:
        return None, markup or None
    raise bad_request("can't parse reply markup: unknown kind of markup")


def _rows(rows: object, kind: str) -> list[list[object]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'can\'t parse {kind}: field "keyboard" must be an Array of Arrays')
    return rows


def _inline(source: object) -> Json | None:
    rows = [[_inline_button(button) for button in row] for row in _rows(source, "inline keyboard")]
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > INLINE_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _inline_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    _check_label(button.get("text"), "inline keyboard button")
    actions = INLINE_ACTIONS & button.keys()
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("BUTTON_TYPE_INVALID")
    if "callback_data" in actions:
        _check_data(button["callback_data"])
    if "url" in actions:
        _check_url(button["url"])
    return button


def _check_label(label: object, kind: str) -> None:
    if not isinstance(label, str) or not label.strip():
        raise bad_request(f"can't parse {kind}: text must be non-empty")


def _check_data(data: object) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: object) -> None:
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "tg://")):
        raise bad_request("BUTTON_URL_INVALID")


def _keyboard(source: object, *, private: bool) -> list[list[Json]]:
    rows = [[_keyboard_button(button, private=private) for button in row] for row in _rows(source, "reply keyboard")]
    if not any(rows):
        raise bad_request("can't parse reply keyboard: the keyboard must have buttons")
    return [row for row in rows if row]


def _keyboard_button(button: object, *, private: bool) -> Json:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict):
        raise bad_request("can't parse reply keyboard button: expected an Object or a String")
    _check_label(button.get("text"), "reply keyboard button")
    wishes = [wish for key, wish in KEYBOARD_REQUESTS.items() if button.get(key)]
    if len(wishes) > 1:
        raise bad_request("can't parse reply keyboard button: too many requests in one button")
    if wishes and not private:
        raise bad_request(f"{wishes[0]} can be requested in private chats only")
    return button
