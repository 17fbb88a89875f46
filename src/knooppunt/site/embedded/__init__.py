"""A PostgreSQL server of our own for demo, development and tests, from binaries in a Python wheel.

It listens on a Unix socket only, in a folder that nobody else can enter. Whoever uses it holds a
shared lock; the last one to leave stops it, so a killed process never keeps a server running for ever
and a short command never stops a server under a running demo.
"""

from knooppunt.site.embedded.cluster import Cluster
from knooppunt.site.embedded.errors import EmbeddedError
from knooppunt.site.embedded.launch import destroy, start
from knooppunt.site.embedded.roles import (
    create_database,
    database_exists,
    drop_database,
    rename_database,
)

__all__ = [
    "Cluster",
    "EmbeddedError",
    "create_database",
    "database_exists",
    "destroy",
    "drop_database",
    "rename_database",
    "start",
]
