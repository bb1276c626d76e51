"""How the port is opened, and how many may come."""

import resource
import socket
from contextlib import closing

import pytest

from bot.app import serving


def test_a_page_does_not_wait_for_the_acknowledgement_of_its_headers() -> None:
    with (
        closing(serving._listen("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()),
        closing(listening.accept()[0]) as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(
    ("before", "after"), [((1024, 524_288), 16_384), ((256, 4096), 4096), ((20_000, 20_000), None), ((-1, -1), None)]
)
def test_as_many_pages_may_be_open_as_the_system_allows(
    monkeypatch: pytest.MonkeyPatch, before: tuple[int, int], after: int | None
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: before)
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: asked.append(limits))
    serving._allow_connections()
    assert asked == ([(after, before[1])] if after else [])
