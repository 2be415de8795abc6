"""`iam-tui become`: what somebody can do as a role, and which roles come next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iam_tui.cli import output
from iam_tui.cli.parsing import Parser, open_account
from iam_tui.cli.status import Status
from iam_tui.text import display_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from iam_tui.account import Account
    from iam_tui.analysis import Becoming, NearRole, NextRole
    from iam_tui.policy.requests import ContextValue

EXAMPLES = (
    "iam-tui become startup user/bob",
    "iam-tui become startup user/bob role/Deploy",
    "iam-tui become startup user/bob role/Deploy --session-policy ReadOnlyAccess --json",
)


def parser() -> Parser:
    """Return the parser of the verb."""
    made = Parser(
        "iam-tui become",
        "Look at the account as somebody in it: assume roles one after the other, and show what "
        "can be done then, which roles can be assumed next, and what is missing for others.",
        examples=EXAMPLES,
        more="Tags, session policies and the source identity come with the last of the roles; "
        "--context holds for every call.",
    )
    made.add_account()
    made.add_argument("principal", metavar="P", help="user/alice, role/Deploy, root, an ARN")
    made.add_argument("roles", metavar="ROLE", nargs="*", help="the roles to assume, in order")
    made.add_argument(
        "--tag",
        dest="tags",
        metavar="K=V",
        action="append",
        default=[],
        help="a session tag; repeatable",
    )
    made.add_argument(
        "--transitive",
        metavar="K",
        action="append",
        default=[],
        help="the tag that the sessions after this one keep; repeatable",
    )
    made.add_argument(
        "--session-policy",
        dest="policies",
        metavar="POLICY",
        action="append",
        default=[],
        help="a managed policy's name, a file, or JSON; repeatable",
    )
    made.add_argument("--source-identity", metavar="NAME", help="the source identity")
    made.add_context()
    made.add_argument("--json", action="store_true", help="one JSON document")
    return made


def run(argv: Sequence[str]) -> int:
    """Run the verb."""
    made = parser()
    arguments = made.parse(argv)
    context = made.context_of(arguments)
    tags = _tags(made, arguments.tags)
    account = open_account(arguments)
    someone = _become(account, arguments, tags, context)
    following, near = someone.next(context=context), someone.nearly(context=context)
    if arguments.json:
        output.json_document(_as_json(someone, following, near))
        return Status.DONE
    for line in _lines(account, someone, following, near):
        output.line(line)
    return Status.DONE


def _tags(made: Parser, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not (key and equals):
            made.error(f"--tag {text!r} is no K=V, such as team=web")
        found[key] = value
    return found


def _become(
    account: Account,
    arguments: argparse.Namespace,
    tags: Mapping[str, str],
    context: Mapping[str, ContextValue],
) -> Becoming:
    from iam_tui.analysis import Becoming
    from iam_tui.errors import UsageError
    from iam_tui.formats.session_policies import session_policy_of

    someone = Becoming.of(account, arguments.principal)
    roles: list[str] = arguments.roles
    if not roles and (
        tags or arguments.policies or arguments.source_identity or arguments.transitive
    ):
        raise UsageError("name the ROLE that is assumed with them")
    policies = [session_policy_of(account, given) for given in arguments.policies]
    for number, role in enumerate(roles, start=1):
        if number < len(roles):
            someone = someone.into(role, context=context)
        else:
            someone = someone.into(
                role,
                policies=policies,
                tags=tags,
                transitive=arguments.transitive,
                source_identity=arguments.source_identity,
                context=context,
            )
    return someone


def _as_json(
    someone: Becoming, following: Sequence[NextRole], near: Sequence[NearRole]
) -> dict[str, object]:
    return {
        "principal": someone.principal,
        "chain": [
            {
                "role": step.role,
                "decision": step.decision.value,
                "conditional": step.conditional,
                "tags": dict(step.tags),
                "source_identity": step.source_identity,
                "session_policies": len(step.policies),
            }
            for step in someone.steps
        ],
        "services": [one._asdict() for one in someone.can.services],
        "next": [{**row._asdict(), "decision": row.decision.value} for row in following],
        "nearly": [row._asdict() for row in near],
    }


# --- text for people -----------------------------------------------------------------------------


def _lines(
    account: Account,
    someone: Becoming,
    following: Sequence[NextRole],
    near: Sequence[NearRole],
) -> Iterator[str]:
    from iam_tui.cli.names import short

    yield " > ".join(display_text(one) for one in someone.breadcrumb)
    for step in someone.steps:
        depends = f" if {', '.join(step.conditional)}" if step.conditional else ""
        yield f"{short(account, step.role)}: {step.decision.value}{display_text(depends)}"
    services = someone.can.services
    totals = [sum(getattr(one, word) for one in services) for word in _WORDS]
    counted = ", ".join(f"{count} {word}" for count, word in zip(totals, _WORDS, strict=True))
    yield f"can: {counted}"
    for one in services:
        counts = (f"{getattr(one, word)} {word}" for word in _WORDS if getattr(one, word))
        yield f"  {one.service}  {', '.join(counts)}"
    yield f"can become: {len(following)} role{'' if len(following) == 1 else 's'}"
    for row in following:
        depends = f"  if {', '.join(row.conditional)}" if row.conditional else ""
        yield f"  {short(account, row.role)}  {row.decision.value}{display_text(depends)}"
    if near:
        yield "one thing is missing:"
    for missing in near:
        yield f"  {short(account, missing.role)}  {display_text(missing.reason)}"


_WORDS = ("granted", "limited", "blocked")
