"""The top floor: settings, addresses, translation of errors, command line, home."""
