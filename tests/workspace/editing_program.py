"""A program that edits an account without end, saying what it has confirmed; made to be killed.

`python -m tests.workspace.editing_program ACCOUNT SEED` prints a line for each step that is done,
with a digest of the account as it is then. The same seed makes the same steps.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from iam_tui.account import Account
from iam_tui.account.edits import AddMember, AttachPolicy, DetachPolicy, Edit, RemoveMember
from iam_tui.formats import dumps_toml
from iam_tui.workspace import Workspace


def digest(account: Account) -> str:
    """What tells one account from another."""
    return hashlib.sha256(dumps_toml(account).encode()).hexdigest()


def walk(workspace: Workspace, seed: int) -> Iterator[None]:
    """Do one random step after the other, each of which changes something or saves."""
    chance = random.Random(seed)
    while True:
        what = chance.choice(("apply", "apply", "apply", "undo", "redo", "save"))
        if what == "save" and chance.random() < 0.5:
            workspace.save(overwrite=True)
        elif what == "undo":
            workspace.undo()
        elif what == "redo":
            workspace.redo()
        else:
            workspace.apply(chance.choice(possible(workspace.account)))
        yield


def possible(account: Account) -> list[Edit]:
    """Every edit that changes something, in a fixed order."""
    found: list[Edit] = []
    for user, group in product(account.users.values(), account.groups.values()):
        kind = RemoveMember if group.name in user.groups else AddMember
        found.append(kind(group=group.name, user=user.name))
    for user, policy in product(account.users.values(), account.policies.values()):
        change = DetachPolicy if policy.arn in user.policies else AttachPolicy
        found.append(change(entity=f"user/{user.name}", policy=policy.name))
    return found


def main(path: str, seed: str) -> None:
    """Edit until killed."""
    workspace = Workspace.open(Path(path), journal=True)
    for _ in walk(workspace, int(seed)):
        sys.stdout.write(f"{digest(workspace.account)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
