"""The SQL of the second wall: row-level security, grants to roles, and the trigger that demands a record.

Called from migrations. The condition itself (grant AND designation AND function) stands once, as the
database function `kn_reaches`, made by `sharing`; here is only how a table is put behind it.
"""

CORE = "'core'"

# RETURN binds names when the function is made: what the caller's search path holds cannot change its meaning.
BASICS = """
CREATE FUNCTION kn_setting(name text) RETURNS text LANGUAGE sql STABLE
  RETURN NULLIF(current_setting('kn.' || name, true), '');
CREATE FUNCTION kn_now() RETURNS timestamptz LANGUAGE sql STABLE
  RETURN COALESCE(kn_setting('now')::timestamptz, now());
GRANT EXECUTE ON FUNCTION kn_setting(text), kn_now() TO kn_web, kn_jobs, kn_gate, kn_counts;
"""


def demand_record(table: str) -> str:
    """A change of this table does not commit without a log line of the same transaction."""
    return (
        f"CREATE CONSTRAINT TRIGGER kn_recorded AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kn_demand_record();"
    )


def _open_to_house(table: str) -> str:
    return "".join(
        f"CREATE POLICY {role} ON {table} TO {role} USING (true) WITH CHECK (true);" for role in ("kn_owner", "kn_gate")
    )


def force(table: str) -> str:
    """Row-level security on, also for the owner, with the explicit policies that migrations and gates need."""
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kn_gate;" + _open_to_house(table)
    )


def protect(
    table: str, subject: str, *, category: str = CORE, own: str = "NULL::uuid", write: str = "kn_reaches"
) -> str:
    """Puts a table of resident data behind `kn_reaches(subject, category, own organisation)`.

    `subject`, `category` and `own` are SQL expressions on the row. Removal is for gate functions only.
    """
    condition = f"kn_reaches({subject}, {category}, {own})"
    writing = f"{write}({subject}, {category}, {own})"
    return (
        force(table)
        + f"GRANT SELECT, INSERT, UPDATE ON {table} TO kn_web, kn_jobs;"
        + f"CREATE POLICY reads ON {table} FOR SELECT TO kn_web, kn_jobs USING ({condition});"
        + f"CREATE POLICY adds ON {table} FOR INSERT TO kn_web, kn_jobs WITH CHECK ({writing});"
        + f"CREATE POLICY changes ON {table} FOR UPDATE TO kn_web, kn_jobs USING ({condition}) WITH CHECK ({writing});"
        + demand_record(table)
    )


def count_columns(table: str, *columns: str) -> str:
    """Lets `kn_counts` count, by columns that identify nobody."""
    return (
        f"GRANT SELECT ({', '.join(columns)}) ON {table} TO kn_counts;"
        f"CREATE POLICY counts ON {table} FOR SELECT TO kn_counts USING (true);"
    )


def gate(signature: str) -> str:
    """Hands a function to `kn_gate`, for the application roles to call and nobody else."""
    return (
        f"ALTER FUNCTION {signature} OWNER TO kn_gate; REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION {signature} TO kn_web, kn_jobs;"
    )
