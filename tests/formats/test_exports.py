"""`get-account-authorization-details`, in every form in which people have it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from iam_tui import load
from iam_tui.account import Account
from iam_tui.formats import dumps_authorization_details
from iam_tui.formats.authorization_details import load_authorization_details
from iam_tui.policy import Document

ID = "111122223333"
ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def export(document: object = ALLOW, trust: object = TRUST) -> dict[str, Any]:
    return {
        "UserDetailList": [
            {
                "Path": "/people/",
                "UserName": "alice",
                "UserId": "AIDAEXAMPLE",
                "Arn": f"arn:aws:iam::{ID}:user/people/alice",
                "CreateDate": "2025-02-02T23:38:51+00:00",
                "GroupList": ["Developers"],
                "UserPolicyList": [{"PolicyName": "X", "PolicyDocument": document}],
                "AttachedManagedPolicies": [],
                "PermissionsBoundary": {
                    "PermissionsBoundaryType": "Policy",
                    "PermissionsBoundaryArn": f"arn:aws:iam::{ID}:policy/team/P",
                },
                "Tags": [{"Key": "team", "Value": "payments"}],
                "SomethingNew": {"that": "AWS adds"},
            }
        ],
        "GroupDetailList": [
            {
                "Path": "/",
                "GroupName": "Developers",
                "Arn": f"arn:aws:iam::{ID}:group/Developers",
                "AttachedManagedPolicies": [
                    {
                        "PolicyName": "AdministratorAccess",
                        "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
                    }
                ],
            }
        ],
        "RoleDetailList": [
            {
                "Path": "/",
                "RoleName": "Deploy",
                "Arn": f"arn:aws:iam::{ID}:role/Deploy",
                "CreateDate": "2019-08-16 17:27:59+00:00",
                "AssumeRolePolicyDocument": trust,
                "RolePolicyList": [],
                "AttachedManagedPolicies": [],
                "InstanceProfileList": [
                    {
                        "Path": "/",
                        "InstanceProfileName": "Deploy",
                        "InstanceProfileId": "AIPAEXAMPLE",
                        "Arn": f"arn:aws:iam::{ID}:instance-profile/Deploy",
                        "CreateDate": "2019-08-16T17:27:59Z",
                        "Roles": [],
                    }
                ],
                "RoleLastUsed": {"LastUsedDate": "2026-10-01T00:00:00Z", "Region": "eu-west-1"},
            },
            {"Arn": f"arn:aws:iam::{ID}:role/Never", "RoleLastUsed": {}},
        ],
        "Policies": [
            {
                "Arn": f"arn:aws:iam::{ID}:policy/team/P",
                "DefaultVersionId": "v2",
                "PolicyVersionList": [
                    {"VersionId": "v2", "IsDefaultVersion": True, "Document": document},
                    {"VersionId": "v1", "IsDefaultVersion": False, "Document": {}},
                ],
            },
            {
                "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                "PolicyName": "AdministratorAccess",
                "PolicyVersionList": [{"Document": ALLOW, "VersionId": "v1"}],
            },
            {"Arn": "arn:aws:iam::aws:policy/NotExported", "PolicyVersionList": []},
        ],
    }


PLAIN = load(export())


def test_what_an_export_says() -> None:
    (alice,) = PLAIN.users.values()
    deploy, never = PLAIN.roles.values()
    own, administrator = PLAIN.policies.values()

    assert PLAIN.id == ID
    assert PLAIN.root is None
    assert PLAIN.organization is None
    assert (alice.name, alice.path, alice.groups) == ("alice", "/people/", ("Developers",))
    assert alice.created == dt.datetime(2025, 2, 2, 23, 38, 51, tzinfo=dt.UTC)
    assert alice.permissions_boundary == own.arn
    assert alice.tags == {"team": "payments"}
    assert alice.console is None
    assert deploy.created == dt.datetime(2019, 8, 16, 17, 27, 59, tzinfo=dt.UTC)
    assert deploy.last_used == dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert [profile.name for profile in deploy.instance_profiles] == ["Deploy"]
    assert (never.name, never.trust_policy, never.last_used) == ("Never", None, None)
    assert (own.name, own.path, own.default_version) == ("P", "/team/", "v2")
    assert own.document == Document.of(ALLOW)
    assert administrator.is_aws_managed


def in_url(value: object) -> str:
    return quote(json.dumps(value, indent=1))


@pytest.mark.parametrize("encode", [json.dumps, in_url])
def test_documents_as_text(encode: Callable[[object], str]) -> None:
    assert load(export(encode(ALLOW), encode(TRUST))) == PLAIN


@pytest.mark.parametrize("form", ["list", "lines", "pretty"])
def test_pages(form: str) -> None:
    whole = export()
    pages = [{key: value, "IsTruncated": True} for key, value in whole.items()]
    texts = [json.dumps(page, indent=2 if form == "pretty" else None) for page in pages]
    text = json.dumps(pages) if form == "list" else "\n".join(texts)

    assert load_authorization_details(text) == PLAIN


def test_the_account_is_the_one_that_most_are_of() -> None:
    text = json.dumps(
        {
            "RoleDetailList": [
                {"Arn": "arn:aws-cn:iam::444455556666:role/a"},
                {"Arn": "arn:aws-cn:iam::444455556666:role/b"},
                {"Arn": "arn:aws-cn:iam::111122223333:role/c"},
            ]
        }
    )

    account = load_authorization_details(text)

    assert (account.id, account.partition) == ("444455556666", "aws-cn")


def test_windows_and_its_byte_order_marks(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(json.dumps(export()).encode(encoding))

        assert load(path) == PLAIN


def test_what_is_written_is_what_the_aws_cli_writes() -> None:
    written = json.loads(dumps_authorization_details(PLAIN))

    (alice,) = written["UserDetailList"]
    own, _ = written["Policies"]
    assert alice["UserPolicyList"] == [{"PolicyName": "X", "PolicyDocument": ALLOW}]
    assert alice["CreateDate"] == "2025-02-02T23:38:51+00:00"
    assert (own["PolicyName"], own["AttachmentCount"]) == ("P", 0)
    assert own["PermissionsBoundaryUsageCount"] == 1
    assert load_authorization_details(json.dumps(written)) == PLAIN


def test_documents_of_templates_are_one_object() -> None:
    account: Account = load(export())
    (alice,) = account.users.values()
    own = next(iter(account.policies.values()))

    assert alice.inline_policies["X"] is own.document
