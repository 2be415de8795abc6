"""Statements in the form in which one policy document can hold them, and what denies the rest.

What a layer that limits lets through is a union of statements. Its opposite is a union too, of one
Deny for every way to miss all of them: by the action (NotAction), by the resource (NotResource) or
by a condition (turned around). So a boundary or an SCP becomes Denies of an identity policy.
"""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from iam_tui import catalog
from iam_tui.analysis.as_policy_conditions import Condition, merged, opposite, taken
from iam_tui.analysis.atoms import common, covers, resource_glob
from iam_tui.policy import globs
from iam_tui.policy.actions import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from iam_tui.policy.documents import Document, JsonValue
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement

MOST_TERMS = 64
"""How many Denies one layer may become."""
EVERYTHING = ("*",)


class Clause(NamedTuple):
    """A statement apart from its effect; `None` for an element that it does not have."""

    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        """Whether it is about every resource in every context."""
        return self.resources == EVERYTHING and not self.conditions

    @property
    def is_everything(self) -> bool:
        """Whether it is about every action too."""
        return self.is_everywhere and self.actions == EVERYTHING

    def statement(self, effect: str, sid: str | None = None) -> dict[str, JsonValue]:
        """Return it as a statement of a policy document."""
        made: dict[str, JsonValue] = {} if sid is None else {"Sid": sid}
        made["Effect"] = effect
        for name, values in (
            ("Action", self.actions),
            ("NotAction", self.not_actions),
            ("Resource", self.resources),
            ("NotResource", self.not_resources),
        ):
            if values is not None:
                made[name] = values[0] if len(values) == 1 else [*values]
        if self.conditions:
            made["Condition"] = _block(self.conditions)
        return made


def _block(conditions: Iterable[Condition]) -> dict[str, JsonValue]:
    block: dict[str, dict[str, JsonValue]] = {}
    for condition in conditions:
        values = condition.values
        single: JsonValue = values[0] if len(values) == 1 else [*values]
        block.setdefault(condition.operator, {})[condition.key] = single
    return {operator: {**keys} for operator, keys in block.items()}


def clause_of(statement: Statement) -> Clause | None:
    """Return a statement in the form of one of an identity policy; None: it applies to nothing.

    Short ARNs are written in full, texts that look like variables and are none are escaped, and
    conditions that AWS does not know are left out of a Deny.
    """
    if statement.dead:
        return None
    conditions = taken(statement)
    if conditions is None:
        return None
    active = _has_variables(statement.document)
    resources = _texts(statement.resources, active=active)
    excluded = _texts(statement.not_resources, active=active)
    if not resources and excluded is None:
        return None
    if excluded is not None and ("*" in excluded or resources is not None):
        return None
    return Clause(
        None if statement.actions is None else tuple(one.text for one in statement.actions),
        None if statement.not_actions is None else tuple(one.text for one in statement.not_actions),
        resources,
        # Nothing excluded is everything.
        excluded or None,
        conditions,
    )._replace(resources=EVERYTHING if excluded == () else resources)


def _has_variables(document: Document) -> bool:
    value = document.value
    return isinstance(value, dict) and value.get("Version") == "2012-10-17"


def _texts(patterns: Sequence[ResourcePattern] | None, *, active: bool) -> tuple[str, ...] | None:
    if patterns is None:
        return None
    if any(pattern.is_everything for pattern in patterns):
        return EVERYTHING
    texts = (
        ":".join(pattern.fields) if pattern.fields else pattern.text
        for pattern in patterns
        if pattern.template is not None
    )
    return tuple(dict.fromkeys(text if active else text.replace("${", "${$}{") for text in texts))


# --- what denies the rest ------------------------------------------------------------------------


class Rest(NamedTuple):
    """The Denies that a layer's Allows come to."""

    denies: tuple[Clause, ...]
    is_exact: bool
    """Whether they deny just what the layer does not allow; otherwise they deny more."""


def denied_by(allows: Sequence[Clause], within: Sequence[Clause] | None = None) -> Rest:
    """Return the Denies of everything that none of some Allows is about.

    Args:
        allows: What a layer lets through.
        within: Only what these are about matters where actions have to be named one by one.
    """
    if any(clause.is_everything for clause in allows):
        return Rest((), is_exact=True)
    several = _put_together(allows)
    wide = [clause for clause in several if clause.is_everywhere]
    narrow = [
        clause
        for clause in several
        if not clause.is_everywhere and not any(_acts_within(clause, one) for one in wide)
    ]
    found: list[Clause] = []
    exact = True
    for missed in _cliques(narrow):
        others = [*wide, *(clause for clause in narrow if clause not in missed)]
        for ways in product(*(_ways(clause) for clause in missed)):
            if len(found) >= MOST_TERMS:
                return Rest((_narrowest(wide),), is_exact=False)
            made = _term(others, [way for way in ways if way is not None], within)
            exact = exact and made.is_exact and None not in ways
            found += made.denies
    return Rest(_without_subsets(found), exact)


def _narrowest(wide: Sequence[Clause]) -> Clause:
    """Return a Deny of all that is not allowed without limit."""
    made = _term(wide, [], None).denies
    return made[0] if len(made) == 1 else Clause(actions=EVERYTHING, resources=EVERYTHING)


def _put_together(allows: Sequence[Clause]) -> list[Clause]:
    """Join Allows that differ in their actions only, then those that do in their resources only."""
    by_rest: dict[Clause, list[str]] = {}
    for clause in allows:
        by_rest.setdefault(clause._replace(actions=None), []).extend(clause.actions or ())
    several = [rest._replace(actions=_distinct(joined)) for rest, joined in by_rest.items()]
    by_rest = {}
    for clause in several:
        by_rest.setdefault(clause._replace(resources=None), []).extend(clause.resources or ())
    return [
        rest._replace(resources=EVERYTHING if "*" in joined else _distinct(joined))
        for rest, joined in by_rest.items()
    ]


def _distinct(texts: list[str]) -> tuple[str, ...] | None:
    """Return texts once each; None: there are none, as in a statement with NotAction."""
    return tuple(dict.fromkeys(texts)) or None


def _without_subsets(denies: Sequence[Clause]) -> tuple[Clause, ...]:
    """Leave out the Denies that another one takes in."""
    several = list(dict.fromkeys(denies))
    return tuple(
        one
        for place, one in enumerate(several)
        if not any(
            at != place and _is_part(one, other) and (at < place or not _is_part(other, one))
            for at, other in enumerate(several)
        )
    )


def _is_part(one: Clause, other: Clause) -> bool:
    """Whether whatever a Deny is about another one is about, as far as the texts tell."""
    return (
        _is_within((one.actions, one.not_actions), (other.actions, other.not_actions))
        and _is_within((one.resources, one.not_resources), (other.resources, other.not_resources))
        and set(other.conditions) <= set(one.conditions)
    )


_Texts = tuple[str, ...] | None


def _is_within(one: tuple[_Texts, _Texts], other: tuple[_Texts, _Texts]) -> bool:
    (mine, mine_but), (theirs, theirs_but) = one, other
    if theirs == EVERYTHING:
        return True
    if mine is not None and theirs is not None:
        return set(mine) <= set(theirs)
    return mine_but is not None and theirs_but is not None and set(theirs_but) <= set(mine_but)


def _cliques(narrow: Sequence[Clause]) -> Iterator[tuple[Clause, ...]]:
    """Yield the sets of Allows that one action may meet, the empty one first."""
    for size in range(len(narrow) + 1):
        some = False
        for several in combinations(narrow, size):
            if all(_may_meet(one, other) for one, other in combinations(several, 2)):
                some = True
                yield several
        if not some:
            return


def _may_meet(one: Clause, other: Clause) -> bool:
    if one.actions is None or other.actions is None:
        return True
    return any(_overlap(mine, theirs) for mine in one.actions for theirs in other.actions)


def _overlap(one: str, other: str) -> bool:
    mine, theirs = compile_pattern(one), compile_pattern(other)
    if mine.everything or theirs.everything:
        return True
    return mine.service == theirs.service and globs.overlaps(mine.name, theirs.name)


class _Way(NamedTuple):
    """One way for a request to miss an Allow whose action part takes it in."""

    not_resources: tuple[str, ...] = ()
    resources: tuple[str, ...] | None = None
    conditions: tuple[Condition, ...] = ()


def _acts_within(one: Clause, other: Clause) -> bool:
    """Whether whatever a statement does another one with a list of actions does."""
    if one.actions is None or other.actions is None:
        return False
    return all(any(_has(theirs, mine) for theirs in other.actions) for mine in one.actions)


def _has(wide: str, narrow: str) -> bool:
    """Whether a pattern takes in all actions of another one."""
    theirs, mine = compile_pattern(wide), compile_pattern(narrow)
    if theirs.everything:
        return True
    return (
        theirs.service is not None
        and theirs.service == mine.service
        and globs.covers(theirs.name, mine.name)
    )


def meets(deny: Clause, allow: Clause) -> bool:
    """Whether a Deny may take away something of an Allow."""
    if not _acts_alike(deny, allow):
        return False
    if deny.resources is None or allow.resources is None:
        return True
    return any(_may_overlap(one, other) for one in deny.resources for other in allow.resources)


def _acts_alike(deny: Clause, allow: Clause) -> bool:
    if allow.actions is None:
        return True
    if deny.actions is not None:
        return _may_meet(deny, allow)
    excluded = deny.not_actions or ()
    return not all(any(_has(other, one) for other in excluded) for one in allow.actions)


def _ways(clause: Clause) -> list[_Way | None]:
    """Return the ways to miss an Allow; None for one that no statement can say."""
    found: list[_Way | None] = []
    if clause.not_resources is not None:
        found.append(_Way(resources=clause.not_resources))
    elif clause.resources != EVERYTHING:
        found.append(_Way(not_resources=clause.resources or ()))
    for condition in clause.conditions:
        others = opposite(condition)
        found += [None] if others is None else [_Way(conditions=one) for one in others]
    return found


def _term(others: Sequence[Clause], ways: Sequence[_Way], within: Sequence[Clause] | None) -> Rest:
    """Return the Deny of what misses some Allows by its action and others in the given ways."""
    actions = _missed_actions(others, within)
    resources = _missed_resources(ways)
    conditions = merged([one for way in ways for one in way.conditions])
    if actions is None or not conditions.is_possible:
        return Rest((), is_exact=True)
    made = tuple(
        one._replace(
            actions=actions.actions,
            not_actions=actions.not_actions,
            conditions=conditions.conditions,
        )
        for one in resources.denies
    )
    return Rest(made, resources.is_exact and conditions.is_exact)


def _missed_actions(others: Sequence[Clause], within: Sequence[Clause] | None) -> Clause | None:
    """Return the actions that some Allows are not about; None: there are none."""
    named = tuple(dict.fromkeys(one for clause in others for one in clause.actions or ()))
    excluded = [clause.not_actions for clause in others if clause.not_actions is not None]
    if any(compile_pattern(one).everything for one in named):
        return None
    if not excluded:
        return Clause(not_actions=named) if named else Clause(actions=EVERYTHING)
    if len(excluded) == 1 and not any(
        _overlap(one, other) for one in excluded[0] for other in named
    ):
        return Clause(actions=excluded[0])
    # An action list cannot be cut by another: the actions are named one by one.
    bits = _every(excluded[0])
    for several in excluded[1:]:
        bits = _within(bits, _every(several))
    if within is not None and all(clause.actions is not None for clause in within):
        bits = _within(bits, _every(one for clause in within for one in clause.actions or ()))
    left = tuple(_spelled(bits, _every(named)))
    return Clause(actions=left) if left else None


_Actions = dict[str, int]
"""Service -> bits of its actions."""


def _every(patterns: Iterable[str]) -> _Actions:
    found: _Actions = {}
    for pattern in patterns:
        for service, bits in catalog.match(pattern).items():
            found[service] = found.get(service, 0) | bits
    return found


def _within(one: _Actions, other: _Actions) -> _Actions:
    return {service: bits & other[service] for service, bits in one.items() if service in other}


def _spelled(actions: _Actions, but: _Actions) -> Iterator[str]:
    for service, bits in sorted(actions.items()):
        left = bits & ~but.get(service, 0)
        names = catalog.actions(service)
        if left and left == (1 << len(names)) - 1:
            yield f"{service}:*"
            continue
        for place, name in enumerate(names):
            if left >> place & 1:
                yield f"{service}:{name}"


def _missed_resources(ways: Sequence[_Way]) -> Rest:
    """Return the resource parts of what misses some Allows by its resource."""
    excluded = tuple(dict.fromkeys(text for way in ways for text in way.not_resources))
    wanted = [way.resources for way in ways if way.resources is not None]
    if not wanted:
        whole = Clause(not_resources=excluded) if excluded else Clause(resources=EVERYTHING)
        return Rest((whole,), is_exact=True)
    exact = True
    left = list(wanted[0])
    for several in wanted[1:]:
        kept: list[str] = []
        for one in left:
            for other in several:
                if _takes_in(other, one):
                    kept.append(one)
                elif _takes_in(one, other):
                    kept.append(other)
                elif _may_overlap(one, other):
                    kept.append(one)
                    exact = False
        left = list(dict.fromkeys(kept))
    left = [one for one in left if not any(_takes_in(other, one) for other in excluded)]
    exact = exact and not any(_may_overlap(one, other) for one in left for other in excluded)
    return Rest((Clause(resources=tuple(left)),) if left else (), exact)


def inside(clause: Clause, wholes: Sequence[str]) -> Rest:
    """Return what a clause says inside of some resources; of all of them where it excludes some."""
    if clause.not_resources is not None:
        return Rest((clause._replace(resources=tuple(wholes), not_resources=None),), is_exact=False)
    if clause.resources == EVERYTHING:
        return Rest((clause._replace(resources=tuple(wholes)),), is_exact=True)
    exact = True
    left: list[str] = []
    for text in clause.resources or ():
        if any(_takes_in(whole, text) for whole in wholes):
            left.append(text)
            continue
        covered = [whole for whole in wholes if _takes_in(text, whole)]
        left += covered
        others = (whole for whole in wholes if whole not in covered)
        exact = exact and not any(_may_overlap(text, whole) for whole in others)
    made = clause._replace(resources=tuple(dict.fromkeys(left)))
    return Rest((made,) if left else (), exact)


_VARIABLE = re.compile(r"\$\{[^}]*\}")


def _takes_in(wide: str, narrow: str) -> bool:
    """Whether every resource of a pattern is one of another, whatever its variables stand for."""
    if wide in (narrow, "*"):
        return True
    if _VARIABLE.search(wide):
        return False
    return covers(resource_glob(wide), resource_glob(_VARIABLE.sub("*", narrow)))


def _may_overlap(one: str, other: str) -> bool:
    first, second = (resource_glob(_VARIABLE.sub("*", text)) for text in (one, other))
    return common(first, second) is not None
