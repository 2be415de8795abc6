"""A policy in plain words: one short sentence a statement.

What stands in a document is said, not what it comes to: other policies may deny or limit it. Names
and values are the document's own text; whoever shows them makes them harmless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.account.arns import Arn, friendly_name
from iam_tui.analysis.words_conditions import (
    condition_in_words,
    conditions,
    listed_words,
    texts_of,
)

if TYPE_CHECKING:
    from iam_tui.policy.documents import Document, JsonValue

MOST = 3
"""How many entries of a list are named before the rest is counted."""


def policy_in_words(document: Document, *, most: int = MOST) -> tuple[str, ...]:
    """Return one sentence for each statement of a policy.

    Args:
        document: Any kind of policy; trust and resource policies have principals.
        most: How many entries of a list are named.
    """
    value = document.value
    # The older version, which is also that of a document without one, knows no variables.
    variables = isinstance(value, dict) and value.get("Version") == "2012-10-17"
    return tuple(
        statement_in_words(one, most=most, variables=variables) for one in document.statements
    )


def statement_in_words(statement: JsonValue, *, most: int = MOST, variables: bool = True) -> str:
    """Return one sentence that says what a statement does.

    Args:
        statement: As it stands in the document.
        most: How many entries of a list are named.
        variables: Whether the document's version knows policy variables.
    """
    if not isinstance(statement, dict):
        return "Says nothing: it is no object."
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        return "Says nothing: its Effect is neither Allow nor Deny."
    if "Action" not in statement and "NotAction" not in statement:
        return "Says nothing: it has no Action."
    holding = list(conditions(statement.get("Condition"), most, variables=variables))
    only_if = f", if {', and '.join(holding)}" if holding else ""
    who = _who(statement, most)
    is_allow = effect == "Allow"
    verb = "Allows" if is_allow else "Denies"
    if who is None:
        return f"{verb} {_what(statement, most)}{only_if}."
    if _is_trust(statement):
        lets = f"Lets {who} assume" if is_allow else f"Keeps {who} from assuming"
        return f"{lets} the role{_more_of_trust(statement, is_allow)}{only_if}."
    return f"{verb} {who} {_what(statement, most)}{only_if}."


# --- what and on what ----------------------------------------------------------------------------

_ASSUMING = frozenset({"sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
_BESIDE = {
    "sts:tagsession": ("tag the session", "tagging the session"),
    "sts:setsourceidentity": ("set its source identity", "setting its source identity"),
    "sts:setcontext": ("set its context", "setting its context"),
}
"""What else trust policies allow: after `Lets X assume the role and`, after `Keeps X from`."""


def _what(statement: dict[str, JsonValue], most: int) -> str:
    """Return the actions with the resources."""
    actions, resources = _actions(statement, most), _resources(statement, most)
    if resources is None or resources == "everything":
        return actions
    if "NotAction" in statement:
        # `everything except a on b` could be read as if a on b were the exception.
        excepted = actions.removeprefix("everything ")
        return f"everything on {resources}, {excepted}"
    return f"{actions} on {resources}"


def _actions(statement: dict[str, JsonValue], most: int) -> str:
    if "NotAction" in statement:
        return f"everything except {listed_words(texts_of(statement['NotAction']), 'and', most)}"
    several = texts_of(statement["Action"])
    if any(one in ("*", "*:*") for one in several):
        return "everything"
    whole = [one.removesuffix(":*") for one in several if one.endswith(":*")]
    single = [one for one in several if not one.endswith(":*")]
    parts = [listed_words(single, "and", most)] if single else []
    if whole:
        parts.append(f"every action of {listed_words(whole, 'and', most)}")
    return " and ".join(parts) or "nothing"


def _resources(statement: dict[str, JsonValue], most: int) -> str | None:
    if "NotResource" in statement:
        return f"everything except {listed_words(texts_of(statement['NotResource']), 'and', most)}"
    if "Resource" not in statement:
        return None
    several = texts_of(statement["Resource"])
    if "*" in several:
        return "everything"
    return listed_words(several, "and", most) if several else "nothing"


# --- who -----------------------------------------------------------------------------------------


def _is_trust(statement: dict[str, JsonValue]) -> bool:
    if "Resource" in statement or "NotResource" in statement:
        return False
    actions = {one.lower() for one in texts_of(statement.get("Action"))}
    return bool(actions & _ASSUMING) and actions <= _ASSUMING | _BESIDE.keys()


def _more_of_trust(statement: dict[str, JsonValue], is_allow: bool) -> str:
    """Return what a statement of a trust policy lets or denies beside assuming the role."""
    actions = {one.lower() for one in texts_of(statement.get("Action"))}
    more = [words[not is_allow] for name, words in _BESIDE.items() if name in actions]
    listed = "".join(f", {one}" for one in more[:-1])
    last = f" {'and' if is_allow else 'or'} {more[-1]}" if more else ""
    return f"{listed}{last}"


def _who(statement: dict[str, JsonValue], most: int) -> str | None:
    """Return whom a statement is about; None: it has no principal element."""
    if "NotPrincipal" in statement:
        return f"everybody except {_principals(statement['NotPrincipal'], most)}"
    if "Principal" in statement:
        return _principals(statement["Principal"], most)
    return None


def _principals(value: JsonValue, most: int) -> str:
    if not isinstance(value, dict):
        value = {"AWS": value}
    named = [_principal(kind, one) for kind, several in value.items() for one in texts_of(several)]
    if "everybody" in named:
        return "everybody"
    return listed_words(named, "and", most) if named else "nobody"


def _principal(kind: str, value: str) -> str:
    if kind != "AWS":
        return _PRINCIPALS.get(kind, "{}").format(value)
    if value == "*":
        return "everybody"
    arn = Arn.parse(value)
    if arn is None:
        return f"the account {value}" if value.isdigit() else value
    if arn.resource == "root":
        return f"the account {arn.account}"
    word = arn.resource.partition("/")[0]
    if arn.service == "sts":
        return f"the session {'/'.join(arn.resource.split('/')[1:])} of account {arn.account}"
    return f"the {word} {friendly_name(value)} of account {arn.account}"


_PRINCIPALS = {
    "Service": "the service {}",
    "Federated": "whom {} has signed in",
    "CanonicalUser": "the S3 owner {}",
}


__all__ = ["condition_in_words", "policy_in_words", "statement_in_words"]
