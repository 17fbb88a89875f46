"""The SQL of the second wall: row-level security, grants to roles, and the trigger that demands a record.

Called from migrations. The condition itself (grant AND designation AND function, and the agreement where the grant
rests on one) stands in each policy as it is: a function with a query in it is called anew for every row, and that costs
ten times as much. Gate functions, which ask it once, call it as `kn_reaches`, made by `sharing`; a test holds the two
against each other.
"""

from dataclasses import dataclass

CORE = "'core'"
NOBODYS = "NULL::uuid"

# A grant that rests on an agreement is worth what the register says today: nothing without one in force for this
# organisation, region and regime, else the core and the categories of that same agreement. What it opens is looked up
# once per query (a hashed subplan), and only when a grant needs it: one that rests on the law alone costs nothing.
AGREED = """({region} IS NULL OR ({region}, {regime}::text, ({category})::text) IN (
    SELECT kn_o.region_id, kn_o.regime, kn_o.category FROM kn_opened({organisation}, {today}) kn_o))"""

TODAY = "kn_today()"


def agreed(grant: str, category: str, organisation: str, today: str = TODAY) -> str:
    """Whether the agreement that a grant (by its alias) rests on opens this category now, if it rests on one."""
    return AGREED.format(
        region=f"{grant}.agreed_in",
        regime=f"{grant}.agreed_under",
        category=category,
        organisation=organisation,
        today=today,
    )


# A setting in a SELECT of its own is read once per query, not once per row. OFFSET 0 keeps the planner from joining
# all that somebody reaches first: each row is judged by itself, through the indexes.
REACHES = """EXISTS (SELECT 1 FROM sharing_grant kn_g
  WHERE kn_g.subject_id = {subject} AND kn_g.organisation_id = (SELECT kn_setting('organisation'))::uuid
    AND kn_g.function = (SELECT kn_setting('function'))
    AND kn_g.valid_from <= (SELECT kn_now()) AND (kn_g.valid_until IS NULL OR kn_g.valid_until > (SELECT kn_now()))
    AND ({category} = ANY (kn_g.categories) OR {own} = kn_g.organisation_id){agreed}
    AND EXISTS (SELECT 1 FROM sharing_designation kn_d
      WHERE kn_d.designee_id = (SELECT kn_setting('professional'))::uuid
        AND kn_d.organisation_id = kn_g.organisation_id AND kn_d.function = kn_g.function
        AND kn_d.valid_from <= (SELECT kn_now()) AND (kn_d.valid_until IS NULL OR kn_d.valid_until > (SELECT kn_now()))
        AND ((kn_d.subject_id = kn_g.subject_id AND kn_d.subject_kind = kn_g.subject_kind)
          OR (kn_d.subject_id = kn_g.under_id AND kn_d.subject_kind IN ('route', 'table', 'region')))
      OFFSET 0) OFFSET 0)"""

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


def reaches(table: str, subject: str, category: str = CORE, own: str = NOBODYS, *, agreements: bool = True) -> str:
    """The condition on a row of this table: columns by name, or SQL expressions."""

    def named(expression: str) -> str:
        return f"{table}.{expression}" if expression.isidentifier() else expression

    said = {"subject": named(subject), "category": named(category), "own": named(own)}
    # The own organisation's things are there as long as the core is.
    wanted = said["category"]
    if own != NOBODYS:
        wanted = f"CASE WHEN {said['own']} = kn_g.organisation_id THEN {CORE} ELSE {wanted} END"
    needs = agreed("kn_g", wanted, "kn_setting('organisation')::uuid") if agreements else ""
    return REACHES.format(**said, agreed=needs and f"\n    AND {needs}")


def only_for(row: str, *, category: str = "category", only: str = "only_for") -> str:
    """The category of a row by which it is reached: none, where it is for other organisations than the one that asks.

    Null is for everybody who is granted the category. Oversight sees on.
    """
    shown = f"{row}.{category}" if category.isidentifier() else category
    return (
        f"CASE WHEN {row}.{only} IS NULL OR (SELECT kn_setting('function')) = 'oversight'"
        f" OR (SELECT kn_setting('organisation'))::uuid = ANY ({row}.{only}) THEN {shown} END"
    )


def protect(table: str, subject: str, *, category: str = CORE, own: str = NOBODYS, agreements: bool = True) -> str:
    """Puts a table of resident data behind grant AND designation AND function.

    `subject`, `category` and `own` (organisation) are columns of the row, or SQL expressions without one.
    Removal is for gate functions only. Migrations from before `sharing/0011` know no `agreements` yet.
    """
    condition = reaches(table, subject, category, own, agreements=agreements)
    return (
        force(table)
        + f"GRANT SELECT, INSERT, UPDATE ON {table} TO kn_web, kn_jobs;"
        + f"CREATE POLICY reads ON {table} FOR SELECT TO kn_web, kn_jobs USING ({condition});"
        + f"CREATE POLICY adds ON {table} FOR INSERT TO kn_web, kn_jobs WITH CHECK ({condition});"
        + f"CREATE POLICY changes ON {table} FOR UPDATE TO kn_web, kn_jobs"
        + f" USING ({condition}) WITH CHECK ({condition});"
        + demand_record(table)
    )


def protect_anew(table: str, subject: str, *, category: str = CORE, own: str = NOBODYS, agreements: bool = True) -> str:
    """The policies of `protect`, on a table that is protected already."""
    condition = reaches(table, subject, category, own, agreements=agreements)
    return (
        f"ALTER POLICY reads ON {table} USING ({condition});"
        f"ALTER POLICY adds ON {table} WITH CHECK ({condition});"
        f"ALTER POLICY changes ON {table} USING ({condition}) WITH CHECK ({condition});"
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


@dataclass(frozen=True)
class Words:
    """Which text of a table is found by its words, and what the right to read it rests on.

    All but `kind` are SQL expressions on a row. `at` is when it was written, and `once` the same for rows that stood
    there before; `only` says which rows are found at all, and `only_for` to which organisations alone.
    """

    kind: str
    subject: str
    text: str
    at: str
    category: str = CORE
    own: str = NOBODYS
    key: str = "id"
    once: str = ""
    only: str = "true"
    only_for: str = ""

    def kept(self, rows: str, at: str) -> str:
        """The statement that keeps the words of these rows, those written first in front."""
        columns = f"'{self.kind}', {self.key}, {self.subject}, {self.category}, {self.own}, {at} AS at, w.words"
        source = f"{rows} CROSS JOIN LATERAL (SELECT kn_words({self.text}) AS words) w"  # nosec B608
        # Tables that say nothing of it leave the column alone, which was not there from the start.
        also, and_them = (", only_for", f", {self.only_for}") if self.only_for else ("", "")
        return (
            f"INSERT INTO people_searchable (kind, row_id, subject_id, category, own_id, at, words{also})"
            f" SELECT {columns}{and_them} FROM {source} WHERE ({self.only}) AND w.words <> ''::tsvector ORDER BY at"  # nosec B608
        )

    def counts(self, side: str) -> str:
        """What of a row matters here: when it did not change, neither do the words."""
        limits = f", {self.only_for}" if self.only_for else ""
        kept = f"{self.text}, ({self.category})::text, {self.own}, {self.subject}, {self.only}{limits}"
        return f"(SELECT ROW({kept}) FROM (SELECT {side}.*) r)"  # nosec B608


def searchable(table: str, words: Words) -> str:
    """Keeps the words of a table's texts in the same transaction, and takes up what stood there before.

    A trigger and not an action: whatever removes or changes a row, from behind a gate too, takes its words along.
    """
    function = _function_of(words)
    return f"""
CREATE FUNCTION {_keeps_words(words)}
ALTER FUNCTION {function} OWNER TO kn_gate;
REVOKE ALL ON FUNCTION {function} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {function} TO kn_owner;
CREATE TRIGGER kn_words AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function};
{words.kept(f"{table} r", words.once or words.at)};
"""


def searchable_anew(words: Words) -> str:
    """The trigger of `searchable` once more, for words whose right to be read rests on something else from now on."""
    return f"CREATE OR REPLACE FUNCTION {_keeps_words(words)}"


def _function_of(words: Words) -> str:
    return f"kn_words_of_{words.kind}()"


def _keeps_words(words: Words) -> str:
    mine = f"row_id = OLD.{words.key} AND kind = '{words.kind}'"
    same = f"{words.counts('OLD')} IS NOT DISTINCT FROM {words.counts('NEW')}"
    forget = f"DELETE FROM people_searchable WHERE {mine}"  # nosec B608
    return f"""{_function_of(words)} RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND {same} THEN
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    {forget};
  END IF;
  IF TG_OP <> 'DELETE' THEN
    {words.kept("(SELECT NEW.*) r", words.at)};
  END IF;
  RETURN NULL;
END $$;"""
