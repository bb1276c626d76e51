"""Methods for forum topics."""

from typing import Any

from tests.botapi.calls import Call
from tests.botapi.chats import Group, Topic
from tests.botapi.errors import bad_request

Json = dict[str, Any]

NAME_LENGTH = 128
COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def create_forum_topic(call: Call) -> Json:
    """Open a topic; its number is that of the service message that announces it."""
    group = call.forum()
    name = _name(call)
    color = call.params.integer("icon_color", COLORS[0])
    if color not in COLORS:
        raise bad_request("invalid forum topic icon color specified")
    look = {"name": name, "icon_color": color}
    opened_by = call.world.write(group, call.bot, service={"forum_topic_created": look})
    opened_by.topic = opened_by.id
    group.topics[opened_by.id] = Topic(opened_by.id, name, opened_by, icon_color=color)
    return {"message_thread_id": opened_by.id} | look


def edit_forum_topic(call: Call) -> bool:
    """Rename a topic."""
    group, topic = _topic(call)
    name = _name(call) if "name" in call.params.values else topic.name
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _announce(call, group, topic, {"forum_topic_edited": {"name": name}})
    return True


def close_forum_topic(call: Call) -> bool:
    """Close a topic."""
    return _set_closed(call, closed=True)


def reopen_forum_topic(call: Call) -> bool:
    """Open a closed topic again."""
    return _set_closed(call, closed=False)


def delete_forum_topic(call: Call) -> bool:
    """Delete a topic with all its messages."""
    group, topic = _topic(call)
    topic.deleted = True
    for message in group.messages.values():
        message.deleted = message.deleted or message.topic == topic.id
    return True


def _set_closed(call: Call, *, closed: bool) -> bool:
    group, topic = _topic(call)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _announce(call, group, topic, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def _topic(call: Call) -> tuple[Group, Topic]:
    group = call.forum()
    topic = group.topics.get(call.params.integer("message_thread_id"))
    if topic is None or topic.deleted:
        raise bad_request("TOPIC_ID_INVALID")
    return group, topic


def _name(call: Call) -> str:
    name = call.params.text("name").strip()
    if not name:
        raise bad_request("title must be non-empty")
    if len(name) > NAME_LENGTH:
        # The real server may cut the name; we want to know that ours are too long.
        raise bad_request("topic name is too long")
    return name


def _announce(call: Call, group: Group, topic: Topic, service: Json) -> None:
    call.world.write(group, call.bot, service=service, topic=topic.id)
