"""docs/edits.md has every edit with its fields, and its examples are edits."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from iam_tui import load
from iam_tui.account.edits import Edit, decode_edit

PAGE = (Path(__file__).parents[3] / "docs" / "edits.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+?) \| .+ \|$", re.MULTILINE)


def described() -> dict[str, tuple[list[str], list[str]]]:
    """op -> the fields that it needs, and those that may be left out."""
    found = {}
    for op, fields in ROW.findall(PAGE):
        needed, _, others = fields.partition(";")
        found[op] = (re.findall(r"`(\w+)`", needed), re.findall(r"`(\w+)`", others))
    return found


def test_the_page_has_every_edit_with_its_fields() -> None:
    kinds = [item.cls for item in msgspec.inspect.type_info(Edit).types]  # type: ignore[attr-defined]
    wanted = {}
    for kind in kinds:
        fields = msgspec.structs.fields(kind)
        needed = [field.name for field in fields if field.required]
        wanted[str(kind.__struct_config__.tag)] = (
            sorted(needed),
            sorted(field.name for field in fields if not field.required),
        )

    assert {op: (sorted(a), sorted(b)) for op, (a, b) in described().items()} == wanted


def test_the_examples_are_edits_of_the_sample() -> None:
    account = load("startup")
    lines = re.findall(r'^\{"op".*\}$', PAGE, re.MULTILINE)

    assert len(lines) == 2
    for line in lines:
        account = decode_edit(line).apply(account)
    assert "Queue" in account.users["arn:aws:iam::111122223333:user/alice"].inline_policies
