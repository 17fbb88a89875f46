"""Every way to read: pages, interface, commands, messages, mails, jobs, figures, error pages, log lines, files.

Taken from the code itself (addresses, operations, parser, senders, templates, settings), so that nothing is left
out. `docs/leesroutes.md` is made from it, and the leak test walks along all of it. What a way shows is one line
of Dutch in `shown.py`, the only thing that is written by hand.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.utils import get_app_template_dirs
from django.urls import URLPattern, URLResolver, get_resolver
from procrastinate.contrib.django import app

from knooppunt.kernel.actor import Function
from knooppunt.kernel.doors import Access, access_of
from knooppunt.kernel.outbox import senders
from knooppunt.site.api import PUBLIC, api
from knooppunt.site.commandline import parser
from knooppunt.site.figures import FIGURES
from knooppunt.site.functions import LABELS
from knooppunt.site.shown import FILES, OF_LOG_IN, SHOWS
from knooppunt.site.traced import Trace, trace


class Kind(StrEnum):
    """By which kind of door something goes out."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"
    MESSAGE = "message"
    MAIL = "mail"
    JOB = "job"
    FIGURE = "figure"
    ERROR = "error"
    LOG = "log"
    CACHE = "cache"
    FILE = "file"


@dataclass(frozen=True)
class ReadPath:
    """One way to read: its name, where it is, what it shows, who may knock, and what the code says of it."""

    kind: Kind
    name: str
    where: str
    who: str
    reaches: Trace
    view: Callable[..., Any] | None = None

    @property
    def shows(self) -> str:
        """One line of Dutch; empty when nobody wrote it yet."""
        return SHOWS.get(self.name) or (OF_LOG_IN if _is_log_in(self) else "")


def read_paths() -> list[ReadPath]:
    """Every way to read, by kind and in the order of the code."""
    return [*pages(), *operations(), *commands(), *_going_out(), *_figures(), *_errors(), *_kept()]


def pages(patterns: Any = None, prefix: str = "/", space: str = "") -> Iterator[ReadPath]:
    """Every address, the interface's excepted."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from pages(entry.url_patterns, where, inner)
        elif isinstance(entry, URLPattern) and not space.startswith("api:"):
            view = entry.callback
            name = f"{space}{entry.name or where}"
            yield ReadPath(Kind.PAGE, name, f"{methods_of(view)} {where}", _knocks(view), trace(view), view)


def methods_of(view: Callable[..., Any]) -> str:
    """Which methods a view takes, as its decorator says."""
    layer: Any = view
    while layer is not None:
        names = getattr(getattr(layer, "__code__", None), "co_freevars", ())
        kept = dict(zip(names, layer.__closure__ or (), strict=True)) if names else {}
        if "request_method_list" in kept:
            return ", ".join(one for one in kept["request_method_list"].cell_contents if one != "HEAD")
        layer = getattr(layer, "__wrapped__", None)
    return "GET, POST"


def operations() -> Iterator[ReadPath]:
    """Every operation of the JSON interface."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                name = f"api:{operation.view_func.__name__}"
                where = f"{', '.join(operation.methods)} /api/v1{prefix.rstrip('/')}{path}"
                public = operation.view_func.__name__ in PUBLIC
                who = "iedereen, ook zonder inloggen" if public else "een systeem met een token"
                yield ReadPath(Kind.API, name, where, who, trace(operation.view_func), operation.view_func)
    yield ReadPath(Kind.API, "api:openapi-json", "GET /api/v1/openapi.json", "iedereen, ook zonder inloggen", Trace())
    yield ReadPath(Kind.API, "api:api-root", "GET /api/v1/", "niemand: het adres geeft 404", Trace())


def commands(of: argparse.ArgumentParser | None = None, said: str = "knooppunt") -> Iterator[ReadPath]:
    """Every command of the command line, down to the last word."""
    top = of or parser()
    below = [one for one in top._actions if isinstance(one, argparse._SubParsersAction)]
    for one in below:
        for word, inner in one.choices.items():
            yield from commands(inner, f"{said} {word}")
    if not below:
        does = top.get_default("command")
        yield ReadPath(Kind.COMMAND, said, said, "wie op de server werkt", trace(does), does)


def _going_out() -> Iterator[ReadPath]:
    for kind, deliver in sorted(senders().items()):
        who = "de partij die erom vroeg, via het vastgelegde adres"
        yield ReadPath(Kind.MESSAGE, f"outbox:{kind}", kind, who, trace(deliver), deliver)
    for name in sorted(_mails()):
        yield ReadPath(Kind.MAIL, f"mail:{name}", name, "de eigenaar van het account", Trace())
    import_jobs()
    for name, task in sorted(app.tasks.items()):
        if not name.startswith(("builtin:", "procrastinate.")):
            yield ReadPath(Kind.JOB, f"job:{name}", name, "niemand: draait vanzelf", trace(task.func), task.func)


def import_jobs() -> None:
    """Every room's jobs are known once their modules are read."""
    for one in settings.INSTALLED_APPS:
        if one.startswith("knooppunt.") and (Path(import_module(one).__path__[0]) / "jobs.py").exists():
            import_module(f"{one}.jobs")


def _mails() -> set[str]:
    """Subjects of mails among the templates of whoever may send one."""
    folders = get_app_template_dirs("templates")
    found = {path.relative_to(folder) for folder in folders for path in Path(folder).rglob("email/*_subject.txt")}
    return {str(path).removesuffix("_subject.txt") for path in found}


def _figures() -> Iterator[ReadPath]:
    for name, (_, count) in FIGURES.items():
        who = "wie op de server werkt (intern); openbaar nog niemand"
        yield ReadPath(Kind.FIGURE, f"figure:{name}", name, who, trace(count), count)


def _errors() -> Iterator[ReadPath]:
    urls = import_module(settings.ROOT_URLCONF)
    for status in (400, 403, 404, 500):
        handler = getattr(urls, f"handler{status}")
        yield ReadPath(Kind.ERROR, f"error:{status}", f"foutblad {status}", "wie de fout tegenkomt", Trace())
        module, _, name = handler.rpartition(".")
        if not callable(getattr(import_module(module), name)):
            raise LookupError(handler)
    for error in sorted(one.__name__ for one in api._exception_handlers):
        yield ReadPath(Kind.ERROR, f"error:api:{error}", f"fout van de koppeling: {error}", "het systeem", Trace())


def _kept() -> Iterator[ReadPath]:
    for name, handler in settings.LOGGING["handlers"].items():
        where = f"{handler['class']} ({handler.get('formatter', 'zonder opmaak')})"
        yield ReadPath(Kind.LOG, f"log:{name}", where, "wie op de server werkt", Trace())
    for name in settings.CACHES:
        yield ReadPath(Kind.CACHE, f"cache:{name}", settings.CACHES[name]["BACKEND"], "niemand", Trace())
    for name in FILES:
        yield ReadPath(Kind.FILE, f"file:{name}", name, "wie op de server werkt", Trace())


def _knocks(view: Callable[..., Any]) -> str:
    access = access_of(view)
    if access is None:
        return "wie bij het eigen account hoort" if _is_library(view) else "niemand"
    return _told(access)


def _told(access: Access) -> str:
    if access.public:
        return "iedereen, ook zonder inloggen"
    if access.account:
        return "wie is ingelogd, over het eigen account"
    if access.token:
        return "een systeem met een token"
    known = [one for one in Function if one in access.functions]
    return "iedereen die inlogt" if set(known) >= set(LABELS) else ", ".join(str(LABELS[one]) for one in known)


def _is_library(view: Callable[..., Any]) -> bool:
    return not unwrap(view).__module__.startswith("knooppunt.")


def _is_log_in(path: ReadPath) -> bool:
    """Pages and mails of the library with which one logs in: they are about the own account only."""
    return path.kind is Kind.MAIL or (path.kind is Kind.PAGE and path.view is not None and _is_library(path.view))
