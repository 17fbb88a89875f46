"""Sending a form past the browser: as it stands on the page, with something in it that a hand could not choose."""

from html import escape
from urllib.parse import urlencode

from playwright.sync_api import APIResponse

from tests.journeys.conftest import Person

AS_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Sending:
    """The form that holds a field of this name, on the page that a person has open."""

    def __init__(self, person: Person, field: str) -> None:
        self.person = person
        form = person.page.locator(f'main form:has([name="{field}"])').first
        self.address: str = form.evaluate("e => e.action")
        said = "e => [...new FormData(e)].map(([name, value]) => [name, String(value)])"
        self.pairs: list[tuple[str, str]] = [(name, value) for name, value in form.evaluate(said)]

    def send(self, **changes: str | None) -> APIResponse:
        """Sends it with other values; None leaves a field out. A redirect is not followed."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        body = urlencode([*kept, *((name, value) for name, value in changes.items() if value is not None)])
        headers = {**AS_FORM, "Referer": self.person.page.url}
        return self.person.page.request.post(self.address, data=body, headers=headers, max_redirects=0, timeout=15_000)

    def refused(self, label: str, *, keeps: str | None = None, **changes: str | None) -> None:
        """The answer is 422, names the field in the summary of errors, and still holds what was typed."""
        answer = self.send(**changes)
        text = answer.text()
        what = f"{changes.keys()} at {self.person.where()}"
        assert answer.status == 422, f"{answer.status} for {what}"
        assert label in errors_in(text), f"{label!r} is not named for {what}: {errors_in(text)!r}"
        assert escape(keeps or "") in text, f"what was typed is lost for {what}"


def errors_in(page: str) -> str:
    """The summary of errors on a page."""
    _before, found, rest = page.partition('id="errors"')
    return rest.partition("</ul>")[0] if found else ""
