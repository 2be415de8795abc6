"""`iam-tui graph`: what is around an identity, or the whole account, as text, picture or graph."""

from __future__ import annotations

import argparse
import textwrap
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account, with_edits
from iam_tui.cli.status import Status
from iam_tui.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iam_tui.account import Account
    from iam_tui.graph import IdentityGraph
    from iam_tui.graph.neighbourhood import Neighbourhood

EXAMPLES = (
    "iam-tui graph startup user/alice",
    "iam-tui graph startup role/Deploy --format picture --ascii",
    "iam-tui graph startup --format mermaid > startup.mmd",
)
FORMATS = ("text", "picture", "dot", "mermaid", "graphml")
_MOST_STEPS = 4


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui graph",
        "Show what an identity or policy is linked with: groups, policies, boundaries, whom a role "
        "trusts and who can assume it; without P the whole account.",
        examples=EXAMPLES,
        more="With --edits the text and the picture of P mark what is new (+) and removed (-).",
    )
    made.add_account()
    made.add_argument(
        "principal",
        metavar="P",
        nargs="?",
        help="user/alice, group/Admins, role/Deploy, policy/S3Write, root, an ARN, or a service",
    )
    made.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text: sentences, the default; picture: drawn, of P only; or a language of graphs",
    )
    made.add_argument(
        "--steps",
        metavar="N",
        type=_steps,
        default=2,
        help=f"how far to go from P, 1 to {_MOST_STEPS} (2)",
    )
    made.add_argument(
        "--ascii", action="store_true", help="ASCII characters alone in text and picture"
    )
    return made


def _steps(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= _MOST_STEPS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST_STEPS}")
    return int(text)


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When a picture of everything is asked for.
        UnknownName: When P is nowhere in the account.
    """
    arguments = parser().parse(argv)
    form: str = arguments.format
    if form == "picture" and arguments.principal is None:
        raise UsageError("a picture is drawn of one node: name P, or take --format dot or mermaid")
    before = open_account(arguments, edited=False)
    found = _found(before, with_edits(before, arguments), arguments.principal, arguments.steps)
    for line in _LINES[form](found, ascii_only=arguments.ascii):
        output.line(line)
    return Status.DONE


def _found(before: Account, account: Account, principal: str | None, steps: int) -> Neighbourhood:
    from iam_tui.analysis.around import around
    from iam_tui.analysis.becoming import every_assumption
    from iam_tui.graph import IdentityGraph
    from iam_tui.graph.neighbourhood import whole_account

    graph = IdentityGraph(account)
    if principal is None:
        return whole_account(graph, becomes=every_assumption(account))
    former = graph if before is account else IdentityGraph(before)
    key = _key(graph, former, principal)
    return around(graph, key, steps=steps, before=before)


def _key(graph: IdentityGraph, former: IdentityGraph, text: str) -> str:
    """Return the node that a text names, also one that the edits have removed.

    Raises:
        UnknownName: When there is none; with the nearest ones.
    """
    if text in graph or text in former:
        return text
    try:
        found = graph.account.resolve(text)
    except UnknownName:
        try:
            found = former.account.resolve(text)
        except UnknownName:
            if not text.startswith("policy/"):
                raise
            found = graph.account.resolve_policy(text.removeprefix("policy/"))
    if found not in graph and found not in former:
        raise UsageError(f"nobody in this account has {text}")
    return found


def _text(found: Neighbourhood, *, ascii_only: bool) -> Iterator[str]:
    """Yield sentences, wrapped where the output is a terminal, and what the marks mean."""
    from iam_tui.graph.neighbourhood_text import mark_legend, sentences

    width = output.width()
    for sentence in sentences(found):
        text = _plain(str(sentence)) if ascii_only else str(sentence)
        wide = len(text) + 1 if width is None else width
        yield from textwrap.wrap(text, wide, subsequent_indent="    ", break_on_hyphens=False)
    legend = mark_legend(found)
    if legend:
        yield ""
        yield legend


def _picture(found: Neighbourhood, *, ascii_only: bool) -> Iterable[str]:
    """Yield the picture as wide as the terminal, or 80 columns, and what its lines mean."""
    from iam_tui.graph.picture import picture

    made = picture(found, get_terminal_size().columns, ascii_only=ascii_only)
    return (*made.rows, *(["", made.legend] if made.legend else []))


def _plain(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii")


def _dot(found: Neighbourhood, *, ascii_only: bool) -> Iterable[str]:
    from iam_tui.graph.exports import dot

    return dot(found)


def _mermaid(found: Neighbourhood, *, ascii_only: bool) -> Iterable[str]:
    from iam_tui.graph.exports import mermaid

    return mermaid(found)


def _graphml(found: Neighbourhood, *, ascii_only: bool) -> Iterable[str]:
    from iam_tui.graph.exports import graphml

    return graphml(found)


_LINES = {
    "text": _text,
    "picture": _picture,
    "dot": _dot,
    "mermaid": _mermaid,
    "graphml": _graphml,
}
