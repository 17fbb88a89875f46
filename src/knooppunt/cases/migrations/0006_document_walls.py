"""Files behind the wall of their item; what is in them behind one more: only what was found clean is given out."""

from django.db import migrations

from knooppunt.kernel.walls import demand_record, force, gate, protect

LIKE_ITS_ITEM = """
-- A file follows its item in everything: in who may see it, when that changes, and when it is destroyed.
ALTER TABLE cases_item ADD CONSTRAINT item_with_its_reach UNIQUE (id, case_id, category, supplier_id);
ALTER TABLE cases_document ADD CONSTRAINT document_like_its_item
  FOREIGN KEY (item_id, case_id, category, supplier_id) REFERENCES cases_item (id, case_id, category, supplier_id)
  ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE cases_documentcontent ADD CONSTRAINT content_of_its_document
  FOREIGN KEY (document_id) REFERENCES cases_document (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""

NEVER_CHANGED = """
-- What was stopped stays stopped: judging is for the gate, and following the item for the constraint.
REVOKE UPDATE ON cases_document FROM kn_web, kn_jobs;
"""

CONTENT = """
GRANT SELECT, INSERT ON cases_documentcontent TO kn_web;
-- The row of the document is behind its own policy here too: whoever does not see it finds nothing.
CREATE POLICY reads ON cases_documentcontent FOR SELECT TO kn_web
  USING (EXISTS (SELECT 1 FROM cases_document d WHERE d.id = document_id AND d.status = 'clean'));
CREATE POLICY adds ON cases_documentcontent FOR INSERT TO kn_web
  WITH CHECK (EXISTS (SELECT 1 FROM cases_document d WHERE d.id = document_id));
"""

GATES = """
CREATE FUNCTION kn_file_to_judge(wanted uuid) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.content FROM cases_documentcontent c JOIN cases_document d ON d.id = c.document_id
   WHERE d.id = wanted AND d.status = 'checking' AND kn_setting('function') = 'system' $$;

CREATE FUNCTION kn_judge_file(wanted uuid, reasons text[], until date) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE of_case uuid;
BEGIN
  UPDATE cases_document SET judged_at = kn_now(), stopped_for = reasons,
         status = CASE WHEN cardinality(reasons) = 0 THEN 'clean' ELSE 'stopped' END,
         remove_on = CASE WHEN cardinality(reasons) = 0 THEN NULL ELSE until END
   WHERE id = wanted AND status = 'checking' AND kn_setting('function') = 'system'
   RETURNING case_id INTO of_case;
  RETURN of_case;
END $$;

CREATE FUNCTION kn_clear_quarantine() RETURNS TABLE (document uuid, of_case uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM cases_document WHERE status = 'stopped' AND remove_on < (kn_now() AT TIME ZONE 'Europe/Amsterdam')::date
     AND kn_setting('function') = 'system' RETURNING id, case_id $$;

CREATE FUNCTION kn_stopped_files() RETURNS TABLE (document uuid, sort text, bytes int, reasons text[], at timestamptz,
    until date) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id, kind, size, stopped_for, judged_at, remove_on FROM cases_document
   WHERE status = 'stopped' AND supplier_id = kn_setting('organisation')::uuid
     AND kn_setting('function') = 'maintenance' $$;
"""


def for_jobs_only(signature: str) -> str:
    """A gate that only the jobs pass."""
    return f"{gate(signature)} REVOKE EXECUTE ON FUNCTION {signature} FROM kn_web;"


SQL = (
    protect("cases_document", "case_id", category="category", own="supplier_id", agreements=False)
    + NEVER_CHANGED
    + force("cases_documentcontent")
    + demand_record("cases_documentcontent")
    + CONTENT
    + GATES
    + for_jobs_only("kn_file_to_judge(uuid)")
    + for_jobs_only("kn_judge_file(uuid, text[], date)")
    + for_jobs_only("kn_clear_quarantine()")
    + gate("kn_stopped_files()")
)


class Migration(migrations.Migration):
    """The walls of documents."""

    dependencies = [("cases", "0005_documents")]
    operations = [
        migrations.RunSQL(LIKE_ITS_ITEM, migrations.RunSQL.noop),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
