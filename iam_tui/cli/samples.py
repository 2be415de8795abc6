"""`iam-tui samples`: the bundled accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status
from iam_tui.errors import UsageError, nearest
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iam_tui.formats import SampleSummary

EXAMPLES = (
    "iam-tui samples",
    "iam-tui samples startup > mine.toml",
    "iam-tui samples --generate 500 --seed 7 > large.toml",
)
_COUNTS = ("users", "groups", "roles", "policies")


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui samples",
        "List the bundled accounts, or print the file of one, to begin an own account with; or "
        "make an account of any size up.",
        examples=EXAMPLES,
    )
    made.add_argument("name", metavar="NAME", nargs="?", help="the sample to print")
    made.add_argument(
        "--generate",
        metavar="N",
        type=int,
        help="print a made-up account of N users, with groups, roles and policies in proportion",
    )
    made.add_argument(
        "--seed", metavar="S", type=int, help="another number gives another account (1)"
    )
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb.

    Raises:
        UsageError: When there is no such sample, or no account of that size.
    """
    made = parser()
    arguments = made.parse(argv)
    name: str | None = arguments.name
    if arguments.generate is not None:
        if name is not None:
            made.error(f"--generate makes an account up; {name!r} is one argument too many")
        return _generate(arguments.generate, 1 if arguments.seed is None else arguments.seed)
    if arguments.seed is not None:
        made.error("--seed goes with --generate")
    from iam_tui.formats import describe, sample_names, sample_path

    if name is None:
        _table([describe(known) for known in sample_names()])
        return Status.DONE
    path = sample_path(name)
    if path is None:
        close = nearest(name, sample_names()) or sample_names()
        raise UsageError(f"there is no sample {name!r}; there is {' or '.join(close)}")
    output.write(path.read_text(encoding="utf-8"))
    return Status.DONE


def _generate(users: int, seed: int) -> int:
    from iam_tui.formats import dumps_toml
    from iam_tui.formats.generate import generate

    output.write(dumps_toml(generate(users, seed)))
    return Status.DONE


def _table(samples: Sequence[SampleSummary]) -> None:
    """Print one line a sample; on a terminal the description is cut to the width."""
    first = max((len(sample.name) for sample in samples), default=0) + 2
    head = "".join(f"{word:>9}" for word in _COUNTS)
    width = output.width()
    output.line(f"{'name':<{first}}{head}  description")
    for sample in samples:
        counts = (sample.users, sample.groups, sample.roles, sample.policies)
        left = f"{display_text(sample.name):<{first}}{''.join(f'{count:>9}' for count in counts)}"
        rest = None if width is None else max(width - len(left) - 2, 1)
        output.line(f"{left}  {display_text(sample.description, limit=rest)}")
