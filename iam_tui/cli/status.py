"""The exit statuses of all verbs."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """What a process tells its caller; a process that a signal ended tells 128 and its number."""

    DONE = 0
    BAD_ANSWER = 1
    """The question was answered, and the answer is not the one that was expected."""
    USAGE = 2
    """The command line asks for what cannot be asked; unknown principals are among it."""
    BAD_FILE = 3
    """A file that cannot be read, is invalid, or cannot be written."""
    BUG = 70
    """A bug of ours: EX_SOFTWARE of sysexits.h."""
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    """Whoever read the output stopped reading; what a process does that SIGPIPE ends."""
