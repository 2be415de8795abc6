"""What callers of `authorize` rely on beside the decision itself."""

from __future__ import annotations

import datetime as dt
import json
from types import MappingProxyType

import pytest

from iam_tui.policy import Document, EvalDecision, JsonValue, Policies, Request, authorize

ACCOUNT = "111122223333"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/session"
KEY = "arn:aws:s3:::bucket/key"


def document(
    effect: str = "Allow", action: str = "s3:*", **more: JsonValue
) -> dict[str, JsonValue]:
    statement: JsonValue = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def ask(principal: str = ALICE, **layers: object) -> EvalDecision:
    policies = Policies(**layers)  # type: ignore[arg-type]
    return authorize(Request(principal, "s3:GetObject", KEY), policies).decision


def test_decisions_are_aws_words() -> None:
    decision = ask(identity=[document()])
    assert decision == "allowed"
    assert str(decision) == "allowed"
    assert decision is EvalDecision.ALLOWED
    assert f"{ask()}" == "implicitDeny"


def test_everything_but_principal_and_action_has_a_default() -> None:
    request = Request("*", "s3:GetObject")
    assert (request.resource, request.resource_account, request.context) == ("*", None, None)
    assert authorize(request, Policies()).decision == "implicitDeny"


def test_fields_stand_in_the_documented_order() -> None:
    request = Request(ALICE, "s3:GetObject", KEY, "444455556666", {"aws:SourceIp": "10.0.0.1"})
    policies = Policies(
        [document()], document(), [document()], [[document()]], [[document()]], document(), []
    )
    assert request.resource_account == "444455556666"
    assert len(policies.identity) == len(policies.session) == 1
    assert policies.resource == Document.of(document())
    assert authorize(request, policies).resource_account == "444455556666"


@pytest.mark.parametrize(
    "principal",
    [
        *("", "alice", "user/alice", ACCOUNT, "AIDAEXAMPLE", "arn:aws:s3:::bucket", "example.com"),
        f"arn:aws:iam::{ACCOUNT}:group/Admins",
        f"arn:aws:iam::{ACCOUNT}:user/",
        f"arn:aws:iam::{ACCOUNT}:policy/Admin",
        f"arn:aws:iam::{ACCOUNT}:instance-profile/Web",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy",
        f"arn:aws:sts::{ACCOUNT}:user/alice",
        *(None, 5, ["*"], {"AWS": "*"}),
    ],
)
def test_what_is_no_principal_is_refused(principal: object) -> None:
    request = Request(principal, "s3:GetObject", KEY)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is no principal"):
        authorize(request, Policies())


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "${aws:username}", "*", "ß"])
def test_a_name_that_iam_would_refuse_may_ask(name: str) -> None:
    """Account files come from strangers; what they hold is asked about as it stands."""
    user = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    assert ask(user, identity=[document()]) == "allowed"
    assert ask(user, resource=document(Principal={"AWS": user})) == "allowed"
    assert ask(user, resource=document(Principal={"AWS": ALICE})) == "implicitDeny"


def test_a_layer_takes_one_document_or_several() -> None:
    for form in (document(), [document()], (document(),), json.dumps(document())):
        assert ask(identity=form) == "allowed"
        assert ask(identity=[document()], permissions_boundary=form) == "allowed"
        assert ask(SESSION, identity=[document()], session=form) == "allowed"
        assert ask(identity=[document()], endpoint=form) == "allowed"
    for levels in (document(), [document()], [[document()]], ((document(),),)):
        assert ask(identity=[document()], service_control=levels) == "allowed"
        denied = json.loads(json.dumps(levels).replace("Allow", "Deny"))
        assert ask(identity=[document()], service_control=denied) == "explicitDeny"
        assert ask(identity=[document()], resource_control=denied) == "explicitDeny"


def test_nothing_given_is_no_layer_and_an_empty_document_is_one() -> None:
    own = [document()]
    nothing: list[object] | None
    for nothing in (None, []):
        assert ask(identity=own, permissions_boundary=nothing) == "allowed"
        assert ask(SESSION, identity=own, session=nothing) == "allowed"
        assert ask(identity=own, service_control=nothing) == "allowed"
        assert ask(identity=own, resource_control=nothing) == "allowed"
        assert ask(identity=own, endpoint=nothing) == "allowed"
    empty: object
    for empty in ({}, {"Statement": []}, "", "{}"):
        assert ask(identity=own, permissions_boundary=empty) == "implicitDeny"
        assert ask(SESSION, identity=own, session=[empty]) == "implicitDeny"
        assert ask(identity=own, service_control=[[empty]]) == "implicitDeny"
        assert ask(identity=own, resource_control=[[empty]]) == "allowed"
        assert ask(identity=own, resource=empty) == "allowed"
        assert ask(identity=own, endpoint=[empty]) == "implicitDeny"
    assert ask(identity=own, service_control=[[]]) == "implicitDeny"


def test_equal_documents_are_the_same_object() -> None:
    first, second = document(), json.dumps(document(), indent=4)
    assert Document.of(first) is Document.of(second) is Document.of(json.loads(second))


def test_a_document_that_was_changed_since_is_another_one() -> None:
    given = document()
    statements = given["Statement"]
    assert isinstance(statements, list)
    for effect, expected in (("Allow", "allowed"), ("Deny", "explicitDeny"), ("Allow", "allowed")):
        statements[0] = {"Effect": effect, "Action": "s3:*", "Resource": "*"}
        for _ in range(3):
            assert ask(identity=[given]) == expected


def test_scalars_that_python_takes_for_equal_are_kept_apart() -> None:
    request = Request(ALICE, "s3:GetObject", KEY, context={"k": "1"})
    found = []
    for _ in range(2):
        for value in (1, True, 1.0, "1"):
            given = document(Condition={"StringEquals": {"k": value}})
            found.append(authorize(request, Policies(identity=[given])).allowed)
    assert found == [True, False, False, True] * 2


def test_other_mappings_and_sequences_are_documents_too() -> None:
    statement = MappingProxyType({"Effect": "Allow", "Action": ("s3:*",), "Resource": {"*"}})
    given = MappingProxyType({"Version": "2012-10-17", "Statement": (statement,)})
    assert ask(identity=[given]) == "allowed"


def test_dates_of_toml_are_dates() -> None:
    moment = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    given = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"DateLessThan": {"aws:CurrentTime": moment}},
        },
    }
    policies = Policies(identity=[given])
    for now, expected in ((moment, False), (moment - dt.timedelta(seconds=1), True)):
        context = {"aws:CurrentTime": now}
        request = Request(ALICE, "s3:GetObject", KEY, context=context)  # type: ignore[arg-type]
        assert authorize(request, policies).allowed is expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "no JSON"),
        ("[]", "a policy document is a JSON object"),
        ('{"Version": "2012-10-17"}', "a policy document has a Statement"),
        ('{"Statement": [{"Effect": "Allow", "Effect": "Deny"}]}', "Effect stands twice"),
        ("[" * 100_000, "no JSON: nested too deeply"),
    ],
)
def test_a_bad_document_is_kept_and_said(text: str, fault: str) -> None:
    decision = authorize(Request(ALICE, "s3:GetObject", KEY), Policies(identity=[text]))
    assert decision.decision == "implicitDeny"
    assert any(fault in step.text for step in decision.steps)


def test_steps_name_the_statements_that_decide() -> None:
    policies = Policies(
        identity=[document(), document("Deny", Sid="Never")],
        service_control=[[document()], [document(action="ec2:*")]],
    )
    decision = authorize(Request(ALICE, "s3:GetObject", KEY), policies)
    found = [(step.name, step.outcome) for step in decision.steps if step.outcome != "said"]
    assert found == [
        ("identity", "explicit"),
        ("SCP 1", "allow"),
        ("SCP 2", "implicit"),
        ("decision", "explicitDeny"),
    ]
    (matched,) = decision.matched_statements
    assert (matched.layer, matched.document, matched.index, matched.sid) == (
        "identity",
        1,
        0,
        "Never",
    )


def test_what_does_not_apply_is_said() -> None:
    policies = Policies(
        identity=[document()],
        permissions_boundary=document(),
        session=[document()],
        service_control=[[document("Deny")]],
        resource_control=[[document()]],
        resource=document(Principal="*"),
        endpoint=[document()],
    )
    decision = authorize(Request("lambda.amazonaws.com", "s3:GetObject", KEY), policies)
    assert decision.decision == "allowed"
    outcomes = {step.name: step.outcome for step in decision.steps}
    assert [name for name, outcome in outcomes.items() if outcome == "notApplicable"] == [
        "identity",
        "boundary",
        "SCP",
        "session",
        "endpoint",
    ]
    assert all(step.text for step in decision.steps)


@pytest.mark.parametrize(
    ("request_", "layers", "said"),
    [
        (
            Request(ALICE, "sqs:SendMessage", "arn:aws:sqs:us-east-1:444455556666:queue"),
            {},
            ("owner's policy unknown", "SCPs of the principal's account", "boundary is not known"),
        ),
        (Request(SESSION, "s3:GetObject", KEY), {}, ("belongs to the principal's account",)),
        (
            Request(SESSION.replace("Deploy", "AWSServiceRoleForX"), "s3:GetObject", KEY),
            {"service_control": [[]]},
            ("is service-linked, by its name", "SCPs do not limit service-linked roles"),
        ),
        (
            Request(ALICE, "ec2:RunInstances", "*"),
            {"resource_control": [[document()]]},
            ("RCPs do not reach ec2",),
        ),
        (
            Request(ALICE, "kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k"),
            {},
            ("the key policy is not known", "grants of the key are not looked at"),
        ),
        (
            Request(f"arn:aws:sts::{ACCOUNT}:assumed-root", "s3:GetObject", KEY),
            {},
            ("no limit",),
        ),
        (
            Request(f"arn:aws:sts::{ACCOUNT}:federated-user/bob", "s3:GetObject", KEY),
            {"resource": document("Deny", Principal={"AWS": ALICE})},
            ("may have made this federated user",),
        ),
        (
            Request(f"arn:aws:sts::{ACCOUNT}:federated-user/bob", "iam:GetUser", ALICE),
            {},
            ("federation token",),
        ),
        (
            Request(
                ALICE, "s3:GetObject", f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/x/object/y"
            ),
            {},
            ("access point's own policy",),
        ),
        (
            Request(ALICE, "s3:GetObject", KEY),
            {
                "identity": [
                    {"Statement": [{"Effect": "Allow", "Action": "*"}, 5, {"Effect": "no"}]}
                ]
            },
            (
                "has no resource element and applies to nothing",
                "is no object and applies to nothing",
                "has an Effect that is neither Allow nor Deny and applies to nothing",
                "has no action element and applies to nothing",
            ),
        ),
        (
            Request(ALICE, "s3:GetObject", KEY),
            {"resource": document()},
            ("has no principal element and applies to nobody",),
        ),
    ],
)
def test_what_is_not_known_or_odd_is_said(
    request_: Request, layers: dict[str, object], said: tuple[str, ...]
) -> None:
    decision = authorize(request_, Policies(**layers))  # type: ignore[arg-type]
    for text in said:
        assert any(text in step.text for step in decision.steps), text


def test_assumptions_leave_settled_keys_alone() -> None:
    policies = Policies(
        identity=[document(Condition={"StringEquals": {"aws:PrincipalTag/team": "payments"}})]
    )
    request = Request(ALICE, "s3:GetObject", KEY)
    assert authorize(request, policies, assume="allow").allowed
    for settled in ("aws:principaltag/team", "aws:principaltag/"):
        known = authorize(request, policies, assume="allow", settled=frozenset({settled}))
        assert not known.allowed
        assert not known.missing
