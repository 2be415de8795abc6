"""The roles of made-up accounts: for functions, instances, pipelines, people, vendors and AWS."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from iam_tui.account.arns import iam_arn
from iam_tui.account.entities import InstanceProfile, Role
from iam_tui.formats.generate_documents import ACCOUNT_ID, document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from iam_tui.formats.generate_documents import Documents
    from iam_tui.policy.documents import Document, JsonValue

GITHUB = f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/token.actions.githubusercontent.com"
SAML = f"arn:aws:iam::{ACCOUNT_ID}:saml-provider/workforce"

_TODAY = dt.date(2026, 11, 25)
_LINKED = (
    ("AWSServiceRoleForAutoScaling", "autoscaling", "AutoScalingServiceRolePolicy"),
    ("AWSServiceRoleForECS", "ecs", "AmazonECSServiceRolePolicy"),
    ("AWSServiceRoleForRDS", "rds", "AmazonRDSServiceRolePolicy"),
)


class _Kind(NamedTuple):
    """A kind of role."""

    name: str
    weight: int
    path: str
    aws_policy: str | None = None


_KINDS = (
    _Kind("function", 40, "/workloads/", "service-role/AWSLambdaBasicExecutionRole"),
    _Kind("task", 20, "/workloads/", "service-role/AmazonECSTaskExecutionRolePolicy"),
    _Kind("instance", 12, "/workloads/", "AmazonSSMManagedInstanceCore"),
    _Kind("pipeline", 10, "/pipelines/"),
    _Kind("team", 9, "/people/"),
    _Kind("workforce", 5, "/people/", "ReadOnlyAccess"),
    _Kind("vendor", 2, "/outside/"),
    _Kind("audit", 2, "/outside/", "SecurityAudit"),
)
_SERVICES = {"function": "lambda", "task": "ecs-tasks", "instance": "ec2"}


class Roles:
    """Makes roles by chance."""

    def __init__(
        self,
        random: Random,
        documents: Documents,
        by_team: dict[str, list[str]],
        parts: Sequence[str],
    ) -> None:
        """Take the source of chance, and the policies of each team."""
        self._random = random
        self._documents = documents
        self._by_team = {team: arns for team, arns in by_team.items() if team}
        self._parts = parts

    def made(self, count: int) -> Iterator[Role]:
        """Yield so many roles, those of AWS's own services first."""
        linked = _LINKED[: min(len(_LINKED), count // 4)]
        for name, service, policy in linked:
            yield _service_linked(name, service, policy)
        teams = list(self._by_team)
        weights = [kind.weight for kind in _KINDS]
        for number in range(count - len(linked)):
            (kind,) = self._random.choices(_KINDS, weights)
            team = teams[number % len(teams)]
            part = self._parts[number // len(teams) % len(self._parts)]
            again = number // (len(teams) * len(self._parts))
            suffix = f"-{again + 1}" if again else ""
            yield self._role(kind, team, part, f"{team}-{part}-{kind.name}{suffix}")

    def _role(self, kind: _Kind, team: str, part: str, name: str) -> Role:
        own = self._by_team[team]
        policies = self._random.sample(own, min(len(own), self._random.randint(0, 2)))
        if kind.aws_policy is not None:
            policies.append(f"arn:aws:iam::aws:policy/{kind.aws_policy}")
        has_inline = not policies or self._random.random() < 0.5
        created = _TODAY - dt.timedelta(days=self._random.randint(40, 2000))
        profile = InstanceProfile(arn=iam_arn(ACCOUNT_ID, "instance-profile", name), name=name)
        boundary = iam_arn(ACCOUNT_ID, "policy", "developer-boundary", path="/common/")
        is_bounded = kind.path == "/workloads/" and self._random.random() < 0.4
        return Role(
            arn=iam_arn(ACCOUNT_ID, "role", name, path=kind.path),
            name=name,
            path=kind.path,
            created=created,
            tags={"team": team, "part": part},
            trust_policy=self._trust(kind, team, part),
            policies=tuple(policies),
            inline_policies={"access": self._documents.of_team(team, part)} if has_inline else {},
            permissions_boundary=boundary if is_bounded else None,
            instance_profiles=(profile,) if kind.name == "instance" else (),
            last_used=_TODAY - dt.timedelta(days=self._random.choice((0, 1, 2, 5, 30, 400))),
        )

    def _trust(self, kind: _Kind, team: str, part: str) -> Document:
        service = _SERVICES.get(kind.name)
        if service is not None:
            return _trusting({"Service": f"{service}.amazonaws.com"})
        if kind.name == "pipeline":
            subject = f"repo:example/{team}-{part}:ref:refs/heads/main"
            host = "token.actions.githubusercontent.com"
            return _trusting(
                {"Federated": GITHUB},
                "sts:AssumeRoleWithWebIdentity",
                {"StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subject}},
            )
        if kind.name == "workforce":
            audience = "https://signin.aws.amazon.com/saml"
            return _trusting(
                {"Federated": SAML},
                "sts:AssumeRoleWithSAML",
                {"StringEquals": {"SAML:aud": audience}},
            )
        if kind.name == "vendor":
            external = f"{team}-{self._random.randrange(10**6)}"
            condition: dict[str, JsonValue] = {"StringEquals": {"sts:ExternalId": external}}
            return _trusting({"AWS": "333344445555"}, condition=condition)
        if kind.name == "audit":
            return _trusting({"AWS": "arn:aws:iam::222233334444:root"})
        asks_mfa = self._random.random() < 0.7
        mfa: dict[str, JsonValue] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        return _trusting({"AWS": ACCOUNT_ID}, condition=mfa if asks_mfa else None)


def _trusting(
    principal: dict[str, JsonValue],
    action: str = "sts:AssumeRole",
    condition: dict[str, JsonValue] | None = None,
) -> Document:
    statement: dict[str, JsonValue] = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition is not None:
        statement["Condition"] = condition
    return document(statement)


def _service_linked(name: str, service: str, policy: str) -> Role:
    path = f"/aws-service-role/{service}.amazonaws.com/"
    return Role(
        arn=iam_arn(ACCOUNT_ID, "role", name, path=path),
        name=name,
        path=path,
        trust_policy=_trusting({"Service": f"{service}.amazonaws.com"}),
        policies=(f"arn:aws:iam::aws:policy/aws-service-role/{policy}",),
    )
