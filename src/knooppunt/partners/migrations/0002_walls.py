"""Partners are no residents: the application roles read and keep them; every change is recorded."""

from django.db import migrations

from knooppunt.kernel.walls import demand_record

KEPT = [
    "partners_area",
    "partners_region",
    "partners_region_municipalities",
    "partners_organisation",
    "partners_organisation_regions",
    "partners_professional",
    "partners_table",
    "partners_table_members",
]

SQL = "".join(
    f"GRANT SELECT, INSERT, UPDATE ON {table} TO kn_web, kn_jobs; GRANT SELECT ON {table} TO kn_gate;" for table in KEPT
)
SQL += (
    "GRANT DELETE ON partners_table_members, partners_organisation_regions, partners_region_municipalities TO kn_web;"
)
SQL += "".join(demand_record(table) for table in KEPT)
SQL += "GRANT SELECT, INSERT, UPDATE ON partners_account TO kn_web; GRANT SELECT ON partners_account TO kn_jobs;"


class Migration(migrations.Migration):
    """Grants on the tables of this room."""

    dependencies = [("partners", "0001_initial"), ("kernel", "0002_walls")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
