"""May this be shared: regimes, grants, designations."""
