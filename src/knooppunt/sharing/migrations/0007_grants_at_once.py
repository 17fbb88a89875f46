"""All grants that come with one record are given by one call: an intake or a report has several at once."""

from django.db import migrations

from knooppunt.kernel.walls import gate

SQL = """
DROP FUNCTION kn_grant(uuid, uuid, text, uuid, uuid, text, text[], text);
CREATE FUNCTION kn_grant(kind text, subject uuid, grants jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM jsonb_array_elements(grants) g WHERE (g->'categories' ? 'core') IS NOT TRUE) THEN
    RAISE EXCEPTION 'a grant has at least the core' USING ERRCODE = 'check_violation';
  END IF;
  IF kn_may_arrange(subject) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor may not give grants on this subject' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, under_id, function, categories, basis,
      sort_at, valid_from)
    SELECT g.id, g.organisation_id, kind, subject, g.under_id, g.function, g.categories, g.basis, kn_now(), kn_now()
      FROM jsonb_to_recordset(grants) AS g(id uuid, organisation_id uuid, under_id uuid, function text,
        categories text[], basis text);
  RETURN kn_reaches(subject, 'core', NULL);
END $$;
"""


class Migration(migrations.Migration):
    """The gate by which access comes, for several organisations at once."""

    dependencies = [("sharing", "0006_grants_under")]
    operations = [
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.RunSQL(gate("kn_grant(text, uuid, jsonb)"), migrations.RunSQL.noop),
    ]
