"""Accounts of any size, made up: for trying things at scale without anybody's data.

The shape is that of a company: people in teams with groups, programs with users of their own,
roles for functions, instances, pipelines, people and vendors, policies by team, a boundary for
developers, and the odd thing that grew. The same size and seed give the same account wherever it is
made. Everything stays within AWS's quotas (IAM User Guide: "IAM and AWS STS quotas").
"""

from __future__ import annotations

import datetime as dt
from itertools import count as count_from
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.account import Account
from iam_tui.account.arns import iam_arn, root_arn
from iam_tui.account.entities import (
    AccessKey,
    Console,
    Group,
    IdentityProvider,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    Root,
    User,
)
from iam_tui.errors import UsageError
from iam_tui.formats.generate_documents import ACCOUNT_ID, BOUNDARY, REQUIRE_MFA, Documents
from iam_tui.formats.generate_roles import GITHUB, SAML, Roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from iam_tui.policy.documents import Document

MOST_USERS = 5000
"""AWS's quota of users in an account."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TODAY = dt.date(2026, 11, 25)
_GIVEN = _words(
    "aisha akira amara andre anouk bela bruno celia chidi clara dalia dario edith elio emre enzo "
    "farah felix freya gita greta hamid hugo ines isko jonas june kaito karim leila linh luca "
    "maren mateo milan mina naima noel odile oskar paola petra quang rafa rania ravi ronja sena "
    "silas tarek tess uma viktor wanda yara yusuf zita"
)
_FAMILY = _words(
    "abbas acosta bauer bianchi bosch chen cohen costa dahl demir dupont eriks farkas fuchs gallo "
    "gupta haddad hansen horvat ibrahim ito jansen kaya keller khan kovacs lang larsen lopez marin "
    "meyer moreau mori nagy novak okoye olsen ortiz park peeters popov rahman rossi sato schmid "
    "silva singh sousa tan torres varga vogt weiss wolf yamada zhou"
)
_TEAMS = _words(
    "accounts billing booking catalog checkout claims data-lake delivery discovery docs trials "
    "feeds fleet fraud games growth guests help identity insights inventory invoicing loyalty maps "
    "media messaging mobile music news orders partners payouts photos platform pricing quality "
    "reports risk search security shipping social streaming tax telemetry tickets video web"
)
_PARTS = _words(
    "api archive assets batch cache events export files import index jobs ledger logs mail metrics "
    "models queue reader rules store sync tokens uploads worker writer"
)
_TASKS = ("backup", "build", "crawler", "monitor", "release", "report", "scanner", "transfer")
_EVERYDAY = (
    "ReadOnlyAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonEC2ReadOnlyAccess",
    "CloudWatchReadOnlyAccess",
    "AWSLambda_ReadOnlyAccess",
    "AmazonDynamoDBReadOnlyAccess",
    "AmazonSQSReadOnlyAccess",
    "AWSCodeBuildDeveloperAccess",
)
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_FUNCTIONS = ("developers", "operators", "leads", "readers")
_KEY_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Counts(NamedTuple):
    """How many of everything an account has."""

    users: int
    groups: int
    roles: int
    policies: int


def counts_for(users: int) -> Counts:
    """Return what goes with so many users; 5,000 have 300 groups, 5,000 roles, 3,000 policies."""
    return Counts(users, max(3, users * 3 // 50), max(4, users), max(5, users * 3 // 5))


def generate(users: int, seed: int = 1) -> Account:
    """Return a made-up account.

    Args:
        users: How many users it has, 1 to 5,000; the rest is in proportion.
        seed: Another one gives another account.

    Raises:
        UsageError: When no account can have so many users.
    """
    if not 1 <= users <= MOST_USERS:
        raise UsageError(f"an account has 1 to {MOST_USERS} users, not {users}")
    from random import Random

    return _Company(counts_for(users), seed, Random(seed)).account()  # noqa: S311 - no secret is made


class _Company:
    """One account while it is made."""

    def __init__(self, counts: Counts, seed: int, random: Random) -> None:
        self.counts = counts
        self.seed = seed
        self.random = random
        self.documents = Documents(random)
        self.teams = list(_numbered(_TEAMS, max(1, counts.users // 30)))
        self.policies = {policy.arn: policy for policy in self._policies()}
        self.by_team: dict[str, list[str]] = {team: [] for team in self.teams}
        for policy in self.policies.values():
            self.by_team.setdefault(policy.tags.get("team", ""), []).append(policy.arn)
        self.groups = {group.arn: group for group in self._groups()}
        self.group_names = {team: self._names_of(team) for team in self.teams}

    def account(self) -> Account:
        """Return the finished account."""
        counts = self.counts
        roles = Roles(self.random, self.documents, self.by_team, _PARTS).made(counts.roles)
        return Account(
            id=ACCOUNT_ID,
            alias=f"generated-{counts.users}",
            description=f"Made up: {counts.users} users in {len(self.teams)} teams.",
            comment=f"Made by: iam-tui samples --generate {counts.users} --seed {self.seed}",
            root=Root(arn=root_arn(ACCOUNT_ID), mfa=True, last_used=dt.date(2025, 2, 3)),
            users={user.arn: user for user in self._users()},
            groups=self.groups,
            roles={role.arn: role for role in roles},
            policies=self.policies,
            identity_providers={
                GITHUB: IdentityProvider(
                    arn=GITHUB,
                    name="token.actions.githubusercontent.com",
                    type="oidc",
                    client_ids=("sts.amazonaws.com",),
                ),
                SAML: IdentityProvider(arn=SAML, name="workforce", type="saml"),
            },
            password_policy=PasswordPolicy(minimum_length=14, require_numbers=True, max_age=365),
            known_accounts={"222233334444": "audit", "333344445555": "vendor"},
        )

    # --- policies and groups --------------------------------------------------------------------

    def _policies(self) -> Iterator[Policy]:
        common = [("developer-boundary", BOUNDARY), ("require-mfa", REQUIRE_MFA)]
        common.append(("approved-regions", self.documents.approved_regions()))
        for name, document in common:
            yield _policy(name, "/common/", (PolicyVersion(id="v1", document=document),), {})
        names = _numbered_pairs(self.teams, _PARTS)
        for team, part in islice(names, self.counts.policies - len(common)):
            document = self.documents.of_team(team, part)
            versions = [PolicyVersion(id="v1", document=document)]
            if self.random.random() < 0.15:
                later = self.documents.of_team(team, part)
                versions.append(PolicyVersion(id="v2", document=later))
            yield _policy(f"{team}-{part}", "/teams/", tuple(versions), {"team": team})

    def _groups(self) -> Iterator[Group]:
        mfa = iam_arn(ACCOUNT_ID, "policy", "require-mfa", path="/common/")
        yield _group("everyone", (_aws("IAMUserChangePassword"), mfa))
        yield _group("administrators", (_ADMINISTRATOR, mfa))
        for team, function in islice(
            _numbered_pairs(self.teams, _FUNCTIONS), self.counts.groups - 2
        ):
            own = self._some(self.by_team[team], 4)
            everyday = [_aws(name) for name in self._some(_EVERYDAY, 2)]
            inline = {}
            if self.random.random() < 0.2:
                inline = {"team-tools": self.documents.tools(team)}
            yield _group(
                f"{team}-{function}",
                (*own, *everyday),
                tags={"team": team},
                inline=inline,
            )

    def _names_of(self, team: str) -> list[str]:
        return [group.name for group in self.groups.values() if group.tags.get("team") == team]

    # --- users ----------------------------------------------------------------------------------

    def _users(self) -> Iterator[User]:
        total = self.counts.users
        programs = total // 12
        people = _numbered_pairs(self._shuffled(_GIVEN), self._shuffled(_FAMILY))
        for number, (given, family) in enumerate(islice(people, total - programs)):
            yield self._person(f"{given}.{family}", number)
        tasks = _numbered_pairs(self.teams, _TASKS)
        for team, task in islice(tasks, programs):
            yield self._program(team, task)

    def _person(self, name: str, number: int) -> User:
        chance = self.random.random
        team = self.random.choice(self.teams)
        groups = ["everyone", *self._some(self.group_names[team], 3)]
        if number % 250 == 3:
            groups.append("administrators")
        created = self._day(2500)
        gone = chance() < 0.06
        last = self._day(30) if not gone else self._day(900, least=200)
        is_developer = any(group.endswith("developers") for group in groups)
        boundary = iam_arn(ACCOUNT_ID, "policy", "developer-boundary", path="/common/")
        own_policies = self._some(self.by_team[team], 2) if chance() < 0.08 else ()
        if number % 400 == 7:
            own_policies = (_ADMINISTRATOR,)
        return User(
            arn=iam_arn(ACCOUNT_ID, "user", name, path="/people/"),
            name=name,
            path="/people/",
            created=created,
            tags={"team": team, "cost-center": str(self.random.randrange(100, 180))},
            groups=tuple(groups),
            policies=tuple(own_policies),
            inline_policies=({"temporary": self.documents.tools(team)} if chance() < 0.04 else {}),
            permissions_boundary=boundary if is_developer and chance() < 0.7 else None,
            console=Console(password=True, mfa=chance() < 0.93, last_used=max(created, last)),
            access_keys=self._keys(created, 0.3),
        )

    def _program(self, team: str, task: str) -> User:
        name = f"{team}-{task}"
        created = self._day(2000)
        return User(
            arn=iam_arn(ACCOUNT_ID, "user", name, path="/programs/"),
            name=name,
            path="/programs/",
            created=created,
            tags={"team": team},
            policies=tuple(self._some(self.by_team[team], 2)),
            inline_policies={"task": self.documents.of_team(team, task)},
            console=Console(),
            access_keys=self._keys(created, 1),
        )

    def _keys(self, created: dt.date, chance: float) -> tuple[AccessKey, ...]:
        count = (self.random.random() < chance) + (self.random.random() < chance / 8)
        keys: list[AccessKey] = []
        for _ in range(count):
            made = max(created, self._day(1200))
            unused = self.random.random() < 0.1
            identifier = "".join(self.random.choice(_KEY_LETTERS) for _ in range(9))
            keys.append(
                AccessKey(
                    id=f"AKIA{identifier}EXAMPLE",
                    status="Inactive" if unused else "Active",
                    created=made,
                    last_used=None if unused else max(made, self._day(60)),
                )
            )
        return tuple(keys)

    # --- chance ---------------------------------------------------------------------------------

    def _day(self, most: int, *, least: int = 0) -> dt.date:
        """Return a day so many days ago at the most."""
        return _TODAY - dt.timedelta(days=self.random.randint(least, most))

    def _some(self, values: Sequence[str], most: int) -> tuple[str, ...]:
        """Return one to so many of the values, each once."""
        if not values:
            return ()
        return tuple(self.random.sample(values, self.random.randint(1, min(most, len(values)))))

    def _shuffled(self, values: Sequence[str]) -> list[str]:
        return self.random.sample(values, len(values))


def _policy(
    name: str, path: str, versions: tuple[PolicyVersion, ...], tags: dict[str, str]
) -> Policy:
    return Policy(
        arn=iam_arn(ACCOUNT_ID, "policy", name, path=path),
        name=name,
        path=path,
        tags=tags,
        versions=versions,
        default_version=versions[-1].id,
    )


def _aws(name: str) -> str:
    return f"arn:aws:iam::aws:policy/{name}"


def _group(
    name: str,
    policies: tuple[str, ...],
    *,
    tags: dict[str, str] | None = None,
    inline: dict[str, Document] | None = None,
) -> Group:
    return Group(
        arn=iam_arn(ACCOUNT_ID, "group", name),
        name=name,
        tags=tags or {},
        policies=policies,
        inline_policies=inline or {},
    )


def _numbered(words: Sequence[str], count: int) -> Iterator[str]:
    """Yield so many different names, numbered from the second round on."""
    rounds = (
        f"{word}-{number}" if number > 1 else word for number in count_from(1) for word in words
    )
    return islice(rounds, count)


def _numbered_pairs(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield different pairs for ever, every first word once before any stands there again."""
    for number in count_from(1):
        for word in second:
            for other in first:
                yield other, f"{word}-{number}" if number > 1 else word
