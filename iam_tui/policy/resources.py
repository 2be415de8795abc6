"""Resource elements: which resources a statement covers.

IAM User Guide: "IAM JSON policy elements: Resource" and "NotResource" (EVALUATION section 3).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.policy import globs, variables
from iam_tui.policy.globs import ANY, FIELD_ANY, FIELD_ONE, Glob, glob_of

if TYPE_CHECKING:
    from iam_tui.policy.context import Context


class ShortArns(Enum):
    """What an ARN of fewer than six fields means, by the kind of policy (R6, R7)."""

    EXPAND = "every missing field counts as *"
    REFUSED = "matches nothing"
    EXPAND_IF_OPEN = "expands when the last field given ends with *"
    AS_WRITTEN = "only a star that runs on can match"


class Target(NamedTuple):
    """What a request is about when it is more than one text to compare."""

    text: str
    pattern: Glob | None = None
    """Set when the request stands for many resources (R24): literals and stars."""
    any_region: bool = False
    """The region field of a pattern counts as matched (A8a, region not known)."""


def target_of(text: str) -> Target | None:
    """Return what a request's resource stands for, or None when it is the one resource it names.

    Only `*` spreads in it, `?` is literal (R24).
    """
    return _spread(text) if "*" in text else None


@lru_cache(maxsize=4096)
def _spread(text: str) -> Target:
    return Target(text, globs.joined(_request_pieces(text)))


class ResourcePattern(NamedTuple):
    """One resource of a policy, compiled."""

    text: str
    template: variables.Template | None
    """None: matches nothing."""
    glob: Glob | None
    """The glob itself where there is no variable."""
    fields: tuple[str, ...] = ()
    """The fields of an ARN, missing ones filled in."""
    active_variables: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether this is the bare `*`."""
        return self.text == "*"

    @property
    def keys(self) -> tuple[str, ...]:
        """The context keys of its variables, lower case."""
        return variables.keys_of(self.template or ())

    def resolve(self, context: Context) -> Glob | None:
        """The glob with the request's values put in, None when it matches nothing (R17)."""
        if self.glob is not None or self.template is None:
            return self.glob
        return variables.resolve(self.template, context)

    def matches(self, text: str, context: Context) -> bool:
        """Whether the pattern takes in one resource."""
        template = self.template
        if self.glob is None and template:
            start = template[0]
            if isinstance(start, str) and not text.startswith(start):
                return False
        glob = self.resolve(context)
        return glob is not None and globs.matches(glob, text)

    def could_match(self, text: str) -> bool:
        """Whether some values of its variables would make the pattern take in one resource."""
        pieces = self.template or ()
        loose = [ANY if isinstance(p, variables.Variable) else p for p in pieces]
        return bool(pieces) and globs.matches(globs.joined(loose), text)

    def covers(self, target: Target, context: Context, *, whole: bool) -> bool:
        """Whether the pattern takes in the target.

        Args:
            target: What the request asks about.
            context: Of the request.
            whole: For a target that stands for many resources: whether all of them must be
                covered (a Deny) or some (an Allow), R25.
        """
        if target.pattern is None:
            pattern = _without_region(self) if target.any_region else self
            return pattern.matches(target.text, context)
        glob = self.resolve(context)
        if glob is None:
            return False
        if self.text == "*":
            return True
        overlap = globs.covers if whole else globs.overlaps
        return overlap(glob, target.pattern)


class ResourceSet:
    """The entries of a `Resource` or `NotResource` element, sorted by how fast they are tried."""

    __slots__ = ("_exact", "_others", "_prefixes", "everything", "patterns")

    def __init__(self, patterns: Iterable[ResourcePattern]) -> None:
        self.patterns = tuple(patterns)
        self.everything = any(pattern.is_everything for pattern in self.patterns)
        """Whether the bare `*` is among them."""
        exact: set[str] = set()
        prefixes: list[str] = []
        others: list[ResourcePattern] = []
        for pattern in self.patterns:
            glob = pattern.glob
            prefix = None if glob is None else globs.prefix_of(glob)
            if prefix is not None:
                prefixes.append(prefix)
            elif glob is not None and len(glob) == 1 and isinstance(glob[0], str):
                exact.add(glob[0])
            elif pattern.template is not None:
                others.append(pattern)
        self._exact, self._prefixes, self._others = exact, tuple(prefixes), tuple(others)

    def matches(self, text: str, context: Context) -> bool:
        """Whether one resource is taken in."""
        if self.everything or text in self._exact or text.startswith(self._prefixes):
            return True
        for pattern in self._others:  # noqa: SIM110 - a generator would cost more
            if pattern.matches(text, context):
                return True
        return False

    def covers(self, target: Target, context: Context, *, whole: bool) -> bool:
        """Whether a target is taken in by one of the entries."""
        return any(pattern.covers(target, context, whole=whole) for pattern in self.patterns)


@lru_cache(maxsize=20_000)
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
    return ResourcePattern(
        text, template, variables.fixed(template), tuple(fields), active_variables
    )


def _short(fields: list[str], short: ShortArns) -> list[str] | None:
    if short is ShortArns.REFUSED:
        return None
    if short is ShortArns.AS_WRITTEN:
        return fields
    if short is ShortArns.EXPAND_IF_OPEN and not fields[-1].endswith("*"):
        return None
    return [*fields, *["*"] * (6 - len(fields))]


def _arn_template(fields: list[str], *, active_variables: bool) -> variables.Template:
    """Put the fields together; variables are active after the fifth colon only (R12).

    Wildcards of the first five fields stay inside theirs, but a star at the end of a field may run
    on over colons (R3).
    """
    pieces: list[variables.Piece] = []
    for place, field in enumerate(fields[:5]):
        if place:
            pieces.append(":")
        last = len(field) - 1
        for index, character in enumerate(field):
            if character == "*":
                pieces.append(ANY if index == last else FIELD_ANY)
            else:
                pieces.append(FIELD_ONE if character == "?" else character)
    if len(fields) == 6:
        pieces.append(":")
        pieces.extend(variables.parse(fields[5], wildcards=True, variables=active_variables))
    return variables.merged(pieces)


def _request_pieces(text: str) -> list[globs.Element]:
    """Take the pattern of a request apart: a resource has no colon in its first five fields."""
    fields = text.split(":", 5) if text.startswith("arn:") else [text]
    if len(fields) < 6:
        return [ANY if c == "*" else c for c in text]
    head = ":".join(fields[:5]) + ":"
    return [
        *(FIELD_ANY if c == "*" else c for c in head),
        *(ANY if c == "*" else c for c in fields[5]),
    ]


def _without_region(pattern: ResourcePattern) -> ResourcePattern:
    """Return a pattern with an empty region field, for a request whose region is not known."""
    if len(pattern.fields) < 6:
        return pattern
    fields = [*pattern.fields[:3], "", *pattern.fields[4:]]
    text = ":".join(fields)
    return compile_pattern(text, ShortArns.AS_WRITTEN, active_variables=pattern.active_variables)
