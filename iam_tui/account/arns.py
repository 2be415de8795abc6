"""Amazon Resource Names: taking them apart and putting them together.

The form is `arn:partition:service:region:account:resource`; only the first five colons split
(IAM User Guide: "IAM ARNs").
"""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """The six fields of an ARN."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn | None:
        """Return the fields, or None when the text is no ARN."""
        fields = text.split(":", 5)
        if len(fields) != 6 or fields[0] != "arn":
            return None
        return cls(*fields[1:])

    def __str__(self) -> str:
        return ":".join(("arn", *self))


def iam_arn(account: str, kind: str, name: str, *, path: str = "/", partition: str = "aws") -> str:
    """Return the ARN of an IAM entity, its path included.

    Args:
        account: The 12 digits, or `aws` for a policy that AWS manages.
        kind: `user`, `group`, `role`, `policy`, `instance-profile`, ...
        name: The friendly name.
        path: Begins and ends with a slash.
        partition: `aws`, `aws-cn` or `aws-us-gov`.
    """
    return f"arn:{partition}:iam::{account}:{kind}{path}{name}"


def root_arn(account: str, *, partition: str = "aws") -> str:
    """Return the ARN of an account's root user."""
    return f"arn:{partition}:iam::{account}:root"


def friendly_name(arn: str) -> str:
    """Return the last segment of an ARN: the name without its path."""
    return arn.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def path_of(arn: str) -> str:
    """Return the path of an IAM entity's ARN, `/` when it has none."""
    _, _, rest = arn.rsplit(":", 1)[-1].partition("/")
    head, slash, _ = rest.rpartition("/")
    return f"/{head}{slash}" if head else "/"


def is_aws_managed(arn: str) -> bool:
    """Tell a policy that AWS manages (`arn:aws:iam::aws:policy/...`) from one of the account."""
    return ":iam::aws:policy/" in arn


INLINE = "#inline/"
"""What stands between the owner's ARN and the name in the key of an inline policy."""


def inline_key(owner: str, name: str) -> str:
    """Return the key by which an inline policy is known in graphs and provenance paths."""
    return f"{owner}{INLINE}{name}"


def split_inline_key(key: str) -> tuple[str, str] | None:
    """Return the owner's ARN and the policy's name, or None when it is no inline policy's key."""
    owner, mark, name = key.partition(INLINE)
    return (owner, name) if mark else None


def statement_key(policy: str, index: int) -> str:
    """Return the name of a statement: `POLICY_KEY[INDEX]`."""
    return f"{policy}[{index}]"
