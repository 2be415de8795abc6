"""What the same work costs without us: the floors of PERFORMANCE, by plain means."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks import accounts
from benchmarks.measure import ROUNDS, apart, loop, resident, timed

if TYPE_CHECKING:
    import networkx as nx

PlainEdge = tuple[str, str, str]


class Unit:
    """J: `json.loads` of the quota account's file, in processes before and after the work."""

    def __init__(self, clock: Literal["CPU", "wall"] = "CPU") -> None:
        """Measure the first ones."""
        self._clock = clock
        self._times: list[float] = []
        self._measure()

    def seconds(self) -> float:
        """Measure once more and return the best."""
        self._measure()
        return min(self._times)

    def _measure(self) -> None:
        self._times += apart(json_loads, str(accounts.path("quota")), self._clock)


def json_loads(path: str, clock: str) -> list[float]:
    """Return the times of `json.loads` of a file that was read, in this process."""
    text = Path(path).read_text()
    read = time.perf_counter if clock == "wall" else time.process_time
    return [timed(lambda: json.loads(text), read) for _ in range(ROUNDS)]


def loads_and_graph(path: str) -> dict[str, float]:
    """Read an export and make a bare graph of it: the times, the memory afterwards."""
    import networkx as nx

    kept: list[Any] = []
    loop()
    loads = timed(lambda: kept.append(json.loads(Path(path).read_text())))
    graph = timed(lambda: kept.append(bare_graph(kept[0], nx.MultiDiGraph())))
    return {"loads": loads, "graph": graph, "resident": resident(), "most": resident("VmHWM")}


def bare_graph(export: dict[str, Any], graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Fill a graph with everything that the export says."""
    graph.add_nodes_from(nodes(export))
    graph.add_edges_from(edges(export))
    return graph


def nodes(export: dict[str, Any]) -> Iterator[str]:
    """Yield the ARNs of the entities."""
    for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"):
        yield from (entity["Arn"] for entity in export[name])


def edges(export: dict[str, Any]) -> Iterator[PlainEdge]:
    """Yield the edges, with their kinds as keys."""
    groups = {group["GroupName"]: group["Arn"] for group in export["GroupDetailList"]}
    for name, inline in (
        ("UserDetailList", "UserPolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
    ):
        for entity in export[name]:
            arn = entity["Arn"]
            yield from ((arn, groups[group], "member") for group in entity.get("GroupList", ()))
            yield from (
                (arn, one["PolicyArn"], "attached") for one in entity["AttachedManagedPolicies"]
            )
            yield from (
                (arn, f"{arn}#inline/{one['PolicyName']}", "inline")
                for one in entity.get(inline, ())
            )
            if "PermissionsBoundary" in entity:
                yield arn, entity["PermissionsBoundary"]["PermissionsBoundaryArn"], "boundary"
            yield from (
                (profile["Arn"], arn, "holds") for profile in entity.get("InstanceProfileList", ())
            )
            for principal in _trusted(entity.get("AssumeRolePolicyDocument", {})):
                yield arn, principal, "trusts"


def _trusted(document: dict[str, Any]) -> Iterator[str]:
    for statement in document.get("Statement", ()):
        principal = statement.get("Principal", {})
        named = [principal] if isinstance(principal, str) else principal.values()
        for several in named:
            for one in [several] if isinstance(several, str) else several:
                is_account = one.endswith(":root") and one.startswith("arn:aws:iam::")
                yield one.split(":")[4] if is_account else one
