"""What happens to what people write: in a few words, and each agency's data-protection notice in full."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.adapters.web.pages import Pages
from bot.adapters.web.parts import WebParts
from bot.adapters.web.visitors import Visitors, language_of
from bot.core.language import parse_language
from bot.core.network import Agency
from bot.core.privacy import notice


class PrivacyPage:
    """`/privacy` is the operator's, `/privacy/<agency>` an agency's; a link that knows the language says `?language=`."""

    def __init__(self, parts: WebParts, people: Visitors, pages: Pages) -> None:
        self._parts = parts
        self._people = people
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/privacy", self.operators), Route("/privacy/{agency}", self.agencys)]

    async def operators(self, request: Request) -> Response:
        """Say it in a few words, then show the operator's notice, and lead to those of the agencies."""
        network = self._parts.content().network
        return self._page(request, network.operator, tuple(network.agencies.values()))

    async def agencys(self, request: Request) -> Response:
        """Show an agency's notice."""
        agency = str(request.path_params["agency"])
        if agency not in self._parts.content().network.agencies:
            raise HTTPException(404)
        return self._page(request, agency)

    def _page(self, request: Request, agency: str, others: Sequence[Agency] = ()) -> Response:
        content = self._parts.content()
        chosen = parse_language(request.query_params.get("language", "")[:20])
        language = chosen or language_of(request, self._people.by_cookie(request))
        whole = notice(content.papers, content.network, self._parts.periods(), agency, language)
        return self._pages.speak("privacy.html", language, whole=whole, agencies=others)
