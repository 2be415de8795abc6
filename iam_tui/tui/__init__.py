"""The Textual app: screens, widgets, themes, and what each command does.

The only room that imports Textual. Widgets know values and post messages; the session alone
asks analyses and makes edits.
"""

from __future__ import annotations

import os

os.environ.setdefault("ESCDELAY", "50")
# Textual reads it when it is imported: esc acts 50 ms after the press instead of 100.
