"""load-json, load-toml, graph: from a file to an account, a graph and a first panel."""

from __future__ import annotations

import tempfile
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import accounts, floors
from benchmarks.measure import ROUNDS, apart, check, in_turns, loop, resident, timed
from benchmarks.rows import Row

if TYPE_CHECKING:
    from iam_tui import Account

LISTS = {
    "users": ("UserDetailList", "UserPolicyList"),
    "groups": ("GroupDetailList", "GroupPolicyList"),
    "roles": ("RoleDetailList", "RolePolicyList"),
}


def opened(path: str) -> dict[str, float]:
    """Open an account as the screen does, with its first panel: the times, the memory after."""
    from iam_tui.workspace import Workspace

    import_all()
    kept: list[Workspace] = []
    loop()
    account = timed(lambda: kept.append(Workspace.open(path)))
    workspace = kept[0]
    graph = timed(lambda: workspace.graph)
    panel = timed(lambda: workspace.effective("root").services)
    return {
        "account": account,
        "graph": graph,
        "panel": panel,
        "resident": resident(),
        "most": resident("VmHWM"),
    }


def import_all() -> None:
    """Import what opening an account would import late; the floors have theirs imported too."""
    for name in ("formats.authorization_details", "graph.identity_graph", "analysis.effective"):
        import_module(f"iam_tui.{name}")


def load_json(size: str, _peers: str) -> list[Row]:
    """Measure an export: the account, with its graph, with the first panel."""
    from iam_tui import load

    path = str(accounts.path(size))
    check_account(load(path), accounts.export(size))
    unit = floors.Unit()
    floor, warm, cold = [], [], []
    apart(opened, path)
    for _ in range(ROUNDS):
        floor.append(apart(floors.loads_and_graph, path))
        warm.append(apart(opened, path))
        with tempfile.TemporaryDirectory() as empty:
            cold.append(apart(opened, path, cache=Path(empty)))
    loads = min(one["loads"] for one in floor)
    both = min(one["loads"] + one["graph"] for one in floor)
    is_quota, is_small = size == "quota", size == "small"
    limit = 2.5 * both + 1.7 * unit.seconds()
    panels = [_total(one, "account", "graph", "panel") for one in cold]
    return [
        Row(
            what="account",
            figures=[one["account"] for one in warm],
            against="json.loads",
            floor=loads,
        ),
        Row(
            what="account, graph",
            figures=[_total(one, "account", "graph") for one in warm],
            against="json.loads and a bare graph",
            floor=both,
            goal=1.5 if is_quota else None,
        ),
        Row(
            what="account, graph, first panel",
            figures=[_total(one, "account", "graph", "panel") for one in warm],
            against="json.loads and a bare graph",
            floor=both,
            goal=2.5 if is_quota else None,
        ),
        Row(
            what="the same, catalogue not cached yet",
            figures=panels,
            against="(2.5 x json.loads and a bare graph + 1.7 J)" if is_small else "the same",
            floor=limit if is_small else both,
            goal=1 if is_small else None,
        ),
    ]


def _total(times: dict[str, float], *names: str) -> float:
    return sum(times[name] for name in names)


def load_toml(size: str, _peers: str) -> list[Row]:
    """Measure an account file."""
    path = accounts.path(size, "toml")
    text = path.read_text()
    check_account_file(str(path), tomllib.loads(text))
    floor, ours = [], []
    for _ in range(ROUNDS):
        found = apart(toml_loads, str(path))
        floor.append(found["floor"])
        ours.append(found["ours"])
    return [
        Row(
            what="account",
            figures=ours,
            against="tomllib.loads",
            floor=min(floor),
            goal=2 if size == "quota" else None,
        )
    ]


def toml_loads(path: str) -> dict[str, float]:
    """Read an account file by `tomllib` and by us."""
    from iam_tui import load

    file = Path(path)
    load("startup")
    loop()
    floor = timed(lambda: tomllib.loads(file.read_text()))
    return {"floor": floor, "ours": timed(lambda: load(path))}


def graph(size: str, _peers: str) -> list[Row]:
    """Measure the graph alone, and taking in one edit."""
    import networkx as nx

    from benchmarks.surface import attach_policy
    from iam_tui import load
    from iam_tui.graph import IdentityGraph

    export = accounts.export(size)
    account = load(str(accounts.path(size)))
    built = IdentityGraph(account)
    wanted = set(floors.edges(export))
    check({edge for edge in built.graph.edges(keys=True) if edge[2] != "controls"} == wanted,
          "the graph has other edges than the export")  # fmt: skip
    group = max(account.members, key=lambda arn: len(account.members[arn]))
    policy = next(arn for arn in account.policies if arn not in account.groups[group].policies)
    changed = attach_policy(account, group, policy)
    reached = built.update(changed).principals
    check(reached == {group, *account.members[group]}, "an edit reaches others than its members")
    check(set(IdentityGraph(changed).graph.edges(keys=True)) == set(built.graph.edges(keys=True)),
          "the graph that took in an edit differs from a new one")  # fmt: skip
    built.update(account)

    def there_and_back() -> None:
        built.update(changed)
        built.update(account)

    bare, whole, edit = in_turns(
        lambda: floors.bare_graph(export, nx.MultiDiGraph()),
        lambda: IdentityGraph(account),
        there_and_back,
    )
    return [
        Row(what="build", figures=whole, against="a bare graph", floor=min(bare)),
        Row(
            what="take in an edit of everybody and its undo",
            figures=edit,
            against="a bare graph",
            floor=min(bare),
        ),
    ]


# --- right answers -------------------------------------------------------------------------------


def check_account(account: Account, export: dict[str, Any]) -> None:
    """Compare an account with the plain JSON that it came from."""
    for field, (name, inline) in LISTS.items():
        entities = getattr(account, field)
        check(len(entities) == len(export[name]), f"{field}: another number than in the export")
        for raw in export[name]:
            entity = entities[raw["Arn"]]
            attached = [one["PolicyArn"] for one in raw["AttachedManagedPolicies"]]
            check(list(entity.policies) == attached, f"{entity.arn}: other policies")
            documents = {one["PolicyName"]: one["PolicyDocument"] for one in raw.get(inline, ())}
            found = {name: document.value for name, document in entity.inline_policies.items()}
            check(found == documents, f"{entity.arn}: other inline policies")
            if field == "users":
                check(list(entity.groups) == raw["GroupList"], f"{entity.arn}: other groups")
            if field == "roles":
                trust = entity.trust_policy.value
                check(trust == raw["AssumeRolePolicyDocument"], f"{entity.arn}: another trust")
    for raw in export["Policies"]:
        default = next(one for one in raw["PolicyVersionList"] if one["IsDefaultVersion"])
        document = account.policies[raw["Arn"]].document
        check(document.value == default["Document"], f"{raw['Arn']}: another document")


def check_account_file(path: str, plain: dict[str, Any]) -> None:
    """Compare an account with the plain TOML that it came from."""
    from iam_tui import load

    account = load(path)
    for field in ("users", "groups", "roles", "policies"):
        entities = {entity.name: entity for entity in getattr(account, field).values()}
        check(len(entities) == len(plain[field]), f"{field}: another number than in the file")
        for raw in plain[field]:
            entity = entities[raw["name"]]
            if field == "policies":
                check(entity.document.value == raw["document"], f"{entity.arn}: other document")
                continue
            names = [arn.rsplit("/", 1)[1] for arn in entity.policies]
            check(names == raw.get("policies", []), f"{entity.arn}: other policies")
            found = {name: document.value for name, document in entity.inline_policies.items()}
            check(found == raw.get("inline_policies", {}), f"{entity.arn}: other inline policies")
            if field == "users":
                groups = raw.get("groups", [])
                check(list(entity.groups) == groups, f"{entity.arn}: other groups")
