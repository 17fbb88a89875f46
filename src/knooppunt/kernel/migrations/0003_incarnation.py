"""Transactions get numbers that never come back, also when a backup is put back in a server that counts anew.

A line belongs to the transaction whose number it bears. PostgreSQL numbers transactions per server, so in a restored
database an old line could bear the number of a new transaction and vouch for a change that nobody recorded.
Therefore numbers count on from a base that lies at or above every number given before. The base is of one incarnation
of the database: it holds only while its row is physically the one that was written then (`xmin`), so a database that
was copied by other means writes nothing until `knooppunt migrate` has begun a new incarnation.
"""

from django.db import migrations

INCARNATION = """
CREATE TABLE kernel_incarnation (
  number int PRIMARY KEY,
  id uuid NOT NULL,
  base bigint NOT NULL,
  xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
  since timestamptz NOT NULL DEFAULT now(),
  backup text NOT NULL
);
GRANT SELECT ON kernel_incarnation TO kn_web, kn_jobs, kn_gate;

CREATE FUNCTION kn_base() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE found bigint;
BEGIN
  SELECT i.base INTO found FROM public.kernel_incarnation i WHERE i.xmin = i.xact::xid ORDER BY i.number DESC LIMIT 1;
  IF found IS NULL THEN
    RAISE EXCEPTION 'this database was put back by other means than knooppunt restore: run knooppunt migrate'
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  RETURN found;
END $$;

CREATE FUNCTION kn_xact() RETURNS xid8 LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (pg_current_xact_id()::text::bigint + public.kn_base())::text::xid8;
END $$;
GRANT EXECUTE ON FUNCTION kn_base(), kn_xact() TO kn_web, kn_jobs, kn_gate;

-- Of the owner: the new base lies at or above every number that was given, here or in the place of the backup.
CREATE FUNCTION kn_begin_incarnation(backup_ text, given bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE highest bigint; began int;
BEGIN
  LOCK TABLE public.kernel_incarnation IN EXCLUSIVE MODE;
  SELECT GREATEST(given,
      (SELECT l.xact::text::bigint FROM public.kernel_auditline l ORDER BY l.xact DESC LIMIT 1),
      (SELECT s.horizon FROM public.kernel_auditseal s ORDER BY s.sequence DESC LIMIT 1)) INTO highest;
  INSERT INTO public.kernel_incarnation (number, id, base, backup)
    SELECT COALESCE(max(i.number), 0) + 1, gen_random_uuid(),
           CASE WHEN highest < pg_current_xact_id()::text::bigint THEN 0 ELSE highest END, backup_
      FROM public.kernel_incarnation i
    RETURNING number INTO began;
  PERFORM public.kn_base();
  RETURN began;
END $$;
SELECT kn_begin_incarnation('', 0);
"""

COUNTED = """
ALTER TABLE kernel_auditline ALTER COLUMN xact SET DEFAULT kn_xact();
ALTER POLICY adds ON kernel_auditline WITH CHECK (xact = kn_xact());

CREATE OR REPLACE FUNCTION kn_demand_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM kernel_auditline WHERE xact = kn_xact() AND event NOT IN ('look', 'list')) THEN
    RAISE EXCEPTION 'a change of % is not recorded', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Numbers of transactions that never come back."""

    dependencies = [("kernel", "0002_walls")]
    operations = [migrations.RunSQL(INCARNATION + COUNTED, migrations.RunSQL.noop)]
