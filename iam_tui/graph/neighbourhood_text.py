"""A neighbourhood in sentences: the form that is read aloud, copied and searched.

    alice  member of  Developers  which has  DevCore, S3Write (+)
    alice  limited by boundary  DevBoundary
    alice  can assume  BreakGlass  which has  AdministratorAccess (AWS) (A)

A sentence is made of parts, and a part that is a node carries its key, so that a screen can go
there. The text of every part is safe to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from iam_tui.graph.neighbourhood import MARK_WORDS, MARKS, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from iam_tui.graph.neighbourhood import Mark, Neighbourhood, Node, Relation

Way = Literal["forward", "backward"]


class Part(NamedTuple):
    """A piece of a sentence."""

    text: str
    key: str | None = None
    """The node that it names."""


class Sentence(NamedTuple):
    """One sentence."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


class _Verb(NamedTuple):
    """How a kind of relation is said, of the subject and of an object that is told more of."""

    kinds: frozenset[str]
    said: str
    nested: str


_FORWARD = (
    _Verb(frozenset({"member"}), "member of", "which is member of"),
    _Verb(frozenset({"attached", "inline"}), "has", "which has"),
    _Verb(frozenset({"boundary"}), "limited by boundary", "which is limited by boundary"),
    _Verb(frozenset({"becomes"}), "can assume", "which can assume"),
    _Verb(frozenset({"trusts"}), "trusted by", "which is trusted by"),
    _Verb(frozenset({"holds"}), "holds", "which holds"),
    _Verb(frozenset({"controls"}), "controls", "which controls"),
)
_BACKWARD = (
    _Verb(frozenset({"member"}), "has members", "whose members are"),
    _Verb(frozenset({"attached"}), "attached to", "which is attached to"),
    _Verb(frozenset({"inline"}), "inline in", "which is inline in"),
    _Verb(frozenset({"boundary"}), "boundary of", "which is boundary of"),
    _Verb(frozenset({"becomes"}), "can be assumed by", "which can be assumed by"),
    _Verb(frozenset({"trusts"}), "trusts", "which trusts"),
)
_VERBS = {"forward": _FORWARD, "backward": _BACKWARD}


class _Teller:
    """Tells of the relations of one neighbourhood."""

    def __init__(self, found: Neighbourhood) -> None:
        self.nodes = {node.key: node for node in found.nodes}
        self._order = {node.key: index for index, node in enumerate(found.nodes)}
        self._ends: dict[Way, dict[str, list[Relation]]] = {"forward": {}, "backward": {}}
        for relation in found.relations:
            # What a machine or organization holds and controls is told from its own side only.
            self._ends["forward"].setdefault(relation.left, []).append(relation)
            self._ends["backward"].setdefault(relation.right, []).append(relation)

    def tell(self, start: str, way: Way) -> Iterator[Sentence]:
        """Yield what leads on from a node; each node further on is a subject once at the most."""
        told: set[str] = set()
        subjects = [start]
        for subject in subjects:
            if subject in told:
                continue
            told.add(subject)
            for verb, relations in self.clauses(subject, way):
                plain: list[Relation] = []
                for relation in relations:
                    other = _end(relation, way)
                    details = () if other in told else tuple(self.clauses(other, way))
                    if not details:
                        plain.append(relation)
                        continue
                    told.add(other)
                    yield self.sentence(subject, verb.said, [relation], way, details)
                    subjects += [_end(r, way) for _, group in details for r in group]
                if plain:
                    yield self.sentence(subject, verb.said, plain, way)

    def clauses(self, subject: str, way: Way) -> Iterator[tuple[_Verb, list[Relation]]]:
        """Yield what there is to say of a node by verbs."""
        relations = self._ends[way].get(subject, [])
        for verb in _VERBS[way]:
            group = [relation for relation in relations if relation.kind in verb.kinds]
            if group:
                group.sort(key=lambda relation: self._order[_end(relation, way)])
                yield verb, group

    def sentence(
        self,
        subject: str,
        verb: str,
        relations: Iterable[Relation],
        way: Way,
        details: Iterable[tuple[_Verb, list[Relation]]] = (),
    ) -> Sentence:
        """Return one sentence, with what there is to add about its only object."""
        node = self.nodes[subject]
        parts = [Part(node.label, subject), Part(f"  {verb}  ")]
        parts += self._objects(relations, way)
        joint = "  "
        for nested, group in details:
            parts.append(Part(f"{joint}{nested.nested}  "))
            parts += self._objects(group, way)
            joint = "  and  "
        return Sentence(tuple(parts))

    def _objects(self, relations: Iterable[Relation], way: Way) -> Iterator[Part]:
        separator = ""
        for relation in relations:
            node = self.nodes[_end(relation, way)]
            if separator:
                yield Part(separator)
            separator = ", "
            yield Part(node.label, node.key)
            said = [relation.label] if relation.label else []
            change: Mark | None = relation.change or next(
                (mark for mark in node.marks if mark in {"new", "removed"}), None
            )
            said += [MARKS[mark] for mark in node.marks if mark not in {"new", "removed"}]
            said += [MARKS[change]] if change is not None else []
            if said:
                yield Part(f" ({', '.join(said)})")


def _end(relation: Relation, way: Way) -> str:
    return relation.right if way == "forward" else relation.left


def sentences(found: Neighbourhood) -> tuple[Sentence, ...]:
    """Return what a neighbourhood shows as sentences; of a whole account, one node at a time."""
    if found.centre is None:
        return tuple(_of_account(found))
    teller = _Teller(found)
    centre = teller.nodes[found.centre]
    told = [*teller.tell(centre.key, "forward"), *teller.tell(centre.key, "backward")]
    return (*told, *_lacking(centre, teller))


def _of_account(found: Neighbourhood) -> Iterator[Sentence]:
    teller = _Teller(found)
    held = {relation.right for relation in found.relations}
    for node in found.nodes:
        for verb, group in teller.clauses(node.key, "forward"):
            # Whom a role trusts is told by the role.
            if "trusts" not in verb.kinds:
                yield teller.sentence(node.key, verb.said, group, "forward")
        for verb, group in teller.clauses(node.key, "backward"):
            if "trusts" in verb.kinds:
                yield teller.sentence(node.key, verb.said, group, "backward")
        if node.kind == "root" or (node.kind == "policy" and node.key not in held):
            yield from _lacking(node, teller)


def _lacking(node: Node, teller: _Teller) -> Iterator[Sentence]:
    """Yield what is worth saying because there is no relation to say it."""
    verbs = (verb for verb, _ in teller.clauses(node.key, "forward"))
    has = any("trusts" not in verb.kinds for verb in verbs)
    had = any(teller.clauses(node.key, "backward"))
    said: list[str] = []
    if node.kind == "root":
        said.append("can do everything: no identity policy grants or limits it")
    elif node.column is Column.POLICIES:
        said += [] if had else ["attached to  nobody"]
    elif node.kind in {"user", "group", "role"}:
        said += [] if has else ["has  nothing"]
        if node.kind != "user" and not had:
            said.append("has members  none" if node.kind == "group" else "trusts  nobody")
    for text in said:
        yield Sentence((Part(node.label, node.key), Part(f"  {text}")))


def mark_legend(found: Neighbourhood) -> str:
    """Return what the marks of a neighbourhood mean, `A administrator   + new`, or nothing."""
    used = {mark for node in found.nodes for mark in node.marks}
    used |= {relation.change for relation in found.relations if relation.change is not None}
    return "   ".join(f"{MARKS[mark]} {MARK_WORDS[mark]}" for mark in MARKS if mark in used)
