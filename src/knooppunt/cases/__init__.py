"""Working together: intake, triage, case, consultation, plan, direction."""
