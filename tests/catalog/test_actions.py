"""What the catalogue knows of services and actions."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import catalog


def matched(pattern: str) -> set[str]:
    """The actions of a pattern, by their names."""
    return {
        f"{service}:{name}"
        for service, bits in catalog.match(pattern).items()
        for place, name in enumerate(catalog.actions(service))
        if bits >> place & 1
    }


def test_services_are_known_by_prefix_and_name() -> None:
    assert {"iam", "s3", "sts", "organizations"} <= set(catalog.services())
    assert list(catalog.services()) == sorted(catalog.services())
    assert catalog.service_name("S3") == "Amazon S3"
    assert catalog.service_name("nosuch") is None


def test_every_service_can_be_read() -> None:
    assert len(catalog.services()) > 400
    assert all(catalog.service_name(service) for service in catalog.services())


def test_actions_are_sorted_and_found_in_any_case() -> None:
    names = catalog.actions("IAM")

    assert "PassRole" in names
    assert list(names) == sorted(names, key=str.lower)
    assert catalog.canonical("IAM:passrole") == "iam:PassRole"
    assert catalog.is_known("Iam:PASSROLE")
    assert catalog.actions("nosuch") == ()


@pytest.mark.parametrize("action", ["s3:NoSuch", "nosuch:GetObject", "s3", "", ":", "*", "s3:*"])
def test_what_is_no_action_is_not_known(action: str) -> None:
    assert not catalog.is_known(action)
    assert catalog.canonical(action) is None
    assert catalog.action_details(action) is None
    assert catalog.access_level(action) == "Unknown"
    assert not catalog.wildcard_only(action)


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:GetObject", "Read"),
        ("s3:ListBucket", "List"),
        ("s3:PutObject", "Write"),
        ("iam:TagUser", "Write"),  # "Tagging, Write"
        ("iam:AttachUserPolicy", "Permissions management"),  # "Permissions management, Write"
    ],
)
def test_the_strongest_access_level_counts(action: str, level: str) -> None:
    assert catalog.access_level(action) == level


def test_every_access_level_is_one_that_is_documented() -> None:
    found = {
        catalog.LEVELS[level]
        for service in catalog.action_index().services.values()
        for level in service.levels
    }

    assert found <= set(catalog.LEVELS) - {"Unknown"}


def test_actions_without_resource_types_are_wildcard_only() -> None:
    assert catalog.wildcard_only("s3:ListAllMyBuckets")
    assert catalog.wildcard_only("STS:getcalleridentity")
    assert not catalog.wildcard_only("s3:GetObject")


def test_details_of_an_action() -> None:
    found = catalog.action_details("S3:getobject")

    assert found is not None
    assert found.action == "s3:GetObject"
    assert "object" in found.description
    assert found.access_levels == ("Read",)
    assert "object" in found.resource_types
    assert "s3:ExistingObjectTag/<key>" in found.condition_keys


def test_details_name_what_a_request_needs() -> None:
    launch = catalog.action_details("ec2:RunInstances")
    tag = catalog.action_details("iam:TagUser")

    assert launch is not None
    assert tag is not None
    assert "instance" in launch.required_resource_types
    assert "key-pair" in launch.resource_types
    assert "key-pair" not in launch.required_resource_types
    assert tag.access_levels == ("Tagging", "Write")
    assert "aws:RequestTag/${TagKey}" in tag.condition_keys


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("s3:GetObjekt", "s3:GetObject"),
        ("iam:passrol", "iam:PassRole"),
        ("s33:GetObject", "s3:GetObject"),
        ("lamda:InvokeFunction", "lambda:InvokeFunction"),
    ],
)
def test_the_nearest_action_of_a_mistyped_one(mistyped: str, meant: str) -> None:
    assert catalog.nearest_actions(mistyped)[0] == meant


def test_what_is_near_nothing_has_no_nearest_action() -> None:
    assert catalog.nearest_actions("qqqqqqqq:zzz") == ()
    assert catalog.nearest_actions("s3:qqqqqqqqqqqqqqqq") == ()


def test_the_data_says_how_old_it_is() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", catalog.data_date())
    assert catalog.data_date().replace("-", "") in catalog.data_version()


@pytest.mark.parametrize("pattern", ["*", "*:*"])
def test_a_star_matches_every_action(pattern: str) -> None:
    assert set(catalog.match(pattern)) == set(catalog.services())
    assert len(matched(pattern)) == sum(len(catalog.actions(s)) for s in catalog.services())


@pytest.mark.parametrize("pattern", ["", "s3", "s3:", "*:GetObject", "s*:GetObject", "nosuch:*"])
def test_a_pattern_that_no_service_has_matches_nothing(pattern: str) -> None:
    assert catalog.match(pattern) == {}


@pytest.mark.parametrize(
    "pattern",
    [
        "s3:GetObject",
        "S3:getobject",
        "s3:Get*",
        "s3:*",
        "s3:*Tagging",
        "s3:*Object*Acl",
        "s3:?etObject",
        "s3:Get??????",
        "s3:G*t*b*j*e*c*t",
        "s3:**Object**",
        "s3:*" + "*e" * 30,
        "s3:?*?*?*?*?*?*?*zz",
        "iam:[a-z]*",
        "iam:Pass.ole",
    ],
)
def test_a_pattern_matches_as_a_glob(pattern: str) -> None:
    service, _, name = pattern.lower().partition(":")
    shape = name.replace("[", "[[]")

    assert matched(pattern) == {
        f"{service}:{known}"
        for known in catalog.actions(service)
        if fnmatchcase(known.lower(), shape)
    }


@given(st.lists(st.sampled_from(["*", "?", "**", "e", "Get", "Obj", "t", "List"]), max_size=8))
def test_any_pattern_matches_as_a_glob(pieces: list[str]) -> None:
    name = "".join(pieces)

    assert matched(f"s3:{name}") == {
        f"s3:{known}" for known in catalog.actions("s3") if fnmatchcase(known.lower(), name.lower())
    }
