"""Who works here: areas, organisations, professionals, tables as meetings."""
