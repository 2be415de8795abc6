"""Whether a group of actions is allowed at all, and on everything, as far as that is plain to see.

For counting what a change comes to it is often enough to know that an action is allowed now and
was not, or is allowed on everything and was not: on what exactly, and under which conditions, need
not be worked out. What is said here is certain; where it is not plain, nothing is said.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.analysis.answers import KEY_POLICY, witness_of
from iam_tui.analysis.atoms import EVERYTHING, covers, text_of
from iam_tui.analysis.plain import IDENTITY_SLOT, is_own, is_plain
from iam_tui.analysis.reading import reads, reads_caller_account
from iam_tui.policy import globs
from iam_tui.policy.special import LIST_RESOURCES, TRUST_ACTIONS, UNSIGNED_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from iam_tui.analysis.grouping import Grouping, Part
    from iam_tui.analysis.probing import Prober
    from iam_tui.policy.globs import Glob
    from iam_tui.policy.resources import ResourcePattern
    from iam_tui.policy.statements import Statement

Given = tuple[object, ...]
"""What an answer permits: status, resources, exceptions and conditions."""
_UNSURE = ("?",)
_GUARDED = ("aws-reserved", "aws-service-role", "alias/aws")
"""Roles and aliases that AWS refuses to change whatever policies say (E55)."""


class Group(NamedTuple):
    """Actions of a service that the same statements cover before, and the same after."""

    service: str
    action: str
    """One of them."""
    is_bare: bool
    """Whether they have no resource type (A8)."""
    before: tuple[Part, ...]
    after: tuple[Part, ...]


class Outlook(NamedTuple):
    """What is plain about a group of actions; None: it is not plain."""

    allowed: bool | None
    """Whether they can be done at all."""
    everything: bool | None
    """Whether on what no pattern names too."""


_NOTHING = Outlook(allowed=False, everything=False)
_UNKNOWN = Outlook(allowed=None, everything=None)


class Asking:
    """One principal in one account."""

    def __init__(
        self,
        grouping: Grouping,
        known: dict[Hashable, Given | None],
        trust_keys: tuple[str, ...] = (),
    ) -> None:
        """Take a principal.

        Args:
            grouping: Whose answers are asked for; no policy of a resource may have a say.
            known: What was found out about others; equal statements have equal answers.
            trust_keys: Keys of principals that the trust policies of roles read.
        """
        self.grouping = grouping
        self.prober: Prober = grouping.prober
        self._known, self._trust_keys = known, trust_keys

    # --- in full -------------------------------------------------------------------------

    def given(self, group: Group, parts: tuple[Part, ...]) -> Given | None:
        """Return what a group of actions permits; None: nothing."""
        if not any(slot == IDENTITY_SLOT and not s.deny for slot, s in parts):
            return None
        settled = self._settled(group, parts)
        if settled is not None:
            return settled
        key = self.grouping.content_key(group.service, group.action, parts)
        if group.action.lower() in TRUST_ACTIONS:
            values = self.prober.own_context.values
            key = (key, tuple([values.get(name) for name in self._trust_keys]))
        if key not in self._known:
            found = self.grouping.answer(group.service, group.action, parts)
            self._known[key] = found[:4] if found is not None and found.is_allowed else None
        return self._known[key]

    def _settled(self, group: Group, parts: tuple[Part, ...]) -> Given | None:
        """Return what is permitted where statements that take everything settle it.

        The others add nothing when they ask for no other keys than these do, nor take conditions
        away from parts that others name.
        """
        if group.service in ("sts", "ebs") or group.action.lower() in LIST_RESOURCES:
            return None
        found = _Keys(self.grouping.limits)
        for slot, statement in parts:
            is_rcp = slot in self.grouping.rcp_slots
            keys = () if is_rcp else self._keys(group, statement)
            if keys == _UNSURE or (is_rcp and statement.deny):
                return None
            if keys is None or is_rcp or (group.is_bare and _is_narrow_allow(slot, statement)):
                continue
            if _is_narrow_allow(slot, statement) and not self._is_simple(group, statement):
                return None
            if not found.take(slot, statement, keys):
                return None
        return found.given(group)

    def _is_simple(self, group: Group, statement: Statement) -> bool:
        """Whether patterns of a statement take in what nobody else has a say about."""
        account = self.prober.account
        if not is_plain(statement, account.id, account.partition):
            return False
        texts = [pattern.text for pattern in statement.resources or ()]
        if group.service == "kms":
            return all(":key/" in text for text in texts)
        return group.service != "iam" or not any(w in t for t in texts for w in _GUARDED)

    def patterns(self, group: Group, parts: tuple[Part, ...]) -> tuple[set[Glob], set[Glob]] | None:
        """Return the patterns that are surely allowed, and all that may be; None: not plain.

        Only where no Deny is about some resources and not others.
        """
        sure: set[Glob] = set()
        found: set[Glob] = set()
        for slot, statement in parts:
            keys = self._keys(group, statement)
            if keys is None or (slot != IDENTITY_SLOT and not statement.deny):
                continue
            if statement.deny:
                if keys in ((), _UNSURE):
                    return None
                continue
            globs_ = [
                pattern.resolve(self.prober.own_context) for pattern in statement.resources or ()
            ]
            if statement.everywhere or statement.not_resources is not None or None in globs_:
                return None
            mine = {glob for glob in globs_ if glob is not None}
            found |= mine
            if keys != _UNSURE and self._is_simple(group, statement):
                sure |= mine
        if group.service == "sts":
            sure = {glob for glob in sure if not all(isinstance(piece, str) for piece in glob)}
        return sure, found

    # --- at a glance ---------------------------------------------------------------------

    def outlook(self, group: Group, parts: tuple[Part, ...]) -> Outlook:
        """Return what is plain about a group of actions."""
        grouping = self.grouping
        allows: list[Statement] = []
        denies: list[Statement] = []
        ceilings: dict[int, list[Statement]] = {slot: [] for slot in grouping.limits}
        for slot, statement in parts:
            if statement.deny:
                denies.append(statement)
            elif slot == IDENTITY_SLOT:
                allows.append(statement)
            elif slot in ceilings:
                ceilings[slot].append(statement)
        if not allows:
            return _NOTHING
        folded = group.action.lower()
        if folded in UNSIGNED_ACTIONS:
            return _NOTHING
        if (group.service == "sts" and folded not in TRUST_ACTIONS) or (
            grouping.rcp_slots and any(s.deny and slot in grouping.rcp_slots for slot, s in parts)
        ):
            return _UNKNOWN
        if not all(ceilings.values()) or any(s.everywhere and not s.conditions for s in denies):
            return _NOTHING
        if self._is_special(group):
            return _UNKNOWN
        if not all(self._may_be_open(group, several) for several in ceilings.values()):
            return _UNKNOWN
        return self._judged(group, allows, denies)

    def _may_be_open(self, group: Group, ceiling: Iterable[Statement]) -> bool:
        """Whether a layer allows whatever is asked, under conditions at most."""
        return any(
            statement.everywhere
            and (not statement.conditions or self._keys(group, statement) not in (None, _UNSURE))
            for statement in ceiling
        )

    def _is_special(self, group: Group) -> bool:
        return group.service == "ebs" or (
            not group.is_bare and group.action.lower() in LIST_RESOURCES
        )

    def _judged(
        self, group: Group, allows: Sequence[Statement], denies: Sequence[Statement]
    ) -> Outlook:
        witness = EVERYTHING if group.is_bare else witness_of(self.prober, group.action, EVERYTHING)
        denied: bool | None = False
        """Whether the witness is, surely."""
        elsewhere = False
        """Whether some part of the resources may be denied surely."""
        for statement in denies:
            keys = self._keys(group, statement)
            if keys is None:
                continue
            if keys and keys != _UNSURE:
                continue  # a condition that may turn out for the caller takes nothing away
            takes = self._takes(group, statement, witness)
            elsewhere = True
            if takes is not False:
                denied = True if takes and keys == () and denied is not None else None
        return self._weighed(group, allows, witness, denied=denied, elsewhere=elsewhere)

    def _weighed(
        self,
        group: Group,
        allows: Sequence[Statement],
        witness: str,
        *,
        denied: bool | None,
        elsewhere: bool,
    ) -> Outlook:
        star: bool | None = False
        some = maybe = False
        for statement in allows:
            keys = self._keys(group, statement)
            if keys is None:
                continue
            takes = self._takes(group, statement, witness)
            maybe = True
            if keys == _UNSURE:
                star = star if takes is False or star else None
                continue
            if takes:
                star = True
            elif takes is None and not star:
                star = None
            some = some or self._is_usable(group, statement)
        if not maybe:
            return _NOTHING
        if star:
            star = None if denied is None else not denied
        if group.is_bare:
            return Outlook(star, star)
        return Outlook(True if star or (some and not elsewhere) else None, star)

    def _keys(self, group: Group, statement: Statement) -> tuple[str, ...] | None:
        """Return the keys on which a statement depends; None: it never applies."""
        if not statement.conditions:
            return ()
        if group.service == "kms" and reads_caller_account(statement):
            return _UNSURE
        if reads(statement).resource and (
            group.service == "iam" or not self.grouping.leaves_tags_open(((0, statement),))
        ):
            return _UNSURE
        return self.grouping.open_keys(statement)

    def _takes(self, group: Group, statement: Statement, witness: str) -> bool | None:
        """Whether a statement takes in what no pattern names; None: not plain."""
        if statement.everywhere:
            return True
        if statement.not_resources is not None or statement.resources is None:
            return None
        if group.is_bare:
            is_listed = group.action.lower() in LIST_RESOURCES
            return False if _is_of_arns(statement) and not is_listed else None
        if any(p.glob is not None and globs.matches(p.glob, witness) for p in statement.resources):
            return True
        return None if any(_could(p, witness) for p in statement.resources) else False

    def _is_usable(self, group: Group, statement: Statement) -> bool:
        """Whether a statement surely takes in some resource that nobody else has a say about."""
        if statement.everywhere:
            return True
        if group.service == "sts":
            # What a pattern stands for is no role of the account, so its trust is not known.
            return is_plain(statement, self.prober.account.id, self.prober.account.partition) and (
                any(set(pattern.text) & {"*", "?"} for pattern in statement.resources or ())
            )
        if statement.not_resources is not None:
            return False
        account = self.prober.account
        for pattern in statement.resources or ():
            glob = pattern.glob
            if glob is None and pattern.template is not None:
                glob = pattern.resolve(self.prober.own_context)
            if glob is None:
                continue
            text = text_of(glob)
            if is_own(text, account.id, account.partition) and not any(
                word in text for word in _GUARDED
            ):
                return True
        return False


def _could(pattern: ResourcePattern, witness: str) -> bool:
    return pattern.glob is None and pattern.could_match(witness)


@lru_cache(maxsize=100_000)
def _is_of_arns(statement: Statement) -> bool:
    return all(pattern.text.startswith("arn:") for pattern in statement.resources or ())


def _is_narrow_allow(slot: int, statement: Statement) -> bool:
    return slot == IDENTITY_SLOT and not statement.deny and not statement.everywhere


class _Keys:
    """The keys on which the statements of a group of actions depend, by what they do."""

    def __init__(self, limits: Iterable[int]) -> None:
        self._wide: list[tuple[str, ...]] = []
        """Of Allows that take everything."""
        self._narrow: list[tuple[str, ...]] = []
        """Of other Allows."""
        self._against: list[tuple[str, ...]] = []
        """Of Denies, and of layers that let everything through under conditions."""
        self._ceilings: dict[int, list[tuple[str, ...]]] = {slot: [] for slot in limits}

    def take(self, slot: int, statement: Statement, keys: tuple[str, ...]) -> bool:
        """Take a statement; False: what it comes to is not plain."""
        if statement.deny:
            self._against.append(keys)
            return bool(keys) and statement.everywhere
        if slot != IDENTITY_SLOT:
            self._ceilings[slot].append(keys if statement.everywhere else _UNSURE)
        else:
            (self._wide if statement.everywhere else self._narrow).append(keys)
        return True

    def given(self, group: Group) -> Given | None:
        """Return what is permitted where those that take everything settle it."""
        against = list(self._against)
        for several in self._ceilings.values():
            if () not in several:
                if not several or _UNSURE in several:
                    return None
                against += several
        if not self._wide:
            return None
        if group.service == "kms" and not group.is_bare:
            return ("limited", (EVERYTHING,), (), (KEY_POLICY,))
        conditions = {key for keys in against for key in keys}
        if () not in self._wide:
            asked = {key for keys in self._wide for key in keys}
            more = any(not asked.issuperset(keys) for keys in self._narrow)
            if more or (() in self._narrow and not against):
                return None
            conditions |= asked
        elif not against:
            return ("granted", (EVERYTHING,), (), ())
        return ("limited", (EVERYTHING,), (), tuple(sorted(conditions)))


def has_new_pattern(
    mine: tuple[set[Glob], set[Glob]] | None, theirs: tuple[set[Glob], set[Glob]] | None
) -> bool:
    """Whether one answer surely names a pattern that the other does not."""
    if mine is None or theirs is None:
        return False
    sure, every = mine
    return any(
        not any(other != glob and covers(other, glob) for other in every)
        for glob in sure - theirs[1]
    )
