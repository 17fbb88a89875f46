"""Walking through every page that somebody is led to, without a browser, and what such a page must have."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

EVERY_TEXT = re.compile(r"\s+")


class Reading(HTMLParser):
    """What one page holds: its title and language, headings, ids, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.language, self.headings = "", "", 0
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self._in_title = False
        self._form: str | None = None
        self._fields: list[tuple[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Notes what a tag means."""
        said = {name: value or "" for name, value in attributes}
        if "id" in said:
            self.ids[said["id"]] += 1
        self._in_title = self._in_title or (tag == "title" and not self.title)
        if tag == "html":
            self.language = said.get("lang", "")
        self.headings += tag == "h1"
        leads = {"a": "href", "link": "href", "script": "src", "img": "src"}.get(tag, "hx-get")
        self.links += [said[name] for name in {leads, "hx-get"} if said.get(name)]
        self._note_form(tag, said)

    def _note_form(self, tag: str, said: dict[str, str]) -> None:
        if tag == "form" and said.get("method", "get").lower() == "get":
            self._form, self._fields = said.get("action", ""), []
        if self._form is None:
            return
        if tag == "select":
            self._select = said.get("name", "")
        if tag == "option" and self._select and "selected" in said:
            self._fields.append((self._select, said.get("value", "")))
        wanted = said.get("type", "text") not in {"checkbox", "radio", "submit"} or "checked" in said
        if tag == "input" and said.get("name") and wanted:
            self._fields.append((said["name"], said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Ends a title, and turns a form that only looks into the address it leads to."""
        if tag == "title":
            self._in_title = False
        if tag == "form" and self._form is not None:
            self.links.append(f"{self._form}?{urlencode(self._fields)}")
            self._form = None

    def handle_data(self, text: str) -> None:
        """The text of the title."""
        if self._in_title:
            self.title = EVERY_TEXT.sub(" ", self.title + text).strip()


@dataclass(frozen=True)
class Visited:
    """A page that was opened: where, where that led, on which route, and what came."""

    address: str
    arrived: str
    route: str
    status: int
    reading: Reading | None


@dataclass
class Crawl:
    """All that somebody was led to. `most`: how many pages of one route, and how many choices of one list."""

    client: Client
    most: int
    visited: dict[str, Visited] = field(default_factory=dict)
    came_from: dict[str, str] = field(default_factory=dict)
    anchors: list[tuple[str, str, str]] = field(default_factory=list)
    _taken: Counter[str] = field(default_factory=Counter)

    def walk(self, *starts: str) -> "Crawl":
        """Follows every link from these pages on, nearest first."""
        waiting = deque(starts)
        for start in starts:
            self.came_from[start] = "the beginning"
        while waiting:
            address = waiting.popleft()
            page = self._open(address)
            self.visited[address] = page
            for link in page.reading.links if page.reading else ():
                target, anchor = urldefrag(urljoin(address, link))
                if urlsplit(target).netloc or urlsplit(target).scheme:
                    continue
                if anchor:
                    self.anchors.append((address, target, anchor))
                if target not in self.came_from and self._wanted(target):
                    self.came_from[target] = address
                    waiting.append(target)
        return self

    def _wanted(self, target: str) -> bool:
        """Not more of one kind than is asked for. Nobody logs out on the way."""
        route = route_of(target)
        kind = f"{route}?" if "?" in target else route
        self._taken[kind] += 1
        return "logout" not in route and (not route or self._taken[kind] <= self.most)

    def _open(self, address: str) -> Visited:
        answer = self.client.get(address, follow=True)
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
        reading = None
        if html:
            reading = Reading()
            reading.feed(text.decode())
        arrived = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        return Visited(address, arrived, route_of(arrived), answer.status_code, reading)

    def pages(self) -> Iterator[Visited]:
        """What is a page of ours, and no file."""
        return (page for page in self.visited.values() if page.reading is not None)


def route_of(address: str) -> str:
    """The name of the route of an address; empty for what is no route."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
