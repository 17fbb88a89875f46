"""The demo: two regions, a cast, and the one command that starts it all on one machine."""
