"""Files on their way in: kept in memory up to the limit, counted beyond it, and dropped where no page asks for one."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

from knooppunt.kernel.doors import takes_file
from knooppunt.site.middleware import error_page

TOO_LARGE = "Wat u verstuurde is te groot. Een bestand is ten hoogste %d MB. Ga terug en kies een kleiner bestand."


class Receiver(FileUploadHandler):
    """Takes in one file for a page that asks for it, from somebody who may open that page.

    A file beyond the limit is read to its end and not kept, so that the page can say so beside all that was typed.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a file, where one is expected."""
        super().new_file(*args, **kwargs)
        if self.request is None or not takes_file(self.request):
            raise SkipFile
        self._kept, self._size = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keeps what fits; one byte too many empties it."""
        self._size += len(raw_data)
        if self._size <= settings.LARGEST_FILE:
            self._kept.write(raw_data)
        else:
            self._kept = BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file with its true size; without content when that is beyond the limit."""
        self._kept.seek(0)
        name = str(self.file_name)
        return InMemoryUploadedFile(
            self._kept, self.field_name, name, self.content_type, self._size, self.charset, self.content_type_extra
        )


class RequestSizeMiddleware:
    """Stops whoever announces more than any page takes, before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of the request is used but its length."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: list[Any], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before the forgery check, which is the first to read what was sent."""
        if not request.path.startswith("/api/") and _announced(request) > settings.LARGEST_REQUEST:
            return error_page(request, 413, [TOO_LARGE % (settings.LARGEST_FILE // (1024 * 1024))])
        return None


def _announced(request: HttpRequest) -> int:
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(said) if said.isdecimal() and len(said) < 19 else settings.LARGEST_REQUEST + 1
