"""How the program's own log lines look: where it went wrong, never with which data."""

import logging
import traceback
from pathlib import Path
from types import TracebackType

from knooppunt.kernel import faults

OURS = f"{Path(__file__).resolve().parents[1]}/"


class WithoutValues(logging.Formatter):
    """Leaves out the text of exceptions: a database error quotes the values that it refused."""

    def formatException(  # noqa: N802 - the name that logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The chain of exception types, each with the places it came through; a fault of the database in one line."""
        lines: list[str] = []
        error = ei[1]
        fault = faults.fault_of(error)
        if error is not None and fault is not None:
            return f"  {fault.value} ({faults.code_of(error)}) at {_place(error)}"
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def _place(error: BaseException) -> str:
    """The innermost line of ours that an error came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(OURS)]
    return f"{frames[-1].filename.removeprefix(OURS)}:{frames[-1].lineno}" if frames else "no line of ours"
