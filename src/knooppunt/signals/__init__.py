"""What comes in: reports, routes, terms, outcomes."""
