"""A data folder belongs to one process."""

from pathlib import Path

import httpx

from tests.commands import wegweiser
from tests.faults.service import Service
from tests.system import free_port


async def test_a_second_process_on_the_same_data_says_so_and_the_first_goes_on(tmp_path: Path) -> None:
    async with Service(tmp_path) as service:
        second = wegweiser("run", **(service.settings | {"port": free_port()}))
        assert (second.status, second.out) == (2, "")
        assert "another process works with" in second.err
        assert str(service.data) in second.err
        async with httpx.AsyncClient() as client:
            assert (await client.get(service.url)).status_code == 200
        beside = wegweiser("staff", "list", **service.settings)
        assert (beside.status, beside.err) == (0, "")
