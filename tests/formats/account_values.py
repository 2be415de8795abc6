"""Strategies for accounts that use every field the account file has, with odd names and texts."""

from __future__ import annotations

import datetime as dt
import json
from typing import TypeVar

from hypothesis import strategies as st

from iam_tui.account import (
    AccessKey,
    Account,
    Assertion,
    Console,
    Group,
    IdentityProvider,
    InstanceProfile,
    Organization,
    OrganizationLevel,
    OrganizationPolicy,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    Resource,
    Role,
    Root,
    Suppression,
    User,
)
from iam_tui.account.arns import iam_arn, root_arn
from iam_tui.policy import Document

T = TypeVar("T", Group, User, Role)

ACCOUNT_ID = "111122223333"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OUTSIDE = (
    READ_ONLY,
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/NobodyKnowsThisOne",
    f"arn:aws:iam::{ACCOUNT_ID}:policy/NotInTheExport",
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
odd = st.sampled_from(
    [
        '"',
        "'''",
        '"""',
        "\\",
        "\x00",
        "\x1b[31m",
        "\r\n",
        "\u202e",
        "[[users]]",
        "#",
        "é",
        "a.b",
        " ",
    ]
)
names = st.one_of(
    st.from_regex(r"[A-Za-z0-9+=,.@_-]{1,12}", fullmatch=True),
    st.builds(lambda text, more: f"x{text}{more}".replace("/", "_"), texts, odd),
)
descriptions = st.none() | st.lists(texts | odd, max_size=3).map("".join)
tags = st.dictionaries(texts | odd, texts | odd, max_size=3)
paths = st.sampled_from(("/", "/", "/team/", "/a b/\u00e9/"))
ids = st.none() | st.sampled_from(("AIDAEXAMPLE1", "AROAEXAMPLE2"))
dates = st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)) | st.datetimes(
    timezones=st.just(dt.UTC) | st.just(dt.timezone(dt.timedelta(hours=-3)))
)
moments = st.none() | dates
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | odd,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | odd, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(texts | odd, json_values, max_size=4)
broken = st.one_of(
    texts,
    odd,
    st.lists(odd, max_size=6).map("".join),
    objects.map(lambda value: json.dumps(value)[:-1]),
    st.just('{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}'),
)
documents = st.one_of(
    objects.map(Document.of),
    objects.map(lambda value: Document.of(json.dumps(value, indent=3))),
    broken.map(Document.of),
)
inline = st.dictionaries(names, documents, max_size=2)
last_accessed = st.dictionaries(st.sampled_from(("s3", "ec2", "iam")), dates, max_size=2)


def unique(values: st.SearchStrategy[T]) -> st.SearchStrategy[dict[str, T]]:
    """Draw entities by ARN, their names unique regardless of case."""
    several = st.lists(values, max_size=3, unique_by=lambda entity: entity.name.lower())
    return several.map(lambda entities: {entity.arn: entity for entity in entities})


keys = st.lists(
    st.builds(
        AccessKey,
        id=st.sampled_from(("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE")),
        status=st.sampled_from(("Active", "Inactive")),
        created=moments,
        last_used=moments,
    ),
    max_size=2,
).map(tuple)
devices = st.lists(texts, max_size=2).map(tuple)
consoles = st.builds(
    Console, password=st.booleans(), mfa=st.booleans(), last_used=moments, password_changed=moments
)
roots = st.builds(
    Root,
    arn=st.just(root_arn(ACCOUNT_ID)),
    mfa=st.none() | st.booleans(),
    password=st.booleans(),
    access_keys=keys,
    mfa_devices=devices,
    last_used=moments,
)


@st.composite
def _named(draw: st.DrawFn, kind: str) -> dict[str, object]:
    name, path = draw(names), draw(paths)
    usual = iam_arn(ACCOUNT_ID, kind, name, path=path)
    return {
        "name": name,
        "path": path,
        "arn": draw(st.sampled_from((usual, usual, f"arn:aws:iam::{ACCOUNT_ID}:{kind}/{name}"))),
        "id": draw(ids),
        "created": draw(moments),
    }


@st.composite
def _common(draw: st.DrawFn, kind: str) -> dict[str, object]:
    return {**draw(_named(kind)), "description": draw(descriptions), "tags": draw(tags)}


@st.composite
def _versions(draw: st.DrawFn) -> dict[str, object]:
    made = st.builds(
        PolicyVersion,
        id=st.sampled_from(("v1", "v2", "v7")),
        document=documents,
        created=moments,
    )
    versions = tuple(draw(st.lists(made, min_size=1, max_size=3, unique_by=lambda v: v.id)))
    default = draw(st.sampled_from(versions)).id
    return {"versions": versions, "default_version": default, "updated": draw(moments)}


@st.composite
def _policies(draw: st.DrawFn) -> dict[str, Policy]:
    own = draw(
        st.lists(_common("policy"), max_size=3, unique_by=lambda one: str(one["name"]).lower())
    )
    if draw(st.booleans()):
        kept = {"name": "ReadOnlyAccess", "arn": READ_ONLY, "path": "/"}
        own.append({**draw(_common("policy")), **kept})
    made = [Policy(**fields, **draw(_versions())) for fields in own]  # type: ignore[arg-type]
    return {policy.arn: policy for policy in made}


@st.composite
def _holding(draw: st.DrawFn, kind: str, attachable: list[str]) -> dict[str, object]:
    fields = draw(_common(kind))
    fields["policies"] = tuple(draw(st.lists(st.sampled_from(attachable), unique=True, max_size=3)))
    fields["inline_policies"] = draw(inline)
    if kind != "group":
        fields["permissions_boundary"] = draw(st.none() | st.sampled_from(attachable))
        fields["last_used"] = draw(moments)
        fields["last_accessed"] = draw(last_accessed)
    return fields


@st.composite
def _groups(draw: st.DrawFn, attachable: list[str]) -> Group:
    return Group(**draw(_holding("group", attachable)))  # type: ignore[arg-type]


@st.composite
def _users(draw: st.DrawFn, attachable: list[str], groups: list[str]) -> User:
    member = st.lists(st.sampled_from(groups), unique=True, max_size=2) if groups else st.just([])
    return User(
        **draw(_holding("user", attachable)),  # type: ignore[arg-type]
        groups=tuple(draw(member)),
        console=draw(st.none() | consoles),
        access_keys=draw(keys),
        mfa_devices=draw(devices),
    )


@st.composite
def _roles(draw: st.DrawFn, attachable: list[str]) -> Role:
    profiles = _named("instance-profile").map(lambda fields: InstanceProfile(**fields))  # type: ignore[arg-type]
    return Role(
        **draw(_holding("role", attachable)),  # type: ignore[arg-type]
        trust_policy=draw(st.none() | documents),
        instance_profiles=tuple(draw(st.lists(profiles, max_size=2))),
        max_session_duration=draw(st.sampled_from((3600, 43200))),
        last_used_region=draw(st.none() | st.just("eu-west-1")),
    )


@st.composite
def _organizations(draw: st.DrawFn) -> Organization:
    policies = draw(
        st.lists(
            st.builds(
                OrganizationPolicy,
                name=names,
                type=st.sampled_from(("SCP", "RCP")),
                document=documents,
                id=ids,
                description=descriptions,
            ),
            max_size=2,
            unique_by=lambda policy: policy.name,
        )
    )
    scps = ["FullAWSAccess", *(policy.name for policy in policies if policy.type == "SCP")]
    rcps = ["RCPFullAWSAccess", *(policy.name for policy in policies if policy.type == "RCP")]
    level = st.builds(
        OrganizationLevel,
        name=names,
        kind=st.sampled_from(("root", "ou", "account")),
        id=ids,
        service_control_policies=st.lists(st.sampled_from(scps), max_size=2).map(tuple),
        resource_control_policies=st.lists(st.sampled_from(rcps), max_size=2).map(tuple),
    )
    return Organization(
        id=draw(ids),
        management_account=draw(st.none() | st.just("444455556666")),
        policies=tuple(policies),
        levels=tuple(draw(st.lists(level, max_size=3, unique_by=lambda one: one.name))),
    )


providers = st.builds(
    lambda name, kind, created, some, more: IdentityProvider(
        arn=f"arn:aws:iam::{ACCOUNT_ID}:{kind}-provider/{name}",
        name=name,
        type=kind,
        created=created,
        client_ids=tuple(some),
        thumbprints=tuple(some),
        tags=more,
    ),
    names,
    st.sampled_from(("oidc", "saml")),
    moments,
    st.lists(texts, max_size=2),
    tags,
)
resources = st.builds(
    Resource,
    arn=st.sampled_from(("arn:aws:s3:::data", "arn:aws:s3:::logs/\u202e", "arn:aws:sqs:x:1:q")),
    policy=st.none() | documents,
    account=st.none() | st.just("444455556666"),
    tags=tags,
    description=descriptions,
)
assertions = st.builds(
    Assertion,
    principal=st.just("user/alice"),
    action=st.sampled_from(("s3:GetObject", "s3:*")),
    resource=st.sampled_from(("*", "arn:aws:s3:::data/*")),
    expect=st.sampled_from(("allowed", "denied")),
    context=st.dictionaries(texts, texts | st.lists(texts, max_size=2).map(tuple), max_size=2),
    why=texts,
)
suppressions = st.builds(
    Suppression,
    id=st.just("user/no-mfa"),
    principal=st.sampled_from(("*", "user/alice")),
    reason=texts,
    until=moments,
)
password_policies = st.builds(
    PasswordPolicy,
    minimum_length=st.integers(6, 128),
    require_symbols=st.booleans(),
    require_numbers=st.booleans(),
    require_uppercase=st.booleans(),
    require_lowercase=st.booleans(),
    allow_users_to_change=st.booleans(),
    max_age=st.none() | st.integers(1, 1095),
    reuse_prevention=st.none() | st.integers(1, 24),
)
comments = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), max_size=3
).map("\n".join)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Draw an account in which every field may be set."""
    policies = draw(_policies())
    attachable = [*policies, *OUTSIDE]
    groups = draw(unique(_groups(attachable)))
    group_names = [group.name for group in groups.values()]
    several = st.lists(providers, max_size=2).map(lambda found: {one.arn: one for one in found})
    known = st.dictionaries(st.sampled_from(("444455556666", "123456789012")), texts, max_size=2)
    return Account(
        id=ACCOUNT_ID,
        alias=draw(descriptions),
        description=draw(descriptions),
        comment=draw(comments),
        root=draw(st.none() | roots),
        policies=policies,
        groups=groups,
        users=draw(unique(_users(attachable, group_names))),
        roles=draw(unique(_roles(attachable))),
        identity_providers=draw(several),
        resources=draw(
            st.lists(resources, max_size=2).map(lambda found: {one.arn: one for one in found})
        ),
        organization=draw(st.none() | _organizations()),
        password_policy=draw(st.none() | password_policies),
        known_accounts=draw(known),
        assertions=tuple(draw(st.lists(assertions, max_size=2))),
        suppressions=tuple(draw(st.lists(suppressions, max_size=2))),
    )
