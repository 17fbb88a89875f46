"""`knooppunt decide`: questions to the law as JSON. Needs no database and no Django, so that it starts at once.

It answers by the files that are shipped: what was approved in an installation stands in its database.
"""

import json
import sys
from pathlib import Path

from knooppunt.kernel.errors import BadInput
from knooppunt.sharing import law
from knooppunt.sharing.rules.exchange import answer, read_json


def decide(file: str) -> int:
    """Answers the question, or the list of questions, that a file holds (`-`: the standard input); 0, or 2."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError):
        return _complain(f"{file}: cannot be read: name a file with questions, or - for the standard input")
    try:
        found = answer(read_json(content), law.answer_by_files)
    except BadInput as wrong:
        return _complain(f"{wrong.field}: {wrong.mend}")
    # Whatever the terminal speaks: programs read this, and JSON is UTF-8.
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n")
    sys.stdout.flush()
    return 0


def _complain(text: str) -> int:
    line = " ".join(text.split())
    sys.stderr.write(f"knooppunt: {line.encode('utf-8', 'backslashreplace').decode()}\n")
    return 2
