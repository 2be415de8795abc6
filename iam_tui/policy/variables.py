"""Policy variables: finding `${...}` in a text and putting the request's values in.

IAM User Guide: "IAM policy elements: Variables and tags" (EVALUATION rules R12 to R23). A value
that is put in is literal text: a star in a user name brings no wildcard (R15), which is why a
template keeps pieces apart instead of substituting into a string.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from iam_tui.policy.context import Context
from iam_tui.policy.globs import ANY, ONE, Element, Glob, Wild, joined

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_CONTENT = re.compile(r"([^,]*)(?:,\s*'([^']*)')?", re.DOTALL)
_LITERALS = frozenset("*?$")


class Variable(NamedTuple):
    """A `${key}` or `${key, 'default'}`."""

    key: str
    """Lower case; condition keys ignore case."""
    default: str | None


Piece = str | Wild | Variable
Template = tuple[Piece, ...]


def parse(text: str, *, wildcards: bool, variables: bool) -> Template:
    """Take a text of a policy apart into literal text, wildcards and variables.

    Args:
        text: As it stands in the policy.
        wildcards: Whether `*` and `?` mean something here.
        variables: Whether `${...}` means something: Version 2012-10-17 and a place for it (R12).
    """
    pieces: list[Piece] = []
    start = 0
    for found in _REFERENCE.finditer(text) if variables and "${" in text else ():
        pieces.extend(_plain(text[start : found.start()], wildcards=wildcards))
        pieces.append(_variable(found[1]))
        start = found.end()
    pieces.extend(_plain(text[start:], wildcards=wildcards))
    return merged(pieces)


def _plain(text: str, *, wildcards: bool) -> list[Piece]:
    if not wildcards or ("*" not in text and "?" not in text):
        return [text] if text else []
    return [ANY if c == "*" else ONE if c == "?" else c for c in text]


def _variable(content: str) -> Piece:
    """Return the literal of `${*}`, `${?}`, `${$}` (R14), else the variable."""
    if content in _LITERALS:
        return content
    found = _CONTENT.fullmatch(content)
    if found is None:
        return Variable(content.lower(), None)
    return Variable(found[1].lower(), found[2])


def merged(pieces: list[Piece]) -> Template:
    """Return the template of pieces with neighbouring texts put together."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(out)


def keys_of(template: Template) -> tuple[str, ...]:
    """Return the keys of the variables in a template, lower case."""
    return tuple(piece.key for piece in template if isinstance(piece, Variable))


def fixed(template: Template) -> Glob | None:
    """Return the glob of a template without variables, None for others."""
    elements = [piece for piece in template if not isinstance(piece, Variable)]
    return joined(elements) if len(elements) == len(template) else None


def resolve(template: Template, context: Context) -> Glob | None:
    """Put the request's values in; None when a variable stays unresolved (R17 to R19)."""
    elements: list[Element] = []
    for piece in template:
        if isinstance(piece, Variable):
            value = context.variable(piece.key, piece.default)
            if value is None:
                return None
            elements.append(value)
        else:
            elements.append(piece)
    return joined(elements)
