"""How an account comes in and goes out: TOML, the authorization details of AWS, samples."""

from __future__ import annotations

from iam_tui.formats.authorization_out import dumps_authorization_details
from iam_tui.formats.conversion import convert, left_out
from iam_tui.formats.reading import find, kind_of, load, read_text
from iam_tui.formats.samples import SampleSummary, describe, sample_names, sample_path
from iam_tui.formats.toml_lines import has_other_comments
from iam_tui.formats.toml_out import dumps_toml, save

__all__ = [
    "SampleSummary",
    "convert",
    "describe",
    "dumps_authorization_details",
    "dumps_toml",
    "find",
    "has_other_comments",
    "kind_of",
    "left_out",
    "load",
    "read_text",
    "sample_names",
    "sample_path",
    "save",
]
