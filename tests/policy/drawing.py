"""Hypothesis strategies for what `authorize` is given: every layer, every kind of caller, and junk."""

from __future__ import annotations

from hypothesis import strategies as st

from iam_tui.policy import JsonValue, Policies, Request
from tests.strategies import (
    ACCOUNT_ID,
    CONCRETE_ACTIONS,
    CONDITIONS,
    OTHER_ACCOUNT,
    RESOURCES,
    documents,
    statements,
)

Draw = st.DrawFn

PRINCIPALS = (
    f"arn:aws:iam::{ACCOUNT_ID}:root",
    f"arn:aws:iam::{ACCOUNT_ID}:user/alice",
    f"arn:aws:iam::{ACCOUNT_ID}:user/team/alice",
    f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger",
    f"arn:aws:iam::{ACCOUNT_ID}:role/Deploy",
    f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/Deploy/session",
    f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/AWSServiceRoleForSupport/session",
    f"arn:aws:sts::{ACCOUNT_ID}:federated-user/alice",
    f"arn:aws:sts::{ACCOUNT_ID}:assumed-root",
    f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/Corp",
    "lambda.amazonaws.com",
    "accounts.google.com",
    "*",
)

NAMED: tuple[JsonValue, ...] = (
    "*",
    {"AWS": ACCOUNT_ID},
    {"AWS": [*PRINCIPALS[:6]]},
    {"AWS": PRINCIPALS[1]},
    {"AWS": PRINCIPALS[4]},
    {"AWS": PRINCIPALS[5]},
    {"AWS": PRINCIPALS[7]},
    {"AWS": OTHER_ACCOUNT},
    {"Service": "lambda.amazonaws.com"},
    {"Federated": [PRINCIPALS[9], "accounts.google.com"]},
)

MORE_CONDITIONS: tuple[dict[str, JsonValue], ...] = (
    *CONDITIONS,
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": "t*"}},
    {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
    {"StringEquals": {"aws:username": "alice"}},
    {"StringEquals": {"s3:prefix": "${aws:username}"}},
    {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Deploy"}},
    {"DateLessThan": {"aws:CurrentTime": "2026-06-01T00:00:00Z"}},
    {"NumericGreaterThanEquals": {"s3:max-keys": 10}},
    {"Bool": {"aws:SecureTransport": False}},
    {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}},
    {"StringFoo": {"aws:username": "alice"}},
)

CONTEXT_VALUES: dict[str, tuple[str | list[str] | bool | int, ...]] = {
    "aws:SourceIp": ("10.1.2.3", "2001:db8::1", "192.0.2.1"),
    "aws:RequestedRegion": ("eu-central-1", "us-east-1"),
    "aws:MultiFactorAuthPresent": ("true", False),
    "aws:TagKeys": ("team", ["team", "other"], []),
    "aws:CurrentTime": ("2026-01-01T00:00:00Z", "1800000000"),
    "s3:prefix": ("alice", ["alice", "bob"]),
    "s3:max-keys": (5, "10"),
    "aws:PrincipalTag/team": ("payments", "search"),
    "aws:SecureTransport": (True, "false"),
}


def contexts() -> st.SearchStrategy[dict[str, str | list[str] | bool | int]]:
    return st.fixed_dictionaries(
        {}, optional={key: st.sampled_from(values) for key, values in CONTEXT_VALUES.items()}
    )


@st.composite
def requests(draw: Draw) -> Request:
    return Request(
        principal=draw(st.sampled_from(PRINCIPALS)),
        action=draw(st.sampled_from((*CONCRETE_ACTIONS, "kms:Decrypt", "iam:ListUsers"))),
        resource=draw(st.sampled_from((*RESOURCES, "arn:aws:s3:::data/*"))),
        resource_account=draw(st.sampled_from((None, None, ACCOUNT_ID, OTHER_ACCOUNT))),
        context=draw(contexts()),
    )


@st.composite
def layer_documents(draw: Draw, *, named: bool = False, effect: str | None = None) -> JsonValue:
    """Draw a document whose statements name principals or have a condition of any kind."""
    several: list[JsonValue] = []
    for made in draw(st.lists(statements(effect=effect), min_size=1, max_size=3)):
        if named:
            element = draw(st.sampled_from(("Principal", "Principal", "Principal", "NotPrincipal")))
            made[element] = draw(st.sampled_from(NAMED))
        if draw(st.integers(0, 2)) == 0:
            made["Condition"] = draw(st.sampled_from(MORE_CONDITIONS))
        several.append(made)
    return {"Version": "2012-10-17", "Statement": several}


def _lists(values: st.SearchStrategy[JsonValue], most: int) -> st.SearchStrategy[list[JsonValue]]:
    return st.lists(values, max_size=most)


def layers() -> st.SearchStrategy[dict[str, object]]:
    """Draw the arguments of `Policies`, all layers optional."""
    own, named = layer_documents(), layer_documents(named=True)
    broad: st.SearchStrategy[JsonValue] = st.just(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        }
    )
    guarded = broad | own
    return st.fixed_dictionaries(
        {"identity": st.lists(guarded, min_size=1, max_size=3)},
        optional={
            "permissions_boundary": guarded,
            "session": _lists(guarded, 2),
            "service_control": st.lists(_lists(guarded, 2), max_size=2),
            "resource_control": st.lists(_lists(named, 1), max_size=2),
            "resource": named,
            "endpoint": _lists(broad | named, 1),
        },
    )


def policies() -> st.SearchStrategy[Policies]:
    return layers().map(lambda drawn: Policies(**drawn))  # type: ignore[arg-type]


# --- junk ------------------------------------------------------------------------------------

WORDS = (
    *("*", "", "?", "**", "s3:*", "s3:GetObject", "arn:aws:s3:::data/*", "arn:", "arn:aws:sqs"),
    *("Allow", "Deny", "2012-10-17", "${aws:username}", "${", "${}", "${a, 'b'}", "10.0.0.0/8"),
    *("true", "2026-01-01", "aws:username", "StringEquals", "ForAnyValue:Null", "DateEquals"),
    *("Statement", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"),
    *("Effect", "NotPrincipal", "AWS", "Version", "\x00", "\ud800", "ß", "\U0010fffe", "1e999999"),
    *("AROAEXAMPLE", ACCOUNT_ID, PRINCIPALS[1], "::::::", "arn:aws:iam::::", "ArnLike", "Bool"),
)


def scalars() -> st.SearchStrategy[JsonValue]:
    return (
        st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.floats()
        | st.sampled_from(WORDS)
        | st.text(max_size=8)
    )


def json_values() -> st.SearchStrategy[JsonValue]:
    return st.recursive(
        scalars(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=6,
    )


@st.composite
def odd_statements(draw: Draw) -> JsonValue:
    """Draw a statement some of whose elements are something else than they should be."""
    made: dict[str, JsonValue] = {**draw(statements()), "Principal": draw(st.sampled_from(NAMED))}
    made["Condition"] = draw(st.sampled_from(MORE_CONDITIONS))
    for name in draw(st.lists(st.sampled_from(sorted({*made, "NotAction", "Sid"})), max_size=3)):
        made[name] = draw(json_values())
    if draw(st.booleans()):
        operator = draw(st.sampled_from(("StringLike", "ForAllValues:DateEquals", "ArnNotLike")))
        made["Condition"] = {operator: {draw(st.sampled_from(WORDS)): draw(json_values())}}
    return made


def odd_documents() -> st.SearchStrategy[object]:
    """Draw what may be given for a document, most of it not one."""
    built: st.SearchStrategy[JsonValue] = st.fixed_dictionaries(
        {"Version": st.sampled_from(("2012-10-17", "2008-10-17")), "Statement": odd_statements()}
    )
    several: st.SearchStrategy[JsonValue] = st.fixed_dictionaries(
        {"Version": scalars(), "Statement": st.lists(odd_statements() | json_values(), max_size=2)}
    )
    texts = st.sampled_from(("", "{", "null", "[]", '{"Statement": {}}', '{"a":1,"a":2}'))
    return (
        built
        | several
        | json_values()
        | texts
        | st.binary(max_size=8)
        | documents().map(lambda document: document.text)
        | documents()
    )


def odd_context() -> st.SearchStrategy[object]:
    values = (
        scalars() | st.lists(scalars(), max_size=2) | st.lists(scalars(), max_size=2).map(tuple)
    )
    keys = st.sampled_from((*CONTEXT_VALUES, *WORDS, "aws:userid", "iam-tui:FederatingUser"))
    return st.none() | st.dictionaries(keys, values, max_size=4)


@st.composite
def odd_requests(draw: Draw) -> Request:
    actions = (*CONCRETE_ACTIONS, "", "*", "s3", "s3:", ":", "foo:Bar", "sts:AssumeRoleWithSAML")
    more = ("kms:Decrypt", "sts:GetCallerIdentity", "sts:GetSessionToken", "sqs:ListQueues")
    return Request(
        principal=draw(st.sampled_from(PRINCIPALS)),
        action=draw(st.sampled_from((*actions, *more))),
        resource=draw(st.sampled_from((*RESOURCES, *WORDS)) | st.text(max_size=8)),
        resource_account=draw(st.sampled_from((None, ACCOUNT_ID, OTHER_ACCOUNT, ""))),
        context=draw(odd_context()),  # type: ignore[arg-type]
    )


def odd_policies() -> st.SearchStrategy[Policies]:
    document = odd_documents()
    several = st.lists(document, max_size=2)
    drawn = st.fixed_dictionaries(
        {},
        optional={
            "identity": several | document | several.map(tuple),
            "permissions_boundary": document | several,
            "session": several,
            "service_control": st.lists(several, max_size=2),
            "resource_control": st.lists(several, max_size=2),
            "resource": document,
            "endpoint": several | document,
        },
    )
    return drawn.map(lambda made: Policies(**made))  # type: ignore[arg-type]
