"""Cases and intakes under an agreement are there while it holds; what was granted before rests on it too."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew

BY_CATEGORY = {
    "cases_caseperson": "NULL::uuid",
    "cases_participant": "organisation_id",
    "cases_phasechange": "NULL::uuid",
    "cases_item": "supplier_id",
    "cases_document": "supplier_id",
    "cases_plan": "NULL::uuid",
    "cases_goal": "NULL::uuid",
    "cases_agreedaction": "organisation_id",
    "cases_consultation": "NULL::uuid",
    "cases_attendance": "organisation_id",
    "cases_note": "organisation_id",
}

POLICIES = (
    protect_anew("cases_intake", "id")
    + protect_anew("cases_judgement", "intake_id")
    + protect_anew("cases_case", "id")
    + protect_anew("cases_statechange", "case_id")
    + "".join(protect_anew(table, "case_id", category="category", own=own) for table, own in BY_CATEGORY.items())
)

# The only regime that asked for an agreement when this was written. A case knows its regime; what was granted on an
# intake names it. Oversight rests on the law, also of a case that was worked on under an agreement.
HELD_BEFORE = """
ALTER TABLE sharing_grant DISABLE TRIGGER kn_recorded;
UPDATE sharing_grant g SET agreed_in = c.region_id, agreed_under = c.regime
  FROM cases_case c
 WHERE c.id = g.subject_id AND g.subject_kind = 'case' AND g.function = 'execution' AND c.regime = 'WPG20_CONVENANT';
UPDATE sharing_grant g SET agreed_in = i.region_id, agreed_under = split_part(g.basis, '@', 1)
  FROM cases_intake i
 WHERE i.id = g.subject_id AND g.subject_kind = 'intake' AND g.function = 'execution'
   AND split_part(g.basis, '@', 1) = 'WPG20_CONVENANT';
ALTER TABLE sharing_grant ENABLE TRIGGER kn_recorded;
"""


class Migration(migrations.Migration):
    """The policies with the agreement in them, and the grants that were there."""

    dependencies = [("cases", "0008_sittings_in_order"), ("sharing", "0011_agreed_grants")]
    operations = [
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(HELD_BEFORE, migrations.RunSQL.noop),
    ]
