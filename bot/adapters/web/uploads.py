"""Files in forms: read into memory only, never into a temporary file in the clear, and never more than may be sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.core.attachments import LARGEST, accepted
from bot.core.messages import Attachment

FIELD = "file"
_MARGIN = 1 << 20


class _Parser(MultiPartParser):
    """Lets go of what a file has too much, so that the text beside it still arrives."""

    spool_max_size = LARGEST + 2 * _MARGIN
    _taken = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Keep a piece of a part, unless its file is too large already."""
        if self._current_part.file is not None:
            if self._taken > LARGEST:
                return
            self._taken += end - start
        super().on_part_data(data, start, end)


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Give a form that may carry one file; the file is gone when the block is left."""
    form = await _parsed(request)
    request.state.form = form
    try:
        yield form
    finally:
        await form.close()


def typed(request: Request) -> list[tuple[str, str]]:
    """Return what a form said that was read for a request: to be sent again, if nothing could be kept of it."""
    form: FormData | None = getattr(request.state, "form", None)
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)] if form else []


async def _parsed(request: Request) -> FormData:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.form()
    try:
        return await _Parser(request.headers, request.stream(), max_files=1, max_fields=20).parse()
    except MultiPartException:
        raise HTTPException(400) from None


async def sent_file(form: FormData) -> tuple[str, bytes] | None:
    """Return name and bytes of the file that was chosen, if one was."""
    file = form.get(FIELD)
    if not isinstance(file, UploadFile):
        return None
    data = await file.read()
    return (file.filename or "", data) if file.filename or data else None


def attachment(file: tuple[str, bytes] | None, *, kept: bool) -> Attachment | None:
    """Return a file as it may travel; of one that nobody would keep only that there was one.

    Raises:
        UnfitFile: it is too large, or nothing that is taken.
    """
    if file is None:
        return None
    return accepted(*file) if kept else Attachment("document", "", "")
