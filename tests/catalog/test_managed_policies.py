"""The policies that AWS manages."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from iam_tui.account.aws_managed import aws_managed_policy
from iam_tui.catalog.managed_policies import (
    managed_policies_date,
    managed_policy,
    managed_policy_arn,
    managed_policy_names,
)

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
LAMBDA_BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_a_policy_is_known_by_name_and_by_arn() -> None:
    found = managed_policy("AdministratorAccess")

    assert found is not None
    assert found == managed_policy(ADMINISTRATOR)
    assert found.arn == ADMINISTRATOR
    assert json.loads(found.text)["Statement"] == [
        {"Effect": "Allow", "Action": "*", "Resource": "*"}
    ]


def test_a_path_belongs_to_the_arn() -> None:
    found = managed_policy("AWSLambdaBasicExecutionRole")

    assert found is not None
    assert (found.arn, found.path) == (LAMBDA_BASIC, "/service-role/")
    assert managed_policy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole") is None
    assert managed_policy_arn("AWSLambdaBasicExecutionRole") == LAMBDA_BASIC


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions_have_the_same_policies(partition: str) -> None:
    arn = ADMINISTRATOR.replace("arn:aws:", f"arn:{partition}:")
    found = managed_policy(arn)

    assert found is not None
    assert found.arn == arn


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "NoSuchPolicy",
        "administratoraccess",
        "policy/AdministratorAccess",
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "arn:/AdministratorAccess",
        "arn:aws:iam::aws:policy/AdministratorAccess/",
    ],
)
def test_a_policy_that_nobody_knows_is_none(reference: str) -> None:
    assert managed_policy(reference) is None


def test_an_unknown_policy_is_not_an_empty_one() -> None:
    assert aws_managed_policy("arn:aws:iam::aws:policy/NoSuchPolicy") is None
    assert managed_policy_arn("NoSuchPolicy") is None


def test_every_policy_is_whole() -> None:
    names = managed_policy_names()

    assert len(names) > 1500
    assert list(names) == sorted(names)
    for name in names:
        found = managed_policy(name)
        assert found is not None
        assert found == managed_policy(found.arn)
        assert managed_policy_arn(name) == found.arn
        assert re.fullmatch(r"v\d+", found.version_id)
        document = json.loads(found.text)
        assert document["Version"]
        assert document["Statement"]


def test_the_file_says_how_old_it_is() -> None:
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", managed_policies_date())


def test_the_documents_are_those_of_the_collection() -> None:
    theirs = json.loads(aws_managed_policies_data)
    newest = max(entry["UpdateDate"] for entry in theirs.values())[:10]
    days = (dt.date.fromisoformat(newest) - dt.date.fromisoformat(managed_policies_date())).days
    if days > 60:
        pytest.skip(f"{days} days behind moto: run scripts/refresh_managed_policies.py")

    for name, entry in theirs.items():
        ours = managed_policy(name)
        if ours is not None and ours.version_id == entry["DefaultVersionId"]:
            assert ours.path == entry["Path"]
            assert json.loads(ours.text) == entry["Document"]
