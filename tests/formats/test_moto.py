"""An export that the real AWS CLI wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from iam_tui import load, save

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")

ALLOW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Say", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def test_an_export_of_the_aws_cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_CONFIG_FILE", str(tmp_path / "none")),
        ("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none")),
    ):
        monkeypatch.setenv(name, value)
    moto = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    try:
        host, port = moto.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        fill(boto3.client("iam"))
        exported = tmp_path / "export.json"
        exported.write_bytes(aws_iam("get-account-authorization-details"))
    finally:
        moto.stop()

    account = load(exported)

    (alice,) = account.users.values()
    (deploy,) = account.roles.values()
    assert account.id == "123456789012"
    assert alice.groups == ("Developers",)
    assert alice.inline_policies["Say it"].text == json.dumps(
        json.loads(ALLOW), separators=(",", ":")
    )
    assert alice.tags == {"team": "payments"}
    assert deploy.trust_policy is not None
    assert deploy.permissions_boundary == "arn:aws:iam::123456789012:policy/team/S3"
    assert [profile.name for profile in deploy.instance_profiles] == ["Deploy"]
    policy = account.policies["arn:aws:iam::123456789012:policy/team/S3"]
    assert (policy.name, policy.path, len(policy.versions)) == ("S3", "/team/", 2)
    saved = tmp_path / "acme.toml"
    save(account, saved)
    assert load(saved) == account


def aws_iam(command: str) -> bytes:
    program = Path(sys.executable).with_name("aws")
    if not program.exists():
        pytest.skip("the AWS CLI is not installed")
    return subprocess.run(
        [program, "iam", command], check=True, capture_output=True, env=dict(os.environ)
    ).stdout


def fill(iam: object) -> None:
    """Create one of everything that such an export holds."""
    call = iam.__getattribute__
    call("create_group")(GroupName="Developers")
    call("create_user")(UserName="alice", Tags=[{"Key": "team", "Value": "payments"}])
    call("add_user_to_group")(GroupName="Developers", UserName="alice")
    call("put_user_policy")(UserName="alice", PolicyName="Say it", PolicyDocument=ALLOW)
    policy = call("create_policy")(PolicyName="S3", Path="/team/", PolicyDocument=ALLOW)
    arn = policy["Policy"]["Arn"]
    call("create_policy_version")(PolicyArn=arn, PolicyDocument=ALLOW.replace("s3", "ec2"))
    call("attach_group_policy")(GroupName="Developers", PolicyArn=arn)
    call("create_role")(RoleName="Deploy", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=arn)
    call("create_instance_profile")(InstanceProfileName="Deploy")
    call("add_role_to_instance_profile")(InstanceProfileName="Deploy", RoleName="Deploy")
