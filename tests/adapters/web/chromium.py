"""A real browser for the tests, and what its pages may never do."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

PATH = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needed = [pytest.mark.browser, pytest.mark.skipif(not PATH, reason="needs Chromium: apt-get install chromium")]
RULES: dict[Literal["dark", "light"], list[str]] = {
    "dark": ["color-contrast"],
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
PHONE = {"width": 360, "height": 740}


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Windows:
    """Opens windows and writes down what their pages complain about and whom they ask besides us."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str = "/", width: int = PHONE["width"], height: int = PHONE["height"], **options: Any) -> Page:
        """Open a window of somebody new."""
        context: BrowserContext = await self.browser.new_context(viewport={"width": width, "height": height}, **options)
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = await context.new_page()
        await page.goto(self.address + path)
        return page

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address + "/", "data:")):
            self.complaints.append(f"asked somebody else: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        self.complaints.append(message.text)


async def no_overflow(page: Page) -> None:
    """Check that nothing sticks out sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def accessible(page: Page) -> None:
    """Check that axe finds nothing against WCAG 2.2 AA or good practice, in the light and (for contrast) in the dark."""
    for scheme, rules in RULES.items():
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = (await Axe().run(page, options={"resultTypes": ["violations"], "runOnly": rules})).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
