"""How the program's own log lines look: where it went wrong, never with which data."""

import logging
import traceback
from copy import copy
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

from knooppunt.kernel import faults

OURS = f"{Path(__file__).resolve().parents[1]}/"


def _route(request: Any) -> str:
    found = getattr(request, "resolver_match", None)
    return str(found.route) if found else "(an address that does not exist)"


class WithoutValues(logging.Formatter):
    """Leaves out the text of exceptions, for a database error quotes the values that it refused; and of a request
    names the route instead of the address, for a sender's own number of a report may stand in an address."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; what a request asked for is told by its route."""
        request = getattr(record, "request", None)
        told = copy(record)
        told.exc_text = None  # Another handler may have told the error in full, and left its words here.
        if request is not None and isinstance(told.args, tuple):
            told.args = tuple(_route(request) if part == request.path else part for part in told.args or ())
        line = super().format(told)
        record.exc_text = told.exc_text  # Whoever comes after tells no more.
        return line

    def formatException(  # noqa: N802 - the name that logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The chain of exception types, each with the places it came through; a fault of the database in one line."""
        error = ei[1]
        fault = faults.fault_of(error)
        if error is not None and fault is not None:
            return f"  {fault.value} ({faults.code_of(error)}) at {_place(error)}"
        lines: list[str] = []
        for one in faults.chain(error):
            lines += [f"  {code.co_filename}:{number} {code.co_name}" for code, number in _frames(one)]
            lines.append(f"  {type(one).__module__}.{type(one).__qualname__}")
        return "\n".join(lines)


def _frames(error: BaseException) -> list[tuple[CodeType, int]]:
    """The places that an error came through. Reads no source files, as Python's own way of telling it does."""
    return [(frame.f_code, number) for frame, number in traceback.walk_tb(error.__traceback__)]


def _place(error: BaseException) -> str:
    """The innermost line of ours that an error came through."""
    ours = [(code.co_filename, number) for code, number in _frames(error) if code.co_filename.startswith(OURS)]
    return f"{ours[-1][0].removeprefix(OURS)}:{ours[-1][1]}" if ours else "no line of ours"
