"""What the words of a filter keep, and what is said when one is not understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui import load
from iam_tui.graph import IdentityGraph
from iam_tui.tui.entities import Entities
from iam_tui.tui.filter_answers import FilterAnswers
from iam_tui.tui.filtering import FILTERS, narrowed, problem_of
from iam_tui.tui.lists import LIST_NAMES, ListName, Sort
from tests.tui.journey import NORMAL, TODAY, journey


class Lists:
    """The lists of a sample, filtered."""

    def __init__(self, sample: str) -> None:
        account = load(sample)
        self.view = Entities(account, IdentityGraph(account), account, TODAY)
        self.answers = {
            name: FilterAnswers(self.view, name, is_compiled=lambda: True) for name in LIST_NAMES
        }

    def kept(self, name: ListName, text: str) -> list[str]:
        """Return the names that a filter keeps."""
        items = self.view.items(name, Sort())
        ask = self.answers[name].ask
        return [one.name for one in narrowed(items, text, lambda one: (one.name, one.key), ask)]

    def problem(self, name: ListName, text: str) -> str:
        """Return what is said of a filter."""
        return problem_of(text, self.answers[name].ask)


@pytest.fixture(scope="module")
def startup() -> Lists:
    return Lists("startup")


@pytest.fixture(scope="module")
def member() -> Lists:
    return Lists("org-member")


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("users", "tag:team=reports", "alice bob dave"),
        ("users", "tag:team=rep", "alice bob dave"),
        ("users", "tag:TEAM", "alice bob carol dave eve zoe"),
        ("users", "!tag:team", "root"),
        ("users", "tag:team=*i*", "carol eve zoe"),
        ("users", "tag:team !tag:team=reports", "carol eve zoe"),
        ("users", 'tag:"team"=office', "carol"),
        ("users", "has:boundary", "eve"),
        ("users", "has:mfa", "root alice bob carol eve"),
        ("users", "has:console !has:mfa", "dave zoe"),
        ("users", "has:no-mfa", "dave zoe"),
        ("users", "has:admin", "root carol"),
        ("users", "has:key li", "alice"),
        ("groups", "has:inline", "Developers OnCall"),
        ("groups", "has:member", "Contractors Developers OnCall"),
        ("roles", "has:inline path:/service/", "ReportReader"),
        ("policies", "!has:use", "S3Write"),
        ("users", "group:contractors", "eve zoe"),
        ("users", "group:dev group:onc", "alice bob"),
        ("policies", "group:Contractors", "AWSLambda_ReadOnlyAccess S3Deny"),
        ("users", "policy:reportsread", "alice bob carol dave zoe"),
        ("users", "policy:S3Deny", "eve zoe"),
        ("users", "policy:PowerUserAccess", "eve"),
        ("groups", "policy:assumedeploy", "OnCall"),
        ("policies", "policy:s3", "S3Allow S3Deny S3Write"),
        ("roles", "path:/service", "ReportReader"),
        ("roles", "service:ec2.amazonaws.com", "ReportReader"),
        ("roles", "service:ec2", "ReportReader"),
        ("policies", "action:s3:GetObject", "AdministratorAccess AmazonS3FullAccess"),
        ("groups", "action:sts:assumerole", "Admins OnCall"),
        ("users", "action:sts:assumerole", "alice bob carol"),
        ("users", "action:lambda:List", "alice bob carol dave eve zoe"),
        ("users", "action:organi", "carol"),
        ("users", "action:", "root alice bob carol dave eve zoe"),
        ("users", "tag:", "root alice bob carol dave eve zoe"),
    ],
)
def test_words_with_a_prefix(startup: Lists, name: ListName, text: str, kept: str) -> None:
    found = startup.kept(name, text)
    if text.startswith("action:s3"):
        assert set(kept.split()) <= set(found)
        assert "S3Deny" not in found
        assert "AWSLambda_ReadOnlyAccess" not in found
    else:
        assert found == kept.split()
    assert startup.problem(name, text) == ""


def test_roles_by_the_service_that_takes_them_on(member: Lists) -> None:
    assert member.kept("roles", "service:lambda") == ["SettlementWorker"]
    assert member.kept("roles", "service:ec2 has:profile") == ["WebServer"]
    assert member.kept("roles", "path:/aws-service-role/") == ["AWSServiceRoleForAutoScaling"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("users", "tga:team", "there is no filter tga:; did you mean tag:?"),
        ("users", "tag:taem", 'no tag begins with "taem"; did you mean team?'),
        (
            "users",
            "tag:team=reprots",
            'no value of team begins with "reprots"; did you mean reports',
        ),
        ("users", "has:bondary", "has:bondary says nothing of users; did you mean boundary?"),
        ("groups", "has:mfa", "has:mfa says nothing of groups; did you mean"),
        ("users", "group:Admns", "did you mean Admins?"),
        ("users", "policy:ReportRead", "did you mean ReportsRead?"),
        ("roles", "group:Admins", "no role is in one"),
        ("users", "service:ec2", "service: is for roles"),
        ("users", "action:s3:GetObjcet", "did you mean s3:GetObject"),
        ("users", "action:braket:CancelJob !action:braket:CancelJob", ""),
        ("users", "arn:aws:iam::111122223333:user/alice", ""),
        ("users", "::", ""),
    ],
)
def test_what_is_not_understood_names_the_nearest(
    startup: Lists, name: ListName, text: str, said: str
) -> None:
    problem = startup.problem(name, text)
    assert said in problem
    assert bool(problem) == bool(said)


WORDS = st.sampled_from(
    [*(f"{prefix}:" for prefix in FILTERS), "a", "!", '"', "=", " ", "s3", "*", ":", "team", "界"]
)


@given(st.lists(WORDS, max_size=8), st.sampled_from(LIST_NAMES))
def test_whatever_is_typed_keeps_some_of_the_items(
    startup: Lists, typed: list[str], name: ListName
) -> None:
    text = "".join(typed)
    everything = startup.kept(name, "")
    assert set(startup.kept(name, text)) <= set(everything)
    startup.problem(name, text)


@given(st.sampled_from(["tag:team", "has:mfa", "policy:ReportsRead", "action:s3", "group:dev"]))
def test_a_word_and_its_opposite_share_the_list_out(startup: Lists, word: str) -> None:
    kept, left = startup.kept("users", word), startup.kept("users", f"!{word}")
    assert sorted([*kept, *left]) == sorted(startup.kept("users", ""))


async def test_a_filter_with_prefixes_counts_and_says_what_it_does_not_know() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("/")
        await walk.type("tag:team=reports")
        assert "3/7 /" in walk.pane("users")
        await walk.type("x")
        assert 'no value of team begins with "reportsx"; did you mean reports?' in walk.status
        assert "did you mean reports" in walk.pane("users")
        await walk.press("backspace")
        assert walk.status == ""
        await walk.press("enter", "j")
        assert "Users > bob" in walk.crumbs


async def test_actions_are_looked_for_in_every_policy() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("/")
        await walk.type("action:sts:assumerole")
        assert "3/7 /" in walk.pane("users")
        assert walk.status == ""
        await walk.type("x")
        assert "is no action that AWS documents; did you mean sts:AssumeRole" in walk.status


async def test_a_filter_follows_edits() -> None:
    async with journey(size=NORMAL) as walk:
        await walk.press("/")
        await walk.type("group:admins")
        await walk.press("enter")
        assert "0/7" in walk.pane("users")
        await walk.go("2", "Admins")
        await walk.pick("bob")
        await walk.press("1")
        assert "1/7" in walk.pane("users")
        assert ">~bob" in walk.pane("users")
        await walk.press("u")
        assert "0/7" in walk.pane("users")


async def test_the_help_explains_every_prefix() -> None:
    async with journey(size=(80, 250)) as walk:
        await walk.press("?")
        for kind in FILTERS.values():
            assert kind.example in walk.screen
        assert "has: of roles" in walk.screen
