"""The same condition as before, in the policies themselves: see `kernel.walls`."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew

BY_CATEGORY = {
    "cases_caseperson": "NULL::uuid",
    "cases_participant": "organisation_id",
    "cases_phasechange": "NULL::uuid",
    "cases_item": "supplier_id",
    "cases_plan": "NULL::uuid",
    "cases_goal": "NULL::uuid",
    "cases_agreedaction": "organisation_id",
    "cases_consultation": "NULL::uuid",
    "cases_attendance": "organisation_id",
    "cases_note": "organisation_id",
}

SQL = (
    protect_anew("cases_intake", "id", agreements=False)
    + protect_anew("cases_judgement", "intake_id", agreements=False)
    + protect_anew("cases_case", "id", agreements=False)
    + protect_anew("cases_statechange", "case_id", agreements=False)
    + "".join(
        protect_anew(table, "case_id", category="category", own=own, agreements=False)
        for table, own in BY_CATEGORY.items()
    )
)


class Migration(migrations.Migration):
    """Nobody sees more or less than before; a row costs a tenth to judge."""

    dependencies = [("cases", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
