"""`iam-tui config`: where the settings are, what they come to, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from iam_tui.workspace.settings import Settings

EXAMPLES = ("iam-tui config path", "iam-tui config show", "iam-tui config check")


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui config",
        "Say where the file of settings is (path), print the settings in TOML (show), or look "
        "for mistakes in it (check).",
        examples=EXAMPLES,
    )
    made.add_argument("what", metavar="path|show|check", choices=("path", "show", "check"))
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb; mistakes in the file end `show` and `check` with the status of a bad file."""
    what: str = parser().parse(argv).what
    from iam_tui.workspace.settings import read_settings

    settings = read_settings()
    if what == "path":
        output.line(display_text(settings.path))
        return Status.DONE
    if what == "show":
        for line in _shown(settings):
            output.line(display_text(line))
    for problem in settings.problems:
        output.say(problem)
    if settings.problems:
        return Status.BAD_FILE
    if what == "check":
        output.line(_good(settings))
    return Status.DONE


def _good(settings: Settings) -> str:
    path = display_text(settings.path)
    return f"{path} is good" if settings.exists else f"there is no {path}; the defaults hold"


def _shown(settings: Settings) -> Iterator[str]:
    """Yield the settings in TOML; what is not set stands there as a comment."""
    import tomli_w

    from iam_tui.workspace.settings import FIELDS

    yield f"# {settings.path}{'' if settings.exists else ' (not there: the defaults hold)'}"
    for field in FIELDS:
        value = getattr(settings, field.name)
        if value is None:
            yield f"# {field.name} = {field.default}"
        else:
            yield tomli_w.dumps({field.name: value}).rstrip("\n")
    if settings.keys:
        yield ""
        yield "[keys]"
        for command, keys in settings.keys.items():
            yield tomli_w.dumps({command: ",".join(keys)}).rstrip("\n")
