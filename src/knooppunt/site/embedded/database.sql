-- Who may do what in a database of Knooppunt, before any table exists. Run once per database.
-- Tables and functions give their own grants in the migrations.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO kn_web, kn_jobs, kn_counts;
-- kn_gate cannot log in, but an owner of functions needs CREATE in their schema.
GRANT USAGE, CREATE ON SCHEMA public TO kn_owner, kn_gate;
-- PostgreSQL lets everybody run a new function; here somebody must be named.
ALTER DEFAULT PRIVILEGES FOR ROLE kn_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE kn_gate REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
