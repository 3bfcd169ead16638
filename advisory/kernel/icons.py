"""The icons: own drawings on a 24 grid, one stroke, no fill, so that they take the colour of the text beside them.

Each value is the `d` of one path. An icon supports a word and never stands for one.
"""

from __future__ import annotations

ICONS: dict[str, str] = {
    "alarm": "M8.5 3h7L21 8.5v7L15.5 21h-7L3 15.5v-7zM12 7.5v5.5M12 16.4v.1",
    "arrow-down": "M12 4.5v15M6.5 14l5.5 5.5 5.5-5.5",
    "arrow-up": "M12 19.5v-15M6.5 10 12 4.5l5.5 5.5",
    "bars": "M4 7h16M4 12h16M4 17h16",
    "calendar": "M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5V8M15.5 3.5V8",
    "check": "m5 12.5 4.8 4.8L19 7.5",
    "check-circle": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.3l2.8 2.8L16 9.6",
    "chevron-down": "m6.5 9.5 5.5 5.5 5.5-5.5",
    "chevron-left": "M14.5 6 9 12l5.5 6",
    "chevron-right": "M9.5 6 15 12l-5.5 6",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.2l3.4 2",
    "copy": "M9 9h11v11H9zM15 9V4H4v11h5",
    "cross": "M6 6l12 12M18 6 6 18",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "external": "M10 5H5v14h14v-5M13.5 4.5h6v6M19 5l-8 8",
    "info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5.5M12 7.6v.1",
    "lock": "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "mail": "M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5",
    "minus": "M5 12h14",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
    "play": "M7 4.5v15l12-7.5z",
    "plus": "M12 5v14M5 12h14",
    "printer": "M7.5 9V4h9v5M7.5 17h-4V9h17v8h-4M7.5 14h9v6.5h-9z",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3l5.2 5.2",
    "stop": "M6 6h12v12H6z",
    "undo": "M8.5 5 4 9.5l4.5 4.5M4.5 9.5h9.5a5.25 5.25 0 0 1 0 10.5H9",
    "upload": "M12 16V4.5M7 9.5l5-5 5 5M4.5 20h15",
    "warning": "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.1",
}
