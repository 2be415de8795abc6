"""`iam-tui completion`: what a shell needs to complete verbs, flags, samples and files.

The scripts are made by shtab from the parsers of the verbs. What it does not know is added: that
the first word may be a verb or an account.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from typing import TYPE_CHECKING, cast

from iam_tui.cli import output
from iam_tui.cli.completion_scripts import account_completer, with_accounts
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = (
    "iam-tui completion bash > iam-tui.bash",
    "iam-tui completion zsh > _iam-tui",
    "iam-tui completion fish > iam-tui.fish",
)
_MORE = """\
Put the script where your shell looks for it:

  bash  ~/.local/share/bash-completion/completions/iam-tui
  zsh   a file _iam-tui in a folder of $fpath
  fish  ~/.config/fish/completions/iam-tui.fish

or, for one session of bash or zsh: eval "$(iam-tui completion bash)\""""
_ACCOUNTS = frozenset({"ACCOUNT", "SRC", "OLD", "NEW"})
_PATTERNS = {"FILE.toml": "*.toml", "FILE.jsonl": "*.jsonl", "FILE.csv": "*.csv"}
_FILES = frozenset({"DST", "FILE"})


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui completion",
        "Print a script that lets the shell complete verbs, flags, names of samples and files.",
        examples=EXAMPLES,
        more=_MORE,
    )
    made.add_argument("shell", metavar="bash|zsh|fish", choices=SHELLS, help="the shell")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    shell: str = parser().parse(argv).shell
    import shtab

    from iam_tui.cli.main import VERBS
    from iam_tui.formats import sample_names

    root = _Root(prog="iam-tui", add_help=False)
    screen = _parser_of("screen")
    root.take(action for action in screen.actions if action.option_strings)
    verbs = root.add_subparsers(parser_class=argparse.ArgumentParser)
    samples = sample_names()
    for verb, summary in VERBS.items():
        made = _parser_of(verb)
        verbs.add_parser(verb, parents=[made], add_help=False, description=summary, help=summary)
        _complete(made.actions, samples)
    _complete(screen.actions, samples)
    script = shtab.complete(root, shell)
    switches = [flag for a in screen.actions if a.nargs == 0 for flag in a.option_strings]
    output.write(with_accounts(script, shell, tuple(VERBS), switches))
    return Status.DONE


class _Root(argparse.ArgumentParser):
    """The program as one parser: the flags of the screen, and the verbs."""

    def take(self, actions: Iterable[argparse.Action]) -> None:
        """Add arguments of another parser."""
        for action in actions:
            self._add_action(action)


def _parser_of(verb: str) -> Parser:
    module = import_module(f"iam_tui.cli.{verb.replace('-', '_')}")
    return cast("Parser", module.parser())


def _complete(actions: Iterable[argparse.Action], samples: Sequence[str]) -> None:
    """Say for each argument what completes it, in the way that shtab reads it."""
    import shtab

    for action in actions:
        found: object = None
        if action.metavar in _ACCOUNTS:
            found = account_completer(samples)
        elif action.metavar in _PATTERNS:
            pattern = _PATTERNS[str(action.metavar)]
            # In zsh a pattern between parentheses, as shtab writes it, would be a qualifier.
            found = {**shtab.glob(pattern), "zsh": f"_files -g '{pattern}'"}
        elif action.metavar in _FILES:
            found = shtab.FILE
        elif action.dest == "name" and not action.option_strings:
            action.choices = list(samples)
        if found is not None:
            vars(action)["complete"] = found
