"""What people do in this room, by topic: loading a region as configuration, and keeping its people."""
