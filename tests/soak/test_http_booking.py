"""The small run of `make soak` over HTTP: overlapping times of one site, and the server dies on the way."""

from pathlib import Path

from tests.soak import http_booking


async def test_browsers_in_processes_book_overlapping_times_though_the_server_dies(tmp_path: Path) -> None:
    result = await http_booking.run(tmp_path, processes=4, attempts=6, kills=1)
    assert (result.double, result.lost, result.errors) == (0, [], [])
    assert result.told["booked"] > 0
    assert result.told["attempts"] >= 24
