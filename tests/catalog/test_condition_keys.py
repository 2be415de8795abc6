"""What the catalogue knows of condition keys."""

from __future__ import annotations

import pytest

from iam_tui import catalog

TYPES = {"String", "ARN", "Bool", "Date", "IPAddress", "Numeric"}


def test_keys_of_a_service() -> None:
    keys = {found.key: found for found in catalog.condition_keys("S3")}

    assert keys["s3:prefix"].type == "String"
    assert keys["s3:max-keys"].type == "Numeric"
    assert keys["s3:prefix"].description
    assert list(keys) == sorted(keys, key=str.lower)


@pytest.mark.parametrize("service", ["nosuch", "", "../actions/s3", "s3.json"])
def test_an_unknown_service_has_no_keys(service: str) -> None:
    assert catalog.condition_keys(service) == ()


def test_every_key_has_a_type_that_operators_know() -> None:
    everywhere = [key for service in catalog.services() for key in catalog.condition_keys(service)]

    assert len(everywhere) > 2000
    assert {key.type.removeprefix("ArrayOf") for key in everywhere} <= TYPES


def test_global_keys_are_sorted_and_described() -> None:
    keys = catalog.global_condition_keys()

    assert [found.key for found in keys] == sorted(found.key for found in keys)
    assert all(found.key.startswith("aws:") for found in keys)
    assert {found.type.removeprefix("ArrayOf") for found in keys} <= TYPES
    assert all(found.description for found in keys)


def test_the_reference_agrees_with_the_global_keys() -> None:
    documented = {
        found.key: found.type
        for service in catalog.services()
        for found in catalog.condition_keys(service)
        if found.key.startswith("aws:")
    }
    ours = {found.key: found.type for found in catalog.global_condition_keys()}

    assert documented.items() <= ours.items()


@pytest.mark.parametrize(
    ("written", "documented", "kind"),
    [
        ("aws:SourceIp", "aws:SourceIp", "IPAddress"),
        ("AWS:sourceip", "aws:SourceIp", "IPAddress"),
        ("aws:PrincipalArn", "aws:PrincipalArn", "ARN"),
        ("aws:CurrentTime", "aws:CurrentTime", "Date"),
        ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthPresent", "Bool"),
        ("aws:ResourceTag/team", "aws:ResourceTag/${TagKey}", "String"),
        ("aws:PrincipalTag/a/b:c", "aws:PrincipalTag/${TagKey}", "String"),
        ("aws:TagKeys", "aws:TagKeys", "ArrayOfString"),
        ("s3:prefix", "s3:prefix", "String"),
        ("s3:ExistingObjectTag/team", "s3:ExistingObjectTag/<key>", "String"),
        ("kms:EncryptionContextKeys", "kms:EncryptionContextKeys", "ArrayOfString"),
        ("kms:EncryptionContext:app", "kms:EncryptionContext:${EncryptionContextKey}", "String"),
        ("iam:PassedToService", "iam:PassedToService", "String"),
        ("sts:ExternalId", "sts:ExternalId", "String"),
        ("SAML:aud", "saml:aud", "String"),
        ("accounts.google.com:sub", "accounts.google.com:sub", "String"),
        ("idp.acme.example/tenant:sub", "idp.acme.example/tenant:sub", "String"),
        ("idp.acme.example:amr", "idp.acme.example:amr", "ArrayOfString"),
    ],
)
def test_a_key_is_found_as_a_policy_writes_it(written: str, documented: str, kind: str) -> None:
    found = catalog.condition_key(written)

    assert found is not None
    assert (found.key, found.type) == (documented, kind)


@pytest.mark.parametrize(
    "key",
    ["aws:NoSuchKey", "aws:ResourceTag", "aws:ResourceTag/", "s3:nosuch", "", ":", "a:b", "aud"],
)
def test_a_key_that_nobody_documents_is_unknown(key: str) -> None:
    assert catalog.condition_key(key) is None


@pytest.mark.parametrize(
    ("key", "several"),
    [
        ("aws:TagKeys", True),
        ("AWS:tagkeys", True),
        ("aws:CalledVia", True),
        ("aws:CalledViaFirst", False),
        ("aws:PrincipalOrgPaths", True),
        ("aws:VpceOrgPaths", True),
        ("aws:SourceIp", False),
        ("aws:PrincipalTag/team", False),
        ("dynamodb:LeadingKeys", True),
        ("saml:edupersonaffiliation", True),
        ("saml:aud", False),
        ("events:metadata/team", True),
        ("events:source", True),
        ("nosuch:key", False),
    ],
)
def test_which_keys_hold_several_values(key: str, several: bool) -> None:
    assert catalog.is_multivalued(key) is several
