"""Whose an identifier is that a log or an alarm names."""

from __future__ import annotations

import pytest

from iam_tui.account import Account
from iam_tui.account.lookup import is_identifier, owner_of_identifier
from iam_tui.formats.toml_in import load_toml

TEXT = """\
format = 1
[account]
id = "111122223333"
[account.known_accounts]
444455556666 = "Backup"

[[users]]
name = "alice"
path = "/people/"
id = "AIDAEXAMPLEALICE0001"
[[users.access_keys]]
id = "AKIAIOSFODNN7EXAMPLE"
status = "Inactive"

[[groups]]
name = "Admins"
id = "AGPAEXAMPLEADMINS001"

[[roles]]
name = "Deploy"
path = "/ci/"
id = "AROAEXAMPLEDEPLOY001"
instance_profiles = ["Runner"]

[[policies]]
name = "Reports"
id = "ANPAEXAMPLEREPORTS01"
[policies.document]
Version = "2012-10-17"
Statement = []
"""
USER = "arn:aws:iam::111122223333:user/people/alice"
ROLE = "arn:aws:iam::111122223333:role/ci/Deploy"


@pytest.fixture(scope="module")
def account() -> Account:
    return load_toml(TEXT)


@pytest.mark.parametrize(
    ("text", "arn"),
    [
        (USER, USER),
        ("arn:aws:iam::111122223333:user/alice", USER),
        ("arn:aws:sts::111122223333:assumed-role/Deploy/build-7", ROLE),
        ("arn:aws:sts::111122223333:federated-user/alice", USER),
        ("arn:aws:iam::111122223333:instance-profile/Runner", ROLE),
        ("AKIAIOSFODNN7EXAMPLE", USER),
        ("AIDAEXAMPLEALICE0001", USER),
        ("AROAEXAMPLEDEPLOY001", ROLE),
        ("AROAEXAMPLEDEPLOY001:build-7", ROLE),
        ("AGPAEXAMPLEADMINS001", "arn:aws:iam::111122223333:group/Admins"),
        ("ANPAEXAMPLEREPORTS01", "arn:aws:iam::111122223333:policy/Reports"),
        ("111122223333", "arn:aws:iam::111122223333:root"),
        ("arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:root"),
    ],
)
def test_an_identifier_leads_to_its_owner(account: Account, text: str, arn: str) -> None:
    assert is_identifier(text)
    assert owner_of_identifier(account, text).arn == arn


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASIAIOSFODNN7EXAMPLE", "temporary, of STS, and no file has it: in CloudTrail"),
        ("AKIAIOSFODNN7NOBODYS", "no user of this file has the access key"),
        ("AIDAEXAMPLENOBODY001", "no user of this file has the id"),
        ("arn:aws:sts::111122223333:assumed-role/Gone/x", "no role Gone in this file"),
        ("arn:aws:sts::111122223333:federated-user/bob", "GetFederationToken"),
        ("arn:aws:iam::444455556666:role/X", "444455556666 is another account, Backup"),
        ("arn:aws:iam::111122223333:user/bob", "no user bob in this file"),
        ("arn:aws:s3:::reports", ":grep arn:aws:s3:::reports"),
        ("arn:aws", "no whole ARN"),
        ("999999999999", "another account"),
    ],
)
def test_one_that_leads_nowhere_says_why(account: Account, text: str, said: str) -> None:
    assert is_identifier(text)
    found = owner_of_identifier(account, text)
    assert found.arn is None
    assert said in found.note


def test_how_it_leads_there_is_said(account: Account) -> None:
    assert owner_of_identifier(account, "AKIAIOSFODNN7EXAMPLE").note == (
        "access key AKIAIOSFODNN7EXAMPLE of alice, inactive"
    )
    session = owner_of_identifier(account, "AROAEXAMPLEDEPLOY001:build-7")
    assert session.note == "session build-7 of role Deploy"


@pytest.mark.parametrize("text", ["alice", "user", "AKIA", "12345", "s3:GetObject", "AIDAlice"])
def test_names_are_no_identifiers(text: str) -> None:
    assert not is_identifier(text)
