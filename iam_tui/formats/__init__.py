"""How an account comes in and goes out: TOML, the authorization details of AWS, samples.

Names are resolved when they are first used: a verb that reads TOML does not wait for the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iam_tui.formats.authorization_out import dumps_authorization_details
    from iam_tui.formats.conversion import convert, left_out
    from iam_tui.formats.credential_report import add_credential_report
    from iam_tui.formats.reading import find, kind_of, load, read_text
    from iam_tui.formats.samples import SampleSummary, describe, sample_names, sample_path
    from iam_tui.formats.toml_lines import has_other_comments
    from iam_tui.formats.toml_out import dumps_toml, save

_HOMES = {
    "SampleSummary": "samples",
    "add_credential_report": "credential_report",
    "convert": "conversion",
    "describe": "samples",
    "dumps_authorization_details": "authorization_out",
    "dumps_toml": "toml_out",
    "find": "reading",
    "has_other_comments": "toml_lines",
    "kind_of": "reading",
    "left_out": "conversion",
    "load": "reading",
    "read_text": "reading",
    "sample_names": "samples",
    "sample_path": "samples",
    "save": "toml_out",
}

__all__ = [
    "SampleSummary",
    "add_credential_report",
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


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
