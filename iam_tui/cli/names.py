"""How identities, policies and ways are called in text for people."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from iam_tui.account.arns import friendly_name, is_aws_managed, split_inline_key
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iam_tui.account import Account

_STATEMENT = re.compile(r"\[\d+\]\Z")


def short(account: Account, key: str) -> str:
    """Return the short name of a node: `user/alice`, `AssumeDeploy (inline)`, `ReadOnlyAccess`."""
    place = _STATEMENT.search(key)
    index = place[0] if place else ""
    node = key.removesuffix(index)
    inline = split_inline_key(node)
    if inline is not None:
        return display_text(f"{inline[1]}{index} (inline)")
    if node.startswith("organization/"):
        return display_text(f"{node.removeprefix('organization/').replace('#', ': ')}{index}")
    if is_aws_managed(node):
        return display_text(f"{friendly_name(node)}{index}")
    return display_text(f"{account.reference(node)}{index}")


def way(account: Account, path: Iterable[str]) -> str:
    """Return a way from a principal to a policy: `user/alice -> group/Admins -> ReadOnlyAccess`."""
    return " -> ".join(short(account, key) for key in path)


def fitted(label: str, text: str, *, indent: int, width: int | None) -> str:
    """Return a labelled text with its later lines under the first, at most `width` wide."""
    head = f"{label:<{indent}}"
    if width is None or len(head) + len(text) <= width:
        return f"{head}{text}"
    return textwrap.fill(
        text,
        width=max(width, indent + 20),
        initial_indent=head,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
