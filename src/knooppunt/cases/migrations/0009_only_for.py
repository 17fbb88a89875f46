"""An item may be for some of the organisations that are granted its category; what belongs to it follows."""

import django.contrib.postgres.fields
from django.db import migrations, models

from knooppunt.kernel.walls import Words, only_for, protect_anew, searchable_anew

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
)


def column(model: str) -> migrations.AddField:
    """Whom a row is for, beside its supplier."""
    array = django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), null=True, size=None)
    return migrations.AddField(model_name=model, name="only_for", field=array)


class Migration(migrations.Migration):
    """The columns, the walls that look at them, and what follows an item."""

    dependencies = [
        ("cases", "0008_sittings_in_order"),
        ("people", "0011_only_for"),
        ("sharing", "0012_only_for"),
    ]
    operations = [column("item"), column("document"), migrations.RunSQL(SQL, migrations.RunSQL.noop)]
