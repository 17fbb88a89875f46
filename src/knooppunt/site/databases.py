"""Bringing the database up to date: the migrations, and what the roles may do with the tables of libraries.

Our own tables get their grants in their own migrations. Libraries know nothing of our roles, so each of their
tables stands here by name with the least that works; one that is not listed stops the migration.
"""

from collections.abc import Mapping

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from knooppunt.kernel import incarnation

READ = "SELECT"
KEEP = "SELECT, INSERT, UPDATE, DELETE"
NOTHING = ""

LIBRARY_TABLES: Mapping[str, tuple[str, str]] = {
    # table: (what kn_web may do, what kn_jobs may do)
    "django_migrations": (READ, READ),
    "django_content_type": (NOTHING, NOTHING),
    # Sessions stand in a table of our own (kernel.Session).
    "django_session": (NOTHING, NOTHING),
    "auth_group": (NOTHING, NOTHING),
    "auth_group_permissions": (NOTHING, NOTHING),
    "auth_permission": (NOTHING, NOTHING),
    "account_emailaddress": ("SELECT, INSERT, UPDATE", NOTHING),
    "account_emailconfirmation": (NOTHING, NOTHING),
    "mfa_authenticator": (KEEP, NOTHING),
    # Who is bound to whom at a log-in service. No service or token is ever kept; unbinding looks for them.
    "socialaccount_socialaccount": ("SELECT, INSERT, DELETE", NOTHING),
    "socialaccount_socialapp": (NOTHING, NOTHING),
    "socialaccount_socialtoken": ("SELECT, DELETE", NOTHING),
    "axes_accessattempt": (KEEP, NOTHING),
    "axes_accessattemptexpiration": (KEEP, NOTHING),
    "axes_accessfailurelog": (NOTHING, NOTHING),
    "axes_accesslog": (NOTHING, NOTHING),
    "procrastinate_jobs": ("SELECT, INSERT", KEEP),
    "procrastinate_events": ("INSERT", KEEP),
    "procrastinate_periodic_defers": (NOTHING, KEEP),
    "procrastinate_workers": (READ, KEEP),
}

WEB_FUNCTIONS = ("procrastinate_defer_jobs_v1",)


def migrate() -> None:
    """Brings the tables up to date and opens the libraries' tables. Needs the owner's role.

    A database that was put back by other means than ours gets a new incarnation, or nothing could be changed in it.
    """
    call_command("migrate", interactive=False, verbosity=0)
    open_library_tables()
    if incarnation.current() is None:
        incarnation.begin()


def open_library_tables() -> None:
    """Gives the roles what `LIBRARY_TABLES` says; a library table that is not listed is an error."""
    found = _library_tables()
    unknown = sorted(found - set(LIBRARY_TABLES))
    if unknown:
        raise ImproperlyConfigured(f"{unknown[0]} is not in LIBRARY_TABLES of site/databases.py: say who may use it")
    statements = []
    for table in sorted(found):
        for role, rights in zip(("kn_web", "kn_jobs"), LIBRARY_TABLES[table], strict=True):
            statements.append(f"REVOKE ALL ON {table} FROM {role}")
            if rights:
                statements.append(f"GRANT {rights} ON {table} TO {role}")
                statements += _sequence_grants(table, role, rights)
    statements += _function_grants()
    with connection.cursor() as cursor:
        cursor.execute(";".join(statements))


def pending_migrations() -> int:
    """How many migrations the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _library_tables() -> set[str]:
    own = tuple(f"{config.label}_" for config in apps.get_app_configs() if config.name.startswith("knooppunt."))
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return {table for table in tables if not table.startswith(own)}


def _sequence_grants(table: str, role: str, rights: str) -> list[str]:
    if "INSERT" not in rights:
        return []
    with connection.cursor() as cursor:
        sequences = connection.introspection.get_sequences(cursor, table)
    return [f"GRANT USAGE ON SEQUENCE {sequence['name']} TO {role}" for sequence in sequences if sequence["name"]]


def _function_grants() -> list[str]:
    """Functions start closed to everyone; the queue's are for the jobs, and putting something in it for the web too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.oid::regprocedure::text FROM pg_proc p"
            " WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'procrastinate\\_%'"
        )
        found = cursor.fetchall()
    return [
        f"GRANT EXECUTE ON FUNCTION {signature} TO kn_jobs{', kn_web' if name in WEB_FUNCTIONS else ''}"
        for name, signature in found
    ]
