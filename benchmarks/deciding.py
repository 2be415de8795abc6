"""compile, decisions, decisions-first: policies to their compiled form, requests to answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks import accounts, naive, workload
from benchmarks.measure import ROUNDS, apart, check, loop, timed
from benchmarks.peers import Peer, iam_simulate
from benchmarks.rows import Row

if TYPE_CHECKING:
    from benchmarks.workload import Asked
    from iam_tui.policy.documents import Document
    from iam_tui.policy.requests import Policies, Request

HOLDERS = 400
"""Principals that are asked about."""
REQUESTS = 5_000
PEER_REQUESTS = 600
AGREEMENT = 0.99


# --- compile -------------------------------------------------------------------------------------


def compile(size: str, _peers: str) -> list[Row]:  # noqa: A001 - the benchmark's name
    """Measure compiling every distinct document, with the masks of the services it names."""
    path = str(accounts.path(size))
    check_masks(path)
    found = [apart(compiled, path) for _ in range(ROUNDS)]
    floor = min(one["floor"] for one in found)
    return [
        Row(what=what, figures=[one[key] for one in found], against=against, floor=floor)
        for against in (f"json.loads of {found[0]['documents']:,.0f} documents",)
        for what, key in (
            ("identity documents, first", "first"),
            ("the same, patterns known", "again"),
        )
    ]


def compiled(path: str) -> dict[str, float]:
    """Compile the documents of an account, then others with the same patterns: the times."""
    from iam_tui import catalog
    from iam_tui.policy.documents import Document

    catalog.action_index()
    first = documents_of(path)
    texts = [document.text for document in first]
    others = [Document.of({**json.loads(text), "Id": "other"}) for text in texts]
    loop()
    return {
        "documents": len(texts),
        "floor": timed(lambda: [json.loads(text) for text in texts]),
        "first": timed(lambda: compile_all(first)),
        "again": timed(lambda: compile_all(others)),
    }


def documents_of(path: str) -> list[Document]:
    """Return the distinct identity documents of an account, uncompiled."""
    from iam_tui import load

    account = load(path)
    found = [policy.document for policy in account.policies.values()]
    for entities in (account.users, account.groups, account.roles):
        for entity in entities.values():
            found += entity.inline_policies.values()
    return list(dict.fromkeys(found))


def compile_all(documents: Iterable[Document]) -> None:
    """Compile documents; one that speaks of every service gets no masks before it is asked."""
    from iam_tui.analysis.masks import masks_of

    for document in documents:
        masks = masks_of(document)
        services = masks.services(allows_only=True)
        for service in services if len(services) < 100 else ():
            masks.of(service)


def check_masks(path: str) -> None:
    """Compare masks with patterns that are matched plainly."""
    from iam_tui import catalog
    from iam_tui.analysis.masks import masks_of

    documents = documents_of(path)
    for document in documents[:: max(1, len(documents) // 25)]:
        masks = masks_of(document)
        several = list(naive.statements([json.loads(document.text)]))
        for service in ("s3", "iam", "dynamodb", "ec2"):
            found = dict(masks.of(service))
            for place, statement in enumerate(several):
                bits = found.get(place, 0)
                for bit, name in enumerate(catalog.actions(service)):
                    expected = naive.covers_action(statement, f"{service}:{name}")
                    check(bool(bits >> bit & 1) is expected, f"{document!r}: {service}:{name}")


# --- decisions -----------------------------------------------------------------------------------


def decisions(size: str, peers: str) -> list[Row]:
    """Measure how many new requests are decided in a second, documents being known."""
    from iam_tui.policy import authorize

    several = workload.sample(size, HOLDERS)
    accounts.export.cache_clear()
    policies = {one.arn: policies_of(one) for one in several}
    rounds = [workload.requests(several, REQUESTS, seed) for seed in range(1, ROUNDS + 1)]
    prepared = [_prepared(asked, policies) for asked in rounds]
    for request, known in prepared[0][: len(several)]:
        authorize(request, known)
    new = [_rate(pairs) for pairs in prepared]
    check_decisions(rounds[0], decide_all(prepared[0]))
    varied = [_prepared(workload.varied(rounds[0], seed), policies) for seed in range(ROUNDS)]
    asked = rounds[0][:PEER_REQUESTS]
    peer = iam_simulate(asked, peers)
    against = compared(peer, asked, decide_all(prepared[0][:PEER_REQUESTS]))
    floor = None if peer is None else max(peer.a_second)
    return [
        Row(what=what, figures=figures, against=against, floor=floor, goal=goal, unit="a second")
        for what, figures, goal in (
            ("new requests, documents known", new, 50),
            ("new ones for actions asked before", [_rate(pairs) for pairs in varied], None),
            ("the same requests again", [_rate(prepared[0]) for _ in range(ROUNDS)], None),
        )
    ]


def _prepared(
    asked: Iterable[Asked], policies: Mapping[str, Policies]
) -> list[tuple[Request, Policies]]:
    return [(request_of(one), policies[one.holder.arn]) for one in asked]


def _rate(pairs: Sequence[tuple[Request, Policies]]) -> float:
    loop()
    return len(pairs) / timed(lambda: decide_all(pairs))


def decisions_first(size: str, peers: str) -> list[Row]:
    """Measure the first decision of each set of policies, compiling included."""
    found = [apart(first_decisions, size) for _ in range(ROUNDS)]
    asked = first_requests(size)
    peer = iam_simulate(asked[:PEER_REQUESTS], peers)
    known = {one.holder.arn: policies_of(one.holder) for one in asked}
    pairs = [(request_of(one), known[one.holder.arn]) for one in asked]
    answers = decide_all(pairs)
    check_decisions(asked, answers)
    return [
        Row(
            what=f"one request of each of {len(asked):,} principals",
            figures=[len(asked) / seconds for seconds in found],
            against=compared(peer, asked[:PEER_REQUESTS], answers[:PEER_REQUESTS]),
            floor=None if peer is None else max(peer.a_second),
            goal=1,
            unit="a second",
        )
    ]


def first_decisions(size: str) -> float:
    """Return the time of the first decision for each of many principals, in this process."""
    asked = first_requests(size)
    from iam_tui import catalog
    from iam_tui.policy.decision import authorize

    catalog.action_index()
    texts = [
        ([json.dumps(document) for document in one.holder.identity],
         None if one.holder.boundary is None else json.dumps(one.holder.boundary))
        for one in asked
    ]  # fmt: skip
    requests = [request_of(one) for one in asked]
    accounts.export.cache_clear()
    from iam_tui.policy.requests import Policies

    def decide() -> None:
        for request, (identity, boundary) in zip(requests, texts, strict=True):
            authorize(request, Policies(identity=identity, permissions_boundary=boundary))

    loop()
    return timed(decide)


def first_requests(size: str) -> list[Asked]:
    """Return one request for each of many principals with different policies."""
    several = {repr((one.identity, one.boundary)): one for one in workload.sample(size, 4000)}
    return [workload.requests([one], 1, seed)[0] for seed, one in enumerate(several.values())]


def policies_of(holder: naive.Holder) -> Policies:
    """Return the policies of a principal."""
    from iam_tui.policy import Policies

    return Policies(identity=holder.identity, permissions_boundary=holder.boundary)


def request_of(asked: Asked) -> Request:
    """Return a request as our own value."""
    from iam_tui.policy import Request

    return Request(asked.holder.arn, asked.action, asked.resource, "111122223333", asked.context)


def decide_all(pairs: Iterable[tuple[Request, Policies]]) -> list[str]:
    """Return the decisions."""
    from iam_tui.policy import authorize

    return [authorize(request, policies).decision.value for request, policies in pairs]


# --- right answers -------------------------------------------------------------------------------


def check_decisions(asked: Sequence[Asked], answers: Sequence[str]) -> None:
    """Compare decisions with the second opinion, where it has one."""
    sure = 0
    for one, answer in zip(asked, answers, strict=True):
        expected = naive.decide(one.holder, one.action, one.resource)
        if expected is not None and expected != answer:
            said = f"{one.holder.arn} {one.action} {one.resource}: {answer}, not {expected}"
            check(holds=False, said=said)
        sure += expected is not None
    check(sure > len(asked) // 4, f"only {sure} of {len(asked)} decisions could be checked")
    check(len(set(answers)) > 1, "all decisions are the same")


def compared(peer: Peer | None, asked: Sequence[Asked], answers: Sequence[str]) -> str:
    """Return the name of a peer with how far it agrees, which must be far enough."""
    if peer is None:
        return "not compared: iam-simulate is not there (--peers)"
    both = [
        (one, ours, theirs)
        for one, ours, theirs in zip(asked, answers, peer.decisions, strict=True)
        if theirs is not None
    ]
    other = [(one, ours, theirs) for one, ours, theirs in both if ours != theirs]
    share = 1 - len(other) / len(both)
    first = [f"{o.holder.arn} {o.action} {o.resource}: {a}, {b}" for o, a, b in other[:3]]
    check(share >= AGREEMENT, f"{peer.name} agrees on {share:.1%} only: {'; '.join(first)}")
    return f"{peer.name}, which agrees on {share:.1%} of {len(both)}"
