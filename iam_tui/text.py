"""The one door for foreign text.

Names, tags, Sids, descriptions and documents come from account files that strangers wrote.
Whatever of them reaches a terminal goes through `display_text`, which leaves nothing that a
terminal would obey or that would reorder what people read. Markup is the business of the
caller: what comes out of here is plain text, to be shown with markup off.
"""

from __future__ import annotations

import unicodedata

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
"""C0 controls and DEL as the one-cell pictures that Unicode has for them."""

_KEPT_IN_BLOCKS = (0x09, 0x0A)

# Unicode's default ignorable code points outside Cf: joiners, fillers, variation selectors. They
# are drawn as nothing, so that two names would look the same.
_UNSEEN = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    }
)


def _escaped(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def _is_hazard(character: str) -> bool:
    """Tell format, surrogate, private, unassigned and separator characters from plain text.

    Cc holds the C1 controls, Cf the bidirectional overrides and zero-width characters, Zl and
    Zp the separators that some terminals take for a new line.
    """
    if ord(character) in _UNSEEN:
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _shown(character: str, *, block: bool) -> str:
    code = ord(character)
    if code in _PICTURES:
        return character if block and code in _KEPT_IN_BLOCKS else _PICTURES[code]
    return _escaped(character) if _is_hazard(character) else character


def display_text(value: object, *, limit: int | None = None, block: bool = False) -> str:
    r"""Return text from an account in a form that is safe to show on a terminal.

    Args:
        value: The text; anything else is turned into text first.
        limit: The most characters to return; longer text is cut in the middle with `...`.
        block: Keep tabs and line feeds, for documents that are shown as several lines.

    Returns:
        The text with control characters as pictures (`\x1b` as `␛`) and with bidirectional
        overrides, zero-width characters and line separators as `\u{202e}`.
    """
    text = value if isinstance(value, str) else str(value)
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(character, block=block) for character in text)
    return text if limit is None else cut_middle(text, limit)


def cut_middle(text: str, width: int) -> str:
    """Return the text cut in the middle to at most `width` characters, both ends kept."""
    if len(text) <= width:
        return text
    if width <= 3:
        return text[:width]
    tail = (width - 3) // 2
    head = width - 3 - tail
    return f"{text[:head]}...{text[len(text) - tail :] if tail else ''}"
