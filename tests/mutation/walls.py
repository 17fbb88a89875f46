"""Mutants of the walls in the database: policies and functions as they are in force, whichever migration made them."""

import re
from collections.abc import Iterator

import psycopg

from tests.mutation import conditions
from tests.mutation.mutants import Mutant

POLICIES = """
SELECT schemaname, tablename, policyname, qual, with_check FROM pg_policies
 WHERE schemaname = 'public' AND roles && ARRAY['kn_web', 'kn_jobs', 'kn_counts']::name[]
   AND (cmd <> 'UPDATE' OR has_any_column_privilege('kn_web', tablename, 'UPDATE')
     OR has_any_column_privilege('kn_jobs', tablename, 'UPDATE')) ORDER BY 2, 3
"""
"""A policy for changing what nobody may change is not in use."""
FUNCTIONS = """
SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'kn\\_%' ORDER BY 1
"""
BODY = re.compile(r"(AS \$function\$|\n\s*RETURN |\n\s*BEGIN ATOMIC\n)(.*?)(\$function\$\s*)?\Z", re.DOTALL)
CATEGORY = re.compile(r"(kn_reaches\([^,()]+(?:\([^()]*\))?, )(?!'core')([^,]+)(,)")
ITS_CATEGORY = r"\(?\s*(?:\w+\.category|CASE\s+WHEN .*?\s+END)\)?(?:::text)?"
IN_PLACE = re.compile(rf"(\()({ITS_CATEGORY})( = ANY \(\(*kn_g\.categories)", re.DOTALL)
ROOM_OF_FUNCTION = {
    "kn_setting": "kernel",
    "kn_now": "kernel",
    "kn_base": "kernel",
    "kn_begin_incarnation": "kernel",
    "kn_demand_record": "kernel",
    "kn_group": "people",
    "kn_know_person": "people",
    "kn_occurrences": "people",
    "kn_texts": "people",
    "kn_subjects_near": "people",
    "kn_knows": "people",
    "kn_keep_keys": "people",
    "kn_copy_keys": "people",
    "kn_drop_keys": "people",
    "kn_file_to_judge": "cases",
    "kn_judge_file": "cases",
    "kn_clear_quarantine": "cases",
    "kn_stopped_files": "cases",
    "kn_sweep_drafts": "kernel",
    "kn_persons_joined": "people",
    "kn_clear_intake": "cases",
    "kn_tell_reporter": "cases",
    "kn_open_actions": "cases",
    "kn_next_case_number": "cases",
    "kn_withdraw_sounding": "cases",
    "kn_clear_soundings": "cases",
}
"""Whose tests should notice; a function that is not named here is one of sharing."""


def of_database(owner: psycopg.Connection) -> Iterator[Mutant]:
    """Every mutant of the policies and functions of this database."""
    for _, table, policy, using, check in owner.execute(POLICIES).fetchall():
        yield from _of_policy(table, policy, {"USING": using, "WITH CHECK": check})
    for name, text in owner.execute(FUNCTIONS).fetchall():
        yield from _of_function(name, text)


def _of_policy(table: str, policy: str, said: dict[str, str | None]) -> Iterator[Mutant]:
    for word, condition in said.items():
        for what, changed in _of_condition(condition or "true"):
            yield Mutant(
                room=table.split("_")[0],
                where=f"policy {table}.{policy}",
                what=f"{word}: {what}",
                text=f"ALTER POLICY {policy} ON {table} {word} ({changed})",
                undo=f"ALTER POLICY {policy} ON {table} {word} ({condition})",
            )


def _of_condition(condition: str) -> Iterator[tuple[str, str]]:
    if condition == "true":
        return
    yield "everything", "true"
    for pattern in (CATEGORY, IN_PLACE):
        found = pattern.search(condition)
        if found:
            yield f"any category instead of {found[2]}", pattern.sub(r"\1'core'\3", condition)
    yield from conditions.widened(condition)


def _of_function(name: str, text: str) -> Iterator[Mutant]:
    begun = BODY.search(text)
    assert begun is not None, name
    head, body, tail = text[: begun.start(2)], begun[2], begun[3] or ""
    for what, changed in conditions.widened(body):
        room = "people" if name.startswith("kn_words") else ROOM_OF_FUNCTION.get(name, "sharing")
        yield Mutant(room, f"function {name}", what, text=head + changed + tail, undo=text)


def kind_of(mutant: Mutant) -> str:
    """What policies of different tables have in common when the same is changed in them; else nothing."""
    if not mutant.where.startswith("policy "):
        return ""
    table, policy = mutant.where.removeprefix("policy ").split(".")
    # Names are cut off, and columns have names of different length.
    return f"{policy} {re.sub(rf'{table}[.][a-z_]+', 'column', mutant.what)[:50]}"
