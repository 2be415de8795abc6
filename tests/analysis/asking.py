"""Small accounts to ask why of, written as account files are."""

from __future__ import annotations

import json
from typing import Any

from iam_tui import load
from iam_tui.account import Account

ID = "111122223333"
USER = f"arn:aws:iam::{ID}:user"
ROLE = f"arn:aws:iam::{ID}:role"
REPORT = "arn:aws:s3:::reports/2026/q1.csv"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def trust(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def account(**parts: Any) -> Account:
    """An account of tables as in the account file; documents may be mappings."""
    return load({"format": 1, "account": {"id": ID}, **json.loads(json.dumps(parts))})


def policy(name: str, *statements: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "document": document(*statements)}
