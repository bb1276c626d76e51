"""The web server says nothing personal when something breaks."""

import asyncio
import logging

import pytest
import uvicorn

from bot.adapters.web.server import Server


def test_an_exception_is_logged_by_its_kind_and_never_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:

    Server(uvicorn.Config(lambda: None), asyncio.Event())
    try:
        raise ValueError("Amina, Beispielstraße 1")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    written = capsys.readouterr().err
    assert "Exception in ASGI application: ValueError" in written
    assert "Amina" not in written
