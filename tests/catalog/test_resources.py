"""What the catalogue knows of resource types."""

from __future__ import annotations

import pytest

from iam_tui import catalog


def test_types_of_a_service_have_arn_patterns() -> None:
    types = {found.name: found for found in catalog.resource_types("S3")}

    assert types["bucket"].arn == "arn:${Partition}:s3:::${BucketName}"
    assert types["object"].arn == "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    assert types["accesspoint"].service == "s3"
    assert "s3:AccessPointNetworkOrigin" in types["accesspoint"].condition_keys
    assert list(types) == sorted(types, key=str.lower)


def test_a_type_is_found_in_any_case() -> None:
    found = catalog.resource_type("IAM", "User")

    assert found is not None
    assert found.arn == "arn:${Partition}:iam::${Account}:user/${UserNameWithPath}"
    assert catalog.resource_type("iam", "nosuch") is None


@pytest.mark.parametrize("service", ["nosuch", "", "../actions/s3", "s3.json"])
def test_an_unknown_service_has_no_types(service: str) -> None:
    assert catalog.resource_types(service) == ()
    assert catalog.resource_type(service, "bucket") is None


def test_every_type_that_an_action_names_is_there() -> None:
    for service in ("iam", "s3", "lambda", "kms", "sts"):
        names = {found.name for found in catalog.resource_types(service)}
        for name in catalog.actions(service):
            details = catalog.action_details(f"{service}:{name}")
            assert details is not None
            assert set(details.resource_types) <= names
