"""The forms of this room, by topic."""
