"""What a report says happened is found by its words; a report that was replaced is not found any more."""

from django.db import migrations

from knooppunt.kernel.walls import Words, searchable

REPORT = Words("report", "id", "concat_ws(' ', happened, worry, question)", "received_at", only="status <> 'replaced'")


class Migration(migrations.Migration):
    """The words of reports."""

    dependencies = [("signals", "0004_what_lists_walk"), ("people", "0005_searchable_walls")]
    operations = [migrations.RunSQL(searchable("signals_report", REPORT), migrations.RunSQL.noop)]
