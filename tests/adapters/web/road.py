"""The road of a newcomer and of an advisor through the pages, step by step, in a real browser."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.system import PASSWORD


@dataclass
class Newcomer:
    """Somebody with a phone."""

    page: Page

    async def press(self, choice: str) -> None:
        """Press a button by the beginning of its id."""
        await self.page.locator(f"button[value^='{choice}']").first.click()

    async def write(self, text: str) -> None:
        """Write and send a text."""
        await self.page.fill("#text", text)
        await self.page.click(".writing button.primary")

    async def reads(self, text: str) -> Locator:
        """Wait for a text of the conversation and return its message."""
        message = self.page.locator(".message").filter(has_text=text).last
        await expect(message).to_be_visible()
        return message

    async def begin(self, language: str) -> None:
        """Choose the language and let the chat be kept."""
        await self.press(language)
        await self.press("consent:yes")

    async def to_the_article(self) -> Locator:
        """Walk through the flow about flats to the article about deposits and return its message."""
        await self.press("topic:housing")
        await self.press("f:housing:what:deposit")
        article = self.page.locator(".message:has(h3)").last
        await expect(article).to_be_visible()
        return article

    async def to_the_sites(self) -> Locator:
        """Ask for sites near a place that is written with a mistake, and return the message with them."""
        await self.press("f:helped:question:near")
        await self.page.locator("button[value='f:helped:question:near']").wait_for(state="detached")
        await self.write("Elmshron")
        return await self.reads("Beispielstelle Elmshorn")

    async def to_the_booking(self) -> Locator:
        """Book the first free time at the nearest site and return the message that confirms it."""
        for step in ("book:site:", "book:day:", "book:time:", "book:yes:"):
            await self.press(step)
        return await self.reads("termin.ics")

    async def to_a_person(self, question: str) -> None:
        """Ask for a human and write the question."""
        await self.press("nav:person")
        await self.page.locator("button[value='case:skip']").wait_for()
        await self.write(question)
        await self.page.locator("button[value='case:end']").wait_for()

    async def to_a_person_near(self, place: str, question: str) -> None:
        """Ask for a human from the menu: topic, question, place."""
        await self.press("topic:housing")
        await self.press("nav:person")
        for step, answer in (("case:skip", question), ("place:skip", place)):
            await self.page.locator(f"button[value='{step}']").wait_for()
            await self.write(answer)
        await self.page.locator("button[value='case:end']").wait_for()


@dataclass
class Member:
    """Somebody of the staff at the console."""

    page: Page

    async def sign_in(self, login: str) -> None:
        """Sign in; the queue is open then."""
        await self.page.fill("#login", login)
        await self.page.fill("#password", PASSWORD)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector("#queue")

    async def see_waiting(self) -> None:
        """Look at the cases that nobody has."""
        await self.page.click("#views a[href$='view=unassigned']")
        await expect(self.page.locator("#views a[href$='view=unassigned']")).to_have_attribute("aria-current", "page")

    async def open_waiting(self, question: str) -> None:
        """Open the case that waits with a question."""
        await self.see_waiting()
        await self.page.locator("#queue .case").filter(has_text=question).click()
        await self.page.wait_for_selector("#answer")

    async def claim(self) -> None:
        """Take the case."""
        await self.page.click("#card form[action$='/claim'] button")
        await expect(self.page.locator("#card form[action$='/claim']")).to_have_count(0)

    async def answer(self, text: str) -> None:
        """Type an answer and send it."""
        await self.page.fill("#reply", text)
        await self.page.click(".reply button")
        await expect(self.page.locator("#reply")).to_have_value("")

    async def close(self) -> None:
        """Close the case."""
        await self.page.click("#close-case summary")
        await self.page.click("#close-case button")
        await expect(self.page.locator("#close-case")).to_have_count(0)
