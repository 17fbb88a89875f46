"""An item may be for some of the organisations that are granted its category; what belongs to it follows."""

import django.contrib.postgres.fields
from django.db import migrations, models

from knooppunt.kernel.walls import Words, gate, only_for, protect_anew, searchable_anew

ITEM = Words("item", "case_id", "text", "made_at", "category", "supplier_id", only="NOT withheld", only_for="only_for")

FOLLOWS = """
CREATE FUNCTION kn_like_its_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.item_id IS NOT NULL THEN
    NEW.only_for := (SELECT i.only_for FROM cases_item i WHERE i.id = NEW.item_id);
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION kn_follow_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE cases_document SET only_for = NEW.only_for WHERE item_id = NEW.id;
  UPDATE sharing_supplydecision SET only_for = NEW.only_for WHERE item_id = NEW.id;
  RETURN NULL;
END $$;
-- Called by whoever changes an item, in whose name it acts: within a gate that is the gate.
CREATE FUNCTION kn_only_for_by_gate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user IN ('kn_web', 'kn_jobs') THEN
    RAISE EXCEPTION 'whom an item is for is changed through a gate' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kn_like_item BEFORE INSERT ON cases_document FOR EACH ROW EXECUTE FUNCTION kn_like_its_item();
CREATE TRIGGER kn_like_item BEFORE INSERT ON sharing_supplydecision
  FOR EACH ROW EXECUTE FUNCTION kn_like_its_item();
CREATE TRIGGER kn_only_by_gate BEFORE UPDATE ON cases_item FOR EACH ROW
  WHEN (NEW.only_for IS DISTINCT FROM OLD.only_for) EXECUTE FUNCTION kn_only_for_by_gate();
CREATE TRIGGER kn_followed AFTER UPDATE ON cases_item FOR EACH ROW
  WHEN (NEW.only_for IS DISTINCT FROM OLD.only_for) EXECUTE FUNCTION kn_follow_item();
"""

LATER = """
-- What is there already, of what an organisation is granted in this same transaction: only for who lets it take part.
CREATE FUNCTION kn_earlier_items(wanted uuid, newcomer uuid)
    RETURNS TABLE (item uuid, category text, about text, supplier uuid, question jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i.id, i.category, i.subject, i.supplier_id, d.question FROM cases_item i
    JOIN sharing_grant g ON g.subject_id = i.case_id AND i.category = ANY (g.categories)
    LEFT JOIN sharing_supplydecision d ON d.item_id = i.id AND d.occasion = 'supplied'
   WHERE i.case_id = wanted AND NOT i.withheld AND i.supplier_id <> newcomer
     AND g.organisation_id = newcomer AND g.function = 'execution' AND g.made_in = kn_xact()
     AND kn_setting('function') = 'execution' AND kn_reaches(wanted, 'core', NULL)
   ORDER BY i.made_at, i.id $$;

CREATE FUNCTION kn_settle_newcomer(wanted uuid, newcomer uuid, decision jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE it cases_item;
BEGIN
  SELECT * INTO it FROM cases_item WHERE id = wanted FOR UPDATE;
  IF (kn_setting('function') = 'execution' AND kn_reaches(it.case_id, 'core', NULL)
      AND EXISTS (SELECT 1 FROM sharing_grant g WHERE g.subject_id = it.case_id AND g.organisation_id = newcomer
        AND g.function = 'execution' AND it.category = ANY (g.categories) AND g.made_in = kn_xact())
     ) IS NOT TRUE THEN
    RAISE EXCEPTION 'this actor lets nobody see this item' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO sharing_supplydecision (id, item_id, subject_id, category, supplier_id, at, occasion, outcome,
      regime_version, question, answers, motivation)
    VALUES ((decision->>'id')::uuid, it.id, it.case_id, it.category, it.supplier_id, kn_now(), 'joined',
      decision->>'outcome', decision->>'regime_version', decision->'question', decision->'answers', '');
  IF decision->>'outcome' IS DISTINCT FROM 'permitted' THEN
    -- Those who could see it until now; what is limited already stays as it is.
    UPDATE cases_item SET only_for = COALESCE(array_remove(only_for, newcomer), ARRAY(
        SELECT DISTINCT g.organisation_id FROM sharing_grant g
         WHERE g.subject_id = it.case_id AND g.function = 'execution' AND it.category = ANY (g.categories)
           AND kn_valid(g.valid_from, g.valid_until) AND g.organisation_id NOT IN (newcomer, it.supplier_id)))
     WHERE id = wanted;
  ELSIF newcomer <> ALL (it.only_for) THEN
    UPDATE cases_item SET only_for = only_for || newcomer WHERE id = wanted;
  END IF;
END $$;

CREATE FUNCTION kn_open_item(wanted uuid, organisations uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE cases_item i SET only_for = ARRAY(SELECT DISTINCT unnest(i.only_for || organisations))
   WHERE i.id = wanted AND NOT i.withheld AND i.only_for IS NOT NULL
     AND i.supplier_id = kn_setting('organisation')::uuid AND kn_setting('function') = 'execution'
     AND kn_reaches(i.case_id, 'core', NULL)
     AND organisations <@ ARRAY(SELECT r.organisation FROM kn_recipients(i.case_id, i.category) r);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'this actor opens nothing of this item' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;
"""


def of_gate(function: str) -> str:
    """A trigger function that acts as the gate."""
    return (
        f"ALTER FUNCTION {function} OWNER TO kn_gate; REVOKE ALL ON FUNCTION {function} FROM PUBLIC;"
        f"GRANT EXECUTE ON FUNCTION {function} TO kn_owner;"
    )


SQL = (
    FOLLOWS
    + of_gate("kn_like_its_item()")
    + of_gate("kn_follow_item()")
    + "".join(
        protect_anew(table, "case_id", category=only_for(table), own="supplier_id")
        for table in ("cases_item", "cases_document")
    )
    + searchable_anew(ITEM)
    + LATER
    + gate("kn_earlier_items(uuid, uuid)")
    + gate("kn_settle_newcomer(uuid, uuid, jsonb)")
    + gate("kn_open_item(uuid, uuid[])")
)


def column(model: str) -> migrations.AddField:
    """Whom a row is for, beside its supplier."""
    array = django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None)
    return migrations.AddField(model_name=model, name="only_for", field=array)


class Migration(migrations.Migration):
    """The columns, the walls that look at them, and what follows an item."""

    dependencies = [
        ("cases", "0009_agreed"),
        ("people", "0012_only_for"),
        ("sharing", "0012_only_for"),
    ]
    operations = [column("item"), column("document"), migrations.RunSQL(SQL, migrations.RunSQL.noop)]
