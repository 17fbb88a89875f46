"""What is said in a case is found by its words: items, the plan, sittings and their notes."""

from django.db import migrations

from knooppunt.kernel.walls import Words, searchable

OPENED = "(SELECT c.opened_on FROM cases_case c WHERE c.id = case_id)::timestamptz"

TEXTS = {
    # What a supplier shares. Why something is not shared, and notes on secrecy, are not searched.
    "cases_item": Words("item", "case_id", "text", "made_at", "category", "supplier_id", only="NOT withheld"),
    "cases_plan": Words("plan", "case_id", "own_words", "kn_now()", "category", key="case_id", once=OPENED),
    "cases_goal": Words("goal", "case_id", "text || ' ' || own_words", "kn_now()", "category", once=OPENED),
    "cases_agreedaction": Words(
        "action", "case_id", "text || ' ' || status_note", "made_at", "category", "organisation_id"
    ),
    "cases_consultation": Words("consultation", "case_id", "purpose", "starts_at", "category"),
    "cases_note": Words("note", "case_id", "text", "at", "category", "organisation_id"),
}


class Migration(migrations.Migration):
    """The words of cases."""

    dependencies = [("cases", "0006_document_walls"), ("people", "0005_searchable_walls")]
    operations = [migrations.RunSQL(searchable(table, words), migrations.RunSQL.noop) for table, words in TEXTS.items()]
