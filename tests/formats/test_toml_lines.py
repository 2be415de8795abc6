"""The line of any key is found, whatever strings and comments look like."""

from __future__ import annotations

import tomllib

import pytest

from iam_tui.formats import has_other_comments
from iam_tui.formats.toml_lines import Path, key_text, line_of

TEXT = '''# [[users]]
format = 1
[account]
description = """
[[users]]
name = "nobody"
"""
[[users]]
name = "a"
"tags" = { "we ird" = "x", b = \'\'\'
[[users]]
\'\'\', c = "]]" } # [[users]]
[users.inline_policies]
"p\\u0020q" = \'\'\'{"Version": "]"}\'\'\'
x.Version = "2012-10-17"
[[users]]
name = "b"
access_keys = [
  # ] comment
  { id = "AK1", status = "Active" },
  { id = "AK2", created = 2025-01-01 10:00:00Z, status = "Inactive" },
]
y = """""two quotes \\""" and an escape"""""
z = ""
[[organization.levels]]
name = "r"
[[organization.levels]]
name = \'s\'
kind = "ou"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("format",), 2),
        (("account", "description"), 4),
        (("users", 0), 8),
        (("users", 0, "name"), 9),
        (("users", 0, "tags", "we ird"), 10),
        (("users", 0, "tags", "c"), 12),
        (("users", 0, "inline_policies"), 13),
        (("users", 0, "inline_policies", "p q"), 14),
        (("users", 0, "inline_policies", "x", "Version"), 15),
        (("users", 0, "nothing", "such"), 8),
        (("users", 1), 16),
        (("users", 1, "access_keys"), 18),
        (("users", 1, "access_keys", 0), 20),
        (("users", 1, "access_keys", 1, "status"), 21),
        (("users", 1, "z"), 24),
        (("organization", "levels", 0), 25),
        (("organization", "levels", 1, "kind"), 29),
        (("missing",), None),
        ((), None),
    ],
)
def test_line_of_a_key(path: Path, line: int | None) -> None:
    tomllib.loads(TEXT)

    assert line_of(TEXT, path) == line


def test_a_path_is_written_as_people_read_it() -> None:
    assert key_text(("users", 2, "groups", 0)) == "users[2].groups[0]"
    assert key_text(("users", 0, "tags", "a b\x1b")) == "users[0].tags.'a b\\x1b'"


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("# head\n#more\nformat = 1\n", False),
        ("# head\n\nformat = 1 # here\n", True),
        ("# head\n\n# apart\nformat = 1\n", True),
        ('x = \'# no\' \ny = """\n# no\n"""\n', False),
        ("# only", False),
        ("", False),
    ],
)
def test_comments_that_saving_would_lose(text: str, lost: bool) -> None:
    assert has_other_comments(text) is lost
