"""What stands inside each icon: lines in a square of 24 by 24."""

DRAWINGS = {
    "home": '<path d="M3 12l9-8 9 8M5 10v10h14V10" />',
    "report": '<path d="M4 5h16v11H9l-5 4z" />',
    "triage": '<path d="M4 5h16l-6 7v7l-4-2v-5z" />',
    "case": '<path d="M4 7h6l2 2h8v10H4z" />',
    "meeting": '<circle cx="12" cy="12" r="4" /><path d="M12 3v3M12 18v3M3 12h3M18 12h3" />',
    "card": '<rect x="4" y="5" width="16" height="14" rx="2" /><path d="M8 10h8M8 14h5" />',
    "share": '<path d="M12 3l8 4v5c0 5-3.5 8-8 9-4.500-1-8-4-8-9V7z" /><path d="M9 12l2 2 4-4" />',
    "figures": '<path d="M4 20V10M10 20V4M16 20v-7M21 20H3" />',
    "region": '<path d="M9 4L3 6v14l6-2 6 2 6-2V4l-6 2zM9 4v14M15 6v14" />',
    "learn": '<path d="M12 6c-2-2-5-2-8-1v13c3-1 6-1 8 1 2-2 5-2 8-1V5c-3-1-6-1-8 1zM12 6v13" />',
    "programme": '<path d="M5 21V4h13l-3 4 3 4H5" />',
    "accountability": '<path d="M12 4v16M8 20h8M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z" />',
    "plan": '<path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h6M9 16h6" />',
    "settings": (
        '<path d="M4 7h9M17 7h3M4 17h3M11 17h9" /><circle cx="15" cy="7" r="2" /><circle cx="9" cy="17" r="2" />'
    ),
    "clock": '<circle cx="12" cy="12" r="8" /><path d="M12 8v4l3 2" />',
    "calendar": '<rect x="4" y="5" width="16" height="15" rx="2" /><path d="M4 10h16M8 3v4M16 3v4" />',
    "arrow": '<path d="M5 12h14M13 6l6 6-6 6" />',
    "back": '<path d="M19 12H5M11 6l-6 6 6 6" />',
    "up": '<path d="M12 19V5M6 11l6-6 6 6" />',
    "down": '<path d="M12 5v14M6 13l6 6 6-6" />',
    "check": '<path d="M5 12l5 5 9-10" />',
    "cross": '<path d="M6 6l12 12M18 6L6 18" />',
    "plus": '<path d="M12 5v14M5 12h14" />',
    "search": '<circle cx="11" cy="11" r="6" /><path d="M15.500 15.500L20 20" />',
    "more": '<path d="M4 7h16M4 12h16M4 17h16" />',
    "logout": '<path d="M10 4H5v16h5M10 12h10M16 8l4 4-4 4" />',
    "info": '<circle cx="12" cy="12" r="9" /><path d="M12 11v6M12 7.500v.01" />',
    "warning": '<path d="M12 4l9 16H3zM12 10v5M12 17.500v.01" />',
    "error": '<path d="M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.500v6M12 16.500v.01" />',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8 11V8a4 4 0 018 0v3" />',
    "eye": '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z" /><circle cx="12" cy="12" r="3" />',
    "person": '<circle cx="12" cy="8" r="4" /><path d="M4 21c1-5 4-7 8-7s7 2 8 7" />',
    "people": (
        '<circle cx="9" cy="8" r="3.500" />'
        '<path d="M2 20c.5-4 3-6 7-6s6.500 2 7 6M16 5a3.500 3.500 0 010 6.500M18 14.500c2.500.5 3.700 2.500 4 5.500" />'
    ),
    "phone": '<path d="M6 3h4l2 5-3 2c1 2.500 2.500 4 5 5l2-3 5 2v4c0 2-1 3-3 3C10 20 4 14 3 6c0-2 1-3 3-3z" />',
    "pencil": '<path d="M4 20l1-5L16 4l4 4L9 19z" />',
    "print": '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z" />',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M4 20h16" />',
    "link": '<path d="M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1" />',
}
