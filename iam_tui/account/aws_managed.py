"""Policies that AWS manages, as entities of the account that refers to them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from iam_tui.account.entities import Policy, PolicyVersion
from iam_tui.catalog.managed_policies import managed_policy
from iam_tui.policy.documents import Document


@lru_cache(maxsize=4096)
def aws_managed_policy(arn: str) -> Policy | None:
    """Return an AWS managed policy as the catalogue has it, or None when it is not known there."""
    known = managed_policy(arn)
    if known is None:
        return None
    document = Document.of(known.text)
    return Policy(
        arn=arn,
        name=known.name,
        path=known.path,
        created=_instant(known.created),
        updated=_instant(known.updated),
        versions=(PolicyVersion(id=known.version_id, document=document),),
        default_version=known.version_id,
    )


def _instant(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
