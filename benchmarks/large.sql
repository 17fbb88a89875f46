-- The large region in statements, an empty line between them. {cases} and {pool} are put in by large.py.
CREATE FUNCTION pg_temp.k(kind text, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5(kind || number)::uuid;

-- Whether case i is one of `wanted`, spread evenly over all.
CREATE FUNCTION pg_temp.chosen(i bigint, wanted bigint) RETURNS boolean LANGUAGE sql IMMUTABLE
  RETURN i * LEAST(wanted, {cases}) / {cases} <> (i - 1) * LEAST(wanted, {cases}) / {cases};

-- Five thousand sayings of common words; each text is one of them and a word of its own, of which most are seldom.
CREATE TEMP TABLE saying AS
  SELECT number, string_agg((ARRAY['overlast', 'woning', 'afspraak', 'huisarts', 'buren', 'schulden', 'begeleiding', 'avond', 'telefoon',
           'gesprek', 'sleutel', 'wachtlijst', 'dagbesteding', 'familie', 'brief', 'bezoek'])[1 + (hashtext(number || '-' || w) & 15)], ' ') AS text
    FROM generate_series(0, 4999) number, generate_series(1, 25) w GROUP BY number;

CREATE INDEX ON saying (number);

ANALYZE saying;

CREATE FUNCTION pg_temp.rare(seed bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN ' woord' || floor(20000 * power((seed * 7919 % 1000003) / 1000003.0, 3))::int;

-- Forty organisations that share the ordinary work, and three of which the size matters.
INSERT INTO partners_organisation (id, code, name, kind, participant_class)
  SELECT pg_temp.k('org', n), 'partner-' || n, 'Partner ' || n || ' (voorbeeld)', 'neighbourhood_team', 'private'
    FROM generate_series(1, 40) n
  UNION ALL VALUES (pg_temp.k('org', 100), 'klein', 'Klein (voorbeeld)', 'probation', 'public'),
    (pg_temp.k('org', 101), 'middel', 'Middel (voorbeeld)', 'municipality', 'public'),
    (pg_temp.k('org', 102), 'groot', 'Groot (voorbeeld)', 'police', 'public');

INSERT INTO partners_organisation_regions (region_id, organisation_id)
  SELECT r.id, o.id FROM partners_region r, partners_organisation o
   WHERE r.code = 'VR11' AND (o.code LIKE 'partner-%' OR o.code IN ('klein', 'middel', 'groot'))
  ON CONFLICT DO NOTHING;

CREATE TEMP TABLE worker AS
  SELECT pg_temp.k('pro', n) AS id, pg_temp.k('account', n) AS account, pg_temp.k('org', n) AS org,
         CASE n WHEN 100 THEN 'klein' WHEN 101 THEN 'middel' WHEN 102 THEN 'groot' ELSE 'partner-' || n END AS name
    FROM (SELECT generate_series(1, 40) UNION ALL VALUES (100), (101), (102)) AS numbers(n)
  UNION ALL VALUES (pg_temp.k('pro', 103), pg_temp.k('account', 103), pg_temp.k('org', 102), 'collega');

INSERT INTO partners_account (id, email, password, is_active, is_superuser)
  SELECT account, name || '@groot.invalid', '!', true, false FROM worker;

INSERT INTO partners_professional (id, account_id, organisation_id, name, job_title, functions, active_from,
    screened_on, trained_until, version)
  SELECT id, account, org, name, 'medewerker', '{execution}', '2020-01-01', '2020-01-01', '2099-12-31', 1 FROM worker;

CREATE TEMP TABLE place AS
  SELECT r.id AS region, t.id AS at_table, (SELECT array_agg(m.area_id) FROM partners_region_municipalities m
    WHERE m.region_id = r.id) AS areas
    FROM partners_region r JOIN partners_table t ON t.region_id = r.id AND t.kind = 'case_consultation'
   WHERE r.code = 'VR11' LIMIT 1;

-- Five organisations in each case.
CREATE TEMP TABLE part AS
  SELECT i, slot, CASE
      WHEN slot = 1 AND pg_temp.chosen(i, 60000) THEN 102
      WHEN slot = 2 AND pg_temp.chosen(i, 20000) THEN 101
      WHEN slot = 3 AND pg_temp.chosen(i, 400) THEN 100
      ELSE (i * 7 + slot * 8) % 40 + 1 END AS org
    FROM generate_series(1, {cases}::bigint) i, generate_series(1, 5) slot;

CREATE INDEX ON pool (number);

CREATE INDEX ON pool_key (number);

CREATE INDEX ON part (i, slot);

ANALYZE;

INSERT INTO cases_case (id, region_id, table_id, municipality_id, number, regime, regime_version, state, phase, domain,
    opened_on, close_reason, next_review_on, case_director_id, process_director_id, version)
  SELECT pg_temp.k('case', n.i), region, at_table, areas[1 + n.i % cardinality(areas)],
         to_char(n.day, 'YYYY') || '-' || (5000000 + n.i), 'WGS_ZVH', '{regime}',
         CASE n.i % 4 WHEN 0 THEN 'taken_up' ELSE 'in_execution' END, (1 + n.i % 4)::text, '',
         n.day, '', CURRENT_DATE + (n.i % 97)::int - 20, pg_temp.k('pro', 1 + n.i % 40),
         pg_temp.k('pro', 1 + (n.i + 11) % 40), 1
    FROM (SELECT i, CURRENT_DATE - (({cases} - i) * 1825 / {cases})::int AS day
            FROM generate_series(1, {cases}::bigint) i) n CROSS JOIN place;

-- The largest directs thirty of its cases.
UPDATE cases_case SET process_director_id = pg_temp.k('pro', 102)
 WHERE id IN (SELECT pg_temp.k('case', i) FROM part WHERE slot = 1 AND org = 102 ORDER BY md5(i::text) LIMIT 30);

INSERT INTO cases_statechange (id, case_id, was, became, at)
  SELECT pg_temp.k('state', row_number() OVER ()), id, '', state, opened_on FROM cases_case WHERE number LIKE '____-_______';

INSERT INTO cases_participant (id, case_id, organisation_id, participant_class, category, receives, since)
  SELECT pg_temp.k('part', i * 5 + slot), pg_temp.k('case', i), pg_temp.k('org', org), 'private',
         (ARRAY['police', 'core', 'judicial', 'guidance_care_help', 'core'])[slot], '[]', CURRENT_DATE FROM part;

-- The largest sees no health data; everyone else sees what a case worker sees.
INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, function, categories, basis, sort_at, valid_from)
  SELECT pg_temp.k('grant', i * 5 + slot), pg_temp.k('org', org), 'case', pg_temp.k('case', i), 'execution',
         CASE org WHEN 102 THEN ARRAY['core', 'identity_contact', 'police', 'judicial', 'housing', 'relations', 'guidance_care_help']
           ELSE ARRAY['core', 'identity_contact', 'health', 'police', 'housing', 'relations', 'guidance_care_help', 'financial'] END,
         '{regime}', c.opened_on, c.opened_on
    FROM part JOIN cases_case c ON c.id = pg_temp.k('case', i);

INSERT INTO sharing_designation (id, organisation_id, designee_id, subject_kind, subject_id, function, valid_from)
  SELECT pg_temp.k('designation', i * 5 + slot), pg_temp.k('org', org), pg_temp.k('pro', org), 'case', pg_temp.k('case', i),
         'execution', timestamptz '2020-01-01' FROM part
  UNION ALL
  SELECT pg_temp.k('colleague', i), pg_temp.k('org', 102), pg_temp.k('pro', 103), 'case', pg_temp.k('case', i), 'execution', timestamptz '2020-01-01'
    FROM (SELECT i FROM part WHERE slot = 1 AND org = 102 ORDER BY md5(i::text) LIMIT 20) AS few;

INSERT INTO people_person (id, made_at) SELECT pg_temp.k('person', i), now() FROM generate_series(1, {cases}::bigint) i;

INSERT INTO people_personkey (id, person_id, subject_id, kind, digest)
  SELECT gen_random_uuid(), pg_temp.k('person', i), pg_temp.k('case', i), kind, digest
    FROM generate_series(1, {cases}::bigint) i JOIN pool_key ON number = i % {pool};

INSERT INTO people_personlink (id, person_id, subject_kind, subject_id, category, name, born)
  SELECT pg_temp.k('link', i), pg_temp.k('person', i), 'case', pg_temp.k('case', i), 'identity_contact', pool.name, pool.born
    FROM generate_series(1, {cases}::bigint) i JOIN pool ON pool.number = i % {pool};

INSERT INTO cases_caseperson (id, case_id, person_id, registered, relation, category, informed, informed_on, informed_note)
  SELECT pg_temp.k('caseperson', i), pg_temp.k('case', i), pg_temp.k('person', i), true, '', 'identity_contact', 'informed', CURRENT_DATE, ''
    FROM generate_series(1, {cases}::bigint) i;

INSERT INTO cases_plan (case_id, own_words, discussed, category, version)
  SELECT pg_temp.k('case', i), 'Ik wil rust en een eigen plek.', '', 'guidance_care_help', 1 FROM generate_series(1, {cases}::bigint) i;

INSERT INTO cases_goal (id, case_id, life_area, category, text, own_words, version)
  SELECT pg_temp.k('goal', i * 2 + n), pg_temp.k('case', i), (ARRAY['housing', 'money'])[n + 1], (ARRAY['housing', 'financial'])[n + 1],
         'Doel ' || n || ' voor wonen en geld.', '', 1 FROM generate_series(1, {cases}::bigint) i, generate_series(0, 1) n;

-- Three agreed actions in a case; one is open, and one in fifty of those is due in these weeks.
INSERT INTO cases_agreedaction (id, case_id, goal_id, category, text, organisation_id, professional_id, due_on, postponed,
    status, status_note, made_at, version)
  SELECT pg_temp.k('action', i * 3 + n), pg_temp.k('case', i), pg_temp.k('goal', i * 2 + n % 2), 'guidance_care_help', 'Afspraak ' || n,
         pg_temp.k('org', org), pg_temp.k('pro', org),
         CURRENT_DATE + CASE WHEN i % 50 = 0 THEN (i / 50 % 28)::int - 14 ELSE 60 + (i % 200)::int END, 0,
         CASE n WHEN 0 THEN 'open' ELSE 'done' END, '', now() - interval '30 days', 1
    FROM part JOIN generate_series(0, 2) n ON part.slot = n + 1;

-- Every case was once discussed, and one in twenty is on the agenda of the coming fortnight.
INSERT INTO cases_consultation (id, case_id, table_id, starts_at, minutes, purpose, category, status, version)
  SELECT pg_temp.k('sitting', i * 2 + n), pg_temp.k('case', i), at_table,
         CASE n WHEN 0 THEN now() - (1 + i % 1000) * interval '1 day' ELSE date_trunc('day', now()) + (i / 20 % 14) * interval '1 day' + interval '10 hours' END,
         30, 'Voortgang', 'core', CASE n WHEN 0 THEN 'held' ELSE 'planned' END, 1
    FROM generate_series(1, {cases}::bigint) i CROSS JOIN place JOIN generate_series(0, 1) n ON n = 0 OR i % 20 = 0;

INSERT INTO cases_note (id, consultation_id, case_id, step, category, text, organisation_id, written_by, at)
  SELECT pg_temp.k('note', i * 2 + n), pg_temp.k('sitting', i * 2), pg_temp.k('case', i), (ARRAY['image', 'decision'])[n + 1],
         (ARRAY['police', 'core'])[n + 1], saying.text || pg_temp.rare(i * 2 + n), pg_temp.k('org', i % 40 + 1), pg_temp.k('pro', i % 40 + 1), now() - interval '30 days'
    FROM generate_series(1, {cases}::bigint) i CROSS JOIN generate_series(0, 1) n JOIN saying ON number = (i * 2 + n) % 5000;

-- Items over the life of a case, one in three hundred of the last week.
INSERT INTO cases_item (id, case_id, category, subject, text, supplier_id, supplied_by, withheld, basis, secrecy_way,
    secrecy_note, conditions, first_processed_on, retain_until, made_at, version)
  SELECT pg_temp.k('item', i * 20 + n), pg_temp.k('case', i),
         (ARRAY['identity_contact', 'housing', 'police', 'health', 'guidance_care_help', 'financial', 'relations'])[1 + (i + n) % 7], 'resident',
         saying.text || pg_temp.rare(i * 20 + n), pg_temp.k('org', org), pg_temp.k('pro', org), false, 'Wgs 1.5', '', '', '', CURRENT_DATE, CURRENT_DATE + 1825,
         now() - CASE WHEN (i * 20 + n) % 300 = 0 THEN (i % 160) * interval '1 hour' ELSE (8 + (i + n) % 900) * interval '1 day' END, 1
    FROM part JOIN generate_series(1, {items}) n ON part.slot = 1 + n % 5
    JOIN saying ON number = (i * 20 + n) % 5000;

-- Reports: half as many as cases, nearly all handled; the largest organisation has a route of its own.
INSERT INTO signals_report (id, region_id, route_id, kind, number, number_key, sender_id, receivers, received_at, municipality_id,
    place, happened, worry, question, feedback_wanted, body, marks, due_on, status, outcome, outcome_text, version)
  SELECT pg_temp.k('report', i), p.region, r.id, 'E33', 'g-' || i, md5('g-' || i), pg_temp.k('org', i % 40 + 1),
         ARRAY[CASE i % 1000 WHEN 0 THEN pg_temp.k('org', 102) ELSE pg_temp.k('org', (i + 7) % 40 + 1) END],
         now() - (i % 700) * interval '1 day', p.areas[1 + i % cardinality(p.areas)], '', saying.text || pg_temp.rare(i), '', '', true, '', '{}',
         CURRENT_DATE - (i % 700)::int + 7, CASE WHEN i % 1000 = 0 AND i % 3000 <> 0 THEN 'open' ELSE 'handled' END, '', '', 1
    FROM generate_series(1, {cases}::bigint / 2) i CROSS JOIN place p
    JOIN LATERAL (SELECT id FROM signals_route WHERE region_id = p.region AND 'E33' = ANY (kinds) LIMIT 1) r ON true
    JOIN saying ON saying.number = i % 5000;

INSERT INTO sharing_grant (id, organisation_id, subject_kind, subject_id, under_id, function, categories, basis, sort_at, valid_from)
  SELECT pg_temp.k('reportgrant', row_number() OVER ()), one.org, 'report', r.id, CASE WHEN one.receives THEN r.route_id END, 'execution',
         ARRAY['core', 'identity_contact'], 'LOCAL_PUBLIC_TASK', r.received_at, r.received_at
    FROM signals_report r CROSS JOIN LATERAL (VALUES (r.sender_id, false), (r.receivers[1], true)) AS one(org, receives)
   WHERE r.number LIKE 'g-%';

INSERT INTO sharing_designation (id, organisation_id, designee_id, subject_kind, subject_id, function, valid_from)
  SELECT gen_random_uuid(), w.org, w.id, 'route', r.id, 'execution', timestamptz '2020-01-01'
    FROM worker w, signals_route r JOIN place p ON p.region = r.region_id WHERE 'E33' = ANY (r.kinds) AND w.name = 'groot';

VACUUM (ANALYZE);
