"""Words are found by the organisations that may see the text, where that is limited to some."""

import django.contrib.postgres.fields
from django.db import migrations, models

GATE = """
DO $do$
DECLARE
  was CONSTANT text := pg_get_functiondef('kn_texts(text, text[], int)'::regprocedure);
  became CONSTANT text := replace(was, 'kn_reaches(m.subject_id, m.category, m.own_id)',
    'kn_reaches(m.subject_id, CASE WHEN m.only_for IS NULL OR $4 = ANY (m.only_for) THEN m.category END, m.own_id)');
BEGIN
  IF became = was THEN
    RAISE EXCEPTION 'kn_texts does not read as expected';
  END IF;
  EXECUTE became;
END $do$;
"""


class Migration(migrations.Migration):
    """The column, and the gate that looks at it."""

    dependencies = [("people", "0011_agreed")]
    operations = [
        migrations.AddField(
            model_name="searchable",
            name="only_for",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None),
        ),
        migrations.RunSQL(GATE, migrations.RunSQL.noop),
    ]
