"""Reports are judged by the same condition as cases: see `sharing/0011_agreed_grants`."""

from django.db import migrations

from knooppunt.kernel.walls import protect_anew

SQL = protect_anew("signals_report", "id") + protect_anew(
    "signals_reportperson", "report_id", category="'identity_contact'"
)


class Migration(migrations.Migration):
    """The policies with the agreement in them."""

    dependencies = [("signals", "0006_numbers_by_their_index"), ("sharing", "0011_agreed_grants")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
