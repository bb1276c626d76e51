"""The methods this server knows; any other is refused so that a test fails loudly."""

from collections.abc import Callable
from typing import Any

from tests.botapi import account, editing, forum, receiving, sending
from tests.botapi.calls import Call

Method = Callable[[Call], Any]

# Only these need the event loop; the server runs them itself.
WAITING = ("getUpdates", "setWebhook", "deleteWebhook")

METHODS: dict[str, Method] = {
    "getMe": account.get_me,
    "logOut": account.agree,
    "close": account.agree,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendVoice": sending.send_voice,
    "sendLocation": sending.send_location,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "setMessageReaction": editing.set_message_reaction,
    "answerCallbackQuery": editing.answer_callback_query,
    "createForumTopic": forum.create_forum_topic,
    "editForumTopic": forum.edit_forum_topic,
    "closeForumTopic": forum.close_forum_topic,
    "reopenForumTopic": forum.reopen_forum_topic,
    "deleteForumTopic": forum.delete_forum_topic,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "setMyDescription": account.set_my_description,
    "setMyShortDescription": account.set_my_short_description,
    "getChat": account.get_chat,
    "getChatMember": account.get_chat_member,
    "getChatAdministrators": account.get_chat_administrators,
    "getFile": account.get_file,
}
NAMES = {name.lower(): name for name in (*METHODS, *WAITING)}
