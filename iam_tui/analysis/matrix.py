"""Access matrix: who has which access levels in which services, over the whole account.

A cell says the best status of the actions of one access level: `granted` when one of them is
allowed without any limit, else `limited`. It says what the effective permissions say: masks of all
actions bound it, and what they leave open is asked about exactly. A property test proves it.
"""

from __future__ import annotations

from collections import Counter, deque
from functools import cached_property, reduce
from operator import or_
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.context import subject_of
from iam_tui.analysis.grouping import Grouping
from iam_tui.analysis.matrix_documents import DocumentMasks
from iam_tui.analysis.matrix_masks import Masks, layout
from iam_tui.analysis.matrix_rows import MatrixRow, any_of
from iam_tui.analysis.matrix_versions import is_alike_around
from iam_tui.analysis.probing import Prober
from iam_tui.analysis.who_can_holders import holders
from iam_tui.errors import UsageError
from iam_tui.policy.evaluation import EvalDecision, decide
from iam_tui.policy.special import TRUST_ACTIONS, UNSIGNED_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from iam_tui.account import Account
    from iam_tui.analysis.matrix_documents import Said
    from iam_tui.analysis.matrix_masks import Mask

_TOLD_EVERY = 100
"""Principals after which the progress is told."""


class AccessMatrix:
    """The rows of an account: the root user, then users and roles in its order."""

    def __init__(self, rows: tuple[MatrixRow, ...], *, stopped: bool = False) -> None:
        """Take the rows."""
        self.rows = rows
        self.stopped = stopped
        """Whether it was stopped before everybody had a row."""

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The services in which anybody has anything, by name."""
        found = 0
        for row in self.rows:
            found |= any_of(row)
        return tuple(layout().services(found))

    @cached_property
    def holders(self) -> dict[str, int]:
        """Service -> how many have anything in it, the most widely held first."""
        found: Counter[str] = Counter()
        for cells, count in Counter(any_of(row) for row in self.rows).items():
            found.update(dict.fromkeys(layout().services(cells), count))
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def __iter__(self) -> Iterator[MatrixRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def access_matrix(
    account: Account,
    principals: Iterable[str] | None = None,
    *,
    should_stop: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AccessMatrix:
    """Return who has which access levels in which services.

    Actions that the catalogue lacks are not in it.

    Args:
        account: The account.
        principals: References of the only ones to have rows; None: the root user, all users, all
            roles.
        should_stop: Asked for every principal; when it says so, the rows so far are given.
        progress: Told now and then how many of how many principals are done.

    Raises:
        UnknownName: When the account has no such principal.
        UsageError: When one is no user, no role and not the root user.
    """
    made = _matrix(account)
    places = made.places(principals)
    rows: list[MatrixRow] = []
    for number, place in enumerate(places):
        if should_stop is not None and should_stop():
            return AccessMatrix(tuple(rows), stopped=True)
        if progress is not None and number % _TOLD_EVERY == 0:
            progress(number, len(places))
        rows.append(made.row(place))
    return AccessMatrix(tuple(rows))


_Cells = tuple[tuple[int, ...], tuple[int, ...]]


class _Bounds(NamedTuple):
    """What the masks say of all actions of one principal."""

    granted: Mask
    limited: Mask
    perhaps_limited: Mask
    """Limited or blocked."""
    anything: Mask
    """Granted, limited or blocked."""


_RECENT: deque[_Matrix] = deque(maxlen=2)


def _matrix(account: Account) -> _Matrix:
    """Return the rows of an account, kept for the versions asked about last."""
    for known in tuple(_RECENT):
        if known.is_of(account):
            return known
    made = _Matrix(account)
    for known in tuple(_RECENT):
        made.take_over(known)
    _RECENT.append(made)
    return made


class _Matrix:
    """The rows of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._rows: dict[int, MatrixRow] = {}
        self._lock = Lock()
        self._holders = holders(account)
        self._plan = layout()
        self._documents = DocumentMasks(account, self._holders)
        self._around = self._documents.around()
        self._free = self._plan.named(("sts:getcalleridentity", "sts:getsessiontoken"))
        """What needs no permission and no Deny takes away (E40, E41)."""
        self._owner_decides = self._plan.named(("iam:passrole",)) | self._plan.guarded
        """What AWS refuses on some resources whatever the policies say (E46, E49)."""
        self._refused = {
            "user": self._plan.named(UNSIGNED_ACTIONS),
            "role": self._plan.named(
                (*UNSIGNED_ACTIONS, "sts:getfederationtoken", "sts:getsessiontoken")
            ),
        }
        """What is never allowed, by kind of principal (E41, E44)."""
        self._has_keys = any(":kms:" in arn for arn in account.resources)
        self._answers: dict[object, _Cells] = {}
        self._equal: dict[tuple[int, ...], tuple[int, ...]] = {}

    def places(self, principals: Iterable[str] | None) -> list[int]:
        """Return the places of some principals, or of all."""
        if principals is None:
            return list(range(len(self._holders.principals)))
        found: list[int] = []
        for reference in principals:
            arn = subject_of(self._account, reference).arn
            if arn not in self._holders.places:
                raise UsageError(f"{reference} is no user, no role and not the root user")
            found.append(self._holders.places[arn])
        return found

    def is_of(self, account: Account) -> bool:
        """Whether another version of the account has the same rows."""
        return (
            self._holders.is_of(account)
            and account.resources is self._account.resources
            and account.partition == self._account.partition
        )

    def take_over(self, former: _Matrix) -> None:
        """Keep the rows of those for whom nothing is different in another version."""
        if not is_alike_around(former._account, self._account):
            return
        mine, theirs = self._holders, former._holders
        for before, row in tuple(former._rows.items()):
            place = mine.places.get(row.principal)
            if (
                place is not None
                and self._account.identity(row.principal) is former._account.identity(row.principal)
                and mine.documents_of[place] == theirs.documents_of[before]
                and mine.boundaries[place] == theirs.boundaries[before]
                and not (mine.unknown_boundary >> place ^ theirs.unknown_boundary >> before) & 1
            ):
                self._rows.setdefault(place, row)

    def row(self, place: int) -> MatrixRow:
        """Return what a principal has in all services; kept."""
        found = self._rows.get(place)
        if found is None:
            with self._lock:
                found = self._rows[place] = self._made(place)
        return found

    def _made(self, place: int) -> MatrixRow:
        kind = self._holders.kind_of(place)
        if kind == "root":
            granted, limited = self._asked(place, self._plan.every)
        else:
            granted, limited = self._bounded(place, kind)
        principal = self._holders.principals[place]
        return MatrixRow(principal, kind, self._kept(granted), self._kept(limited))

    def _kept(self, cells: tuple[int, ...]) -> tuple[int, ...]:
        """Return the one value for equal cells: many principals have the same."""
        return self._equal.setdefault(cells, cells)

    def _bounded(self, place: int, kind: str) -> _Cells:
        """Read off what the masks say, and ask about the cells that they leave open."""
        plan = self._plan
        bounds = self._bounds(self._documents.said(place, kind), place, kind)
        granted, limited, left = [], [], 0
        for actions in plan.levels:
            whole = plan.cells(bounds.granted & actions)
            some = plan.cells(bounds.limited & actions) & ~whole
            granted.append(whole)
            limited.append(some)
            for mask, known in ((bounds.anything, whole), (bounds.perhaps_limited, whole | some)):
                open_ = mask and mask & actions
                cells = plan.cells(open_) & ~known if open_ else 0
                for service in plan.services(cells):
                    left |= open_ & plan.of(service)
        if left:
            more, less = self._shared(place, kind, left)
            granted = [one | other for one, other in zip(granted, more, strict=True)]
            limited = [
                (one | other) & ~whole
                for one, other, whole in zip(limited, less, granted, strict=True)
            ]
        return tuple(granted), tuple(limited)

    def _bounds(self, said: Said, place: int, kind: str) -> _Bounds:
        """Tell what is known from what has to be asked."""
        plan, policies = self._plan, said.policies
        around = self._around_of(place)
        # Masks are about one's own resources. What others own is asked about where that matters.
        owner = reduce(
            or_, (one.owner for one in said.limits), policies.owner | self._owner_decides
        )
        others = policies.foreign & (plan.every if self._documents.has_foreign else owner)
        unsure = policies.unsure | around | others
        sure = through = possible = plan.every
        parts = 0
        # A Deny on all but some patterns is a limit that lets these through.
        but = Masks(allow_sure=plan.every & ~policies.deny_but, allow_part=policies.deny_but)
        for one in (*said.limits, but) if policies.deny_but else said.limits:
            whole = one.allow_sure | one.allow_maybe
            parts = (parts & whole) | (through & one.allow_part & ~whole)
            unsure |= one.unsure | one.allow_named
            sure &= one.allow_sure
            through &= whole
            possible &= whole | one.allow_part | one.allow_named | one.unsure
        whole = policies.allow_sure | policies.allow_maybe
        some = whole | policies.allow_part
        mentioned = some | policies.unsure | around
        trusted = bool(self._documents.trusting.of(place))
        if trusted:
            unsure |= plan.trust
            mentioned |= plan.trust
        if self._has_keys:
            unsure |= plan.of("kms")
        # A role's trust policy and a key's own, which are not all known, must take part.
        limited_anyway = plan.trust | plan.of("kms") & ~plan.wildcard_only
        if self._holders.unknown_boundary >> place & 1:
            limited_anyway = plan.every
        # What the policy of a resource gives directly no boundary takes away (E20).
        possible |= around | (plan.trust if trusted else 0)
        possible &= ~policies.deny_sure & ~self._refused[kind]
        left = possible & ~unsure
        unlimited = ~(policies.deny_maybe | policies.deny_part | limited_anyway)
        granted = policies.allow_sure & left & unlimited & sure
        # An Allow on everything leaves something beside what a Deny on some resources takes.
        limited = whole & left & through
        limited |= left & ~policies.deny_part & (whole & parts | policies.allow_part & through)
        open_ = unsure & mentioned & possible | others
        named = policies.allow_named & possible & ~limited
        free = self._documents.allowing(place, self._free) & ~self._refused[kind]
        return _Bounds(
            granted | free,
            limited & ~granted & ~free,
            (some & left & ~limited) | (open_ & plan.trust) | named,
            (open_ & ~plan.trust & ~free) | (self._documents.trusting.mask & self._free & ~free),
        )

    def _around_of(self, place: int) -> Mask:
        """Return the actions in which the policy of a resource may have a say."""
        found = 0
        for mask, bits in self._around:
            if bits >> place & 1:
                found |= mask
        return found

    # --- asking --------------------------------------------------------------------------

    def _shared(self, place: int, kind: str, left: Mask) -> _Cells:
        """Ask about some actions, once for all who have the same documents about them."""
        relevant = self._documents.relevant(place, left)
        is_trusted = left & self._plan.trust and self._documents.trusting.of(place)
        is_single = left & self._around_of(place) or is_trusted
        if relevant is None or is_single:
            return self._asked(place, left)
        known = self._holders
        limits = (known.unlimited, known.unknown_boundary, known.linked)
        situation = tuple(bits >> place & 1 for bits in limits)
        key = (left, kind, relevant, known.boundaries[place], situation)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._asked(place, left)
        return found

    def _asked(self, place: int, left: Mask) -> _Cells:
        """Ask about some actions as the effective permissions do."""
        plan = self._plan
        prober = Prober(self._account, self._holders.principals[place])
        granted, limited = [0] * len(plan.levels), [0] * len(plan.levels)
        if prober.kind != "root":
            left &= ~self._assuming(prober, place, left & plan.trust, limited)
        grouping = Grouping(prober)
        services = plan.services(plan.cells(left))
        within = {service: plan.within(service, left) for service in services}
        for service, bits, status in grouping.statuses(within):
            guard = plan.guard(service)
            kept = granted if status == "granted" else limited
            for number, actions in enumerate(plan.levels):
                if bits & plan.within(service, actions):
                    kept[number] |= guard
        limited = [some & ~whole for some, whole in zip(limited, granted, strict=True)]
        return tuple(granted), tuple(limited)

    def _assuming(self, prober: Prober, place: int, left: Mask, limited: list[int]) -> Mask:
        """Ask about becoming roles, which is never without limit.

        Returns:
            The actions that could be asked so: about roles of the account, one by one.
        """
        plan, asked = self._plan, 0
        for action in TRUST_ACTIONS if left else ():
            mask = plan.named([action]) & left
            roles = self._documents.roles_named(place, mask) if mask else None
            if roles is None:
                continue
            asked |= mask
            answers = (decide(prober.question(action, role, "allow")) for role in roles)
            if any(found.decision is EvalDecision.ALLOWED for found in answers):
                for number, actions in enumerate(plan.levels):
                    limited[number] |= plan.guard("sts") if mask & actions else 0
        return asked
