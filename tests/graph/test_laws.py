"""What holds for the graph of every account, whatever is done to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.account import Account
from iam_tui.account.layers import Layers, layers
from iam_tui.graph import IdentityGraph
from tests.strategies import accounts, histories

Content = tuple[dict[str, dict[str, str]], set[tuple[str, str, str]]]


def content(graph: IdentityGraph) -> Content:
    nodes = {key: dict(attributes) for key, attributes in graph.graph.nodes(data=True)}
    return nodes, set(graph.graph.edges(keys=True))


def principals(account: Account) -> list[str]:
    return [account.root_user.arn, *account.users, *account.groups, *account.roles]


def all_layers(account: Account) -> dict[str, Layers]:
    return {principal: layers(account, principal) for principal in principals(account)}


def check_step(graph: IdentityGraph, after: Account) -> None:
    """Update a graph and compare it with one that is made anew."""
    before = graph.account
    former = content(graph)
    difference = graph.update(after)
    nodes, edges = content(graph)
    assert graph.account is after
    assert (nodes, edges) == content(IdentityGraph(after))
    assert difference.added_nodes == nodes.keys() - former[0].keys()
    assert difference.removed_nodes == former[0].keys() - nodes.keys()
    assert difference.added_edges == edges - former[1]
    assert difference.removed_edges == former[1] - edges
    changed = all_layers(before).items() ^ all_layers(after).items()
    assert {principal for principal, _ in changed} <= difference.principals


@given(st.data())
def test_an_updated_graph_equals_one_made_anew_through_edits_and_undo(data: st.DataObject) -> None:
    history = data.draw(histories(data.draw(accounts())))
    graph = IdentityGraph(history[0])
    first = content(graph)
    for after in history[1:]:
        check_step(graph, after)
    for former in reversed(history[:-1]):
        check_step(graph, former)
    assert content(graph) == first


@given(accounts(), accounts())
def test_a_graph_can_be_brought_in_step_with_any_account(before: Account, after: Account) -> None:
    check_step(IdentityGraph(before), after)


@given(accounts(), accounts())
def test_and_with_one_whose_parts_do_not_fit_together(before: Account, after: Account) -> None:
    check_step(IdentityGraph(before), before.with_(groups=after.groups, policies=after.policies))


@given(accounts())
def test_an_account_without_changes_changes_nothing(account: Account) -> None:
    difference = IdentityGraph(account).update(account.with_())
    assert not difference


@given(accounts())
def test_graph_and_layers_agree_on_who_has_which_policy_and_how(account: Account) -> None:
    graph = IdentityGraph(account)
    by_layers = set()
    for principal, found in all_layers(account).items():
        by_layers |= {(principal, item.path) for item in found.identity}
        by_layers |= {(principal, item.path) for item in found.unknown}
        if found.boundary is not None:
            by_layers.add((principal, found.boundary.path))
    by_graph = set()
    for key, attributes in graph.graph.nodes(data=True):
        if attributes["kind"] in {"policy", "inline-policy"}:
            by_graph |= {(use.principal, use.path) for use in graph.used_by(key)}
    assert by_graph == by_layers


@given(accounts())
def test_every_edge_is_seen_from_both_of_its_ends(account: Account) -> None:
    graph = IdentityGraph(account)
    all_neighbours = [
        (key, *neighbour) for key in graph.graph for neighbour in graph.neighbours(key)
    ]
    out = {(key, other, kind) for key, kind, way, other in all_neighbours if way == "out"}
    into = {(other, key, kind) for key, kind, way, other in all_neighbours if way == "in"}
    assert out == into == content(graph)[1]


@given(accounts())
def test_members_are_those_that_the_account_names(account: Account) -> None:
    graph = IdentityGraph(account)
    for arn, members in account.members.items():
        assert set(graph.members(arn)) == set(members)
