"""The one error of the launcher: what is wrong and how to mend it, in one line."""


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; the text says why and what to do."""
