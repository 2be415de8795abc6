"""Resource elements: which resources a statement covers.

IAM User Guide: "IAM JSON policy elements: Resource" and "NotResource" (EVALUATION section 3).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy import globs, variables
from iam_tui.policy.globs import ANY, FIELD_ANY, FIELD_ONE, ONE, Glob, glob_of

if TYPE_CHECKING:
    from iam_tui.policy.context import Context


class ShortArns(Enum):
    """What an ARN of fewer than six fields means, by the kind of policy (R6, R7)."""

    EXPAND = "every missing field counts as *"
    REFUSED = "matches nothing"
    EXPAND_IF_OPEN = "expands when the last field given ends with *"
    AS_WRITTEN = "only a star that runs on can match"


class Target(NamedTuple):
    """The resource of a request, as patterns are held against it."""

    text: str
    pattern: Glob | None = None
    """Set when the request stands for many resources (R24): literals and stars."""
    any_region: bool = False
    """The region field of a pattern counts as matched (A8a, region not known)."""


def target_of(text: str) -> Target:
    """Return what a request's resource stands for; only `*` spreads in it, `?` is literal (R24)."""
    if "*" not in text:
        return Target(text)
    return Target(text, globs.joined([ANY if c == "*" else c for c in text]))


class ResourcePattern(NamedTuple):
    """One resource of a policy, compiled."""

    text: str
    template: variables.Template | None
    """None: matches nothing."""
    glob: Glob | None
    """The glob itself where there is no variable."""

    @property
    def is_everything(self) -> bool:
        """Whether this is the bare `*`."""
        return self.text == "*"

    def resolve(self, context: Context) -> Glob | None:
        """The glob with the request's values put in, None when it matches nothing (R17)."""
        if self.glob is not None or self.template is None:
            return self.glob
        return variables.resolve(self.template, context)

    def covers(self, target: Target, context: Context, *, whole: bool) -> bool:
        """Whether the pattern takes in the target.

        Args:
            target: What the request asks about.
            context: Of the request.
            whole: For a target that stands for many resources: whether all of them must be
                covered (a Deny) or some (an Allow), R25.
        """
        glob = self.resolve(context)
        if glob is None:
            return False
        if target.pattern is None:
            return globs.matches(_without_region(glob) if target.any_region else glob, target.text)
        if self.text == "*":
            return True
        overlap = globs.covers if whole else globs.overlaps
        return overlap(glob, target.pattern)


def compile_pattern(text: str, short: ShortArns, *, active_variables: bool) -> ResourcePattern:
    """Compile one entry of a `Resource` or `NotResource` element.

    Args:
        text: As written.
        short: What a short ARN means in this kind of policy.
        active_variables: Whether the document's version knows policy variables.
    """
    if text == "*":
        return ResourcePattern(text, (ANY,), (ANY,))
    if not text.startswith("arn:"):
        # Only stars and question marks make sense outside an ARN (R9).
        glob = glob_of(text) if text and not text.strip("*?") else None
        return ResourcePattern(text, glob, glob)
    fields = text.split(":", 5)
    if len(fields) < 6:
        opened = _short(fields, short)
        if opened is None:
            return ResourcePattern(text, None, None)
        fields = opened
    template = _arn_template(fields, active_variables=active_variables)
    plain = not any(isinstance(piece, variables.Variable) for piece in template)
    glob = variables.joined([p for p in template if not isinstance(p, variables.Variable)])
    return ResourcePattern(text, template, glob if plain else None)


def _short(fields: list[str], short: ShortArns) -> list[str] | None:
    if short is ShortArns.REFUSED:
        return None
    if short is ShortArns.AS_WRITTEN:
        return fields
    if short is ShortArns.EXPAND_IF_OPEN and not fields[-1].endswith("*"):
        return None
    return [*fields, *["*"] * (6 - len(fields))]


def _arn_template(fields: list[str], *, active_variables: bool) -> variables.Template:
    """Put the fields together; wildcards of the first five stay inside theirs (R3), but a star at
    the end of a field may run on. Variables are active after the fifth colon only (R12).
    """
    pieces: list[variables.Piece] = []
    for place, field in enumerate(fields[:5]):
        if place:
            pieces.append(":")
        last = len(field) - 1
        for index, character in enumerate(field):
            if character == "*":
                pieces.append(ANY if index == last else FIELD_ANY)
            elif character == "?":
                pieces.append(FIELD_ONE)
            else:
                pieces.append(character)
    if len(fields) == 6:
        pieces.append(":")
        pieces.extend(variables.parse(fields[5], wildcards=True, variables=active_variables))
    return tuple(pieces)


def _without_region(glob: Glob) -> Glob:
    """Return the pattern with an empty region field, for a request whose region is not known."""
    text = "".join(
        piece if isinstance(piece, str) else "\0" if piece in (ONE, FIELD_ONE) else "\1"
        for piece in glob
    )
    fields = text.split(":", 5)
    if len(fields) < 6:
        return glob
    fields[3] = ""
    elements: list[globs.Element] = []
    for character in ":".join(fields):
        elements.append(ONE if character == "\0" else ANY if character == "\1" else character)
    return globs.joined(elements)


__all__ = [
    "FIELD_ANY",
    "ResourcePattern",
    "ShortArns",
    "Target",
    "compile_pattern",
    "target_of",
]
