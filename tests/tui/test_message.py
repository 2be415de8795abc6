"""An AccessDenied message that is pasted: what it asks, and where the file says otherwise."""

from __future__ import annotations

from textual import events

from iam_tui.tui.screens.why import WhyScreen
from tests.tui.journey import NORMAL, SMALL, Journey, journey, squeezed
from tests.tui.verbs import answered, copied

DAVE = "arn:aws:iam::111122223333:user/dave"
REPORT = "arn:aws:s3:::reports/2026/q1.csv"
DENIED = (
    f"User: {DAVE} is not authorized to perform: s3:PutObject on resource: {REPORT!r} "
    "because no {} allows the s3:PutObject action"
).replace("'", '"')
ENCODED = (
    "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are "
    "not authorized to perform this operation. Encoded authorization failure message: "
    "4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcdefghijklmn-abcdefghijklmn"
)


async def paste(walk: Journey, text: str) -> None:
    walk.app.post_message(events.Paste(text))
    await walk.settle()


async def why(walk: Journey, *arguments: str) -> WhyScreen:
    walk.app.open_mode("why", arguments)
    await walk.settle()
    screen = walk.app.screen
    assert isinstance(screen, WhyScreen)
    return screen


async def test_a_pasted_message_is_its_request_and_the_verb_says_the_same() -> None:
    message = DENIED.format("identity-based policy")
    async with journey("startup", NORMAL) as walk:
        await walk.go("1", "alice")
        await walk.press("i", "tab", "tab", "tab")
        await paste(walk, message.replace(" because", "\n  because"))
        assert "Why not" not in walk.crumbs
        await walk.press("enter")
        assert walk.crumbs.split(" > ")[1:3] == ["dave", "s3:PutObject"]
        assert await copied(walk) == ["why", "startup", "--message", message]
        said = await answered(walk, "--json")
        assert said["message"]["agrees"]
        assert squeezed(said["message"]["verdict"]) in walk.prose
        action = said["message"]["action"]
        assert f"Principal user/dave as the message says Action {action}" in walk.prose
        for number, fix in enumerate(said["fixes"][:3], start=1):
            assert f"{number} {fix['title']}" in walk.prose


async def test_a_message_is_taken_wherever_it_is_pasted() -> None:
    message = DENIED.format("identity-based policy")
    async with journey("startup", SMALL) as walk:
        await walk.press("i", "shift+tab")
        await paste(walk, message)
        assert (await copied(walk))[2:] == ["--message", message]
        await why(walk, "user/eve", "s3:GetObject")
        await paste(walk, message)
        assert (await copied(walk))[2:] == ["--message", message]


async def test_a_field_wins_over_the_message() -> None:
    async with journey("startup", NORMAL) as walk:
        await why(walk, "--message", DENIED.format("identity-based policy"))
        await walk.press("i")
        await walk.type("user/eve")
        await walk.press("enter")
        assert walk.crumbs.split(" > ")[1:3] == ["eve", "s3:PutObject"]
        assert (await copied(walk))[2:4] == ["--principal", "user/eve"]
        said = await answered(walk, "--json")
        assert said["result"]["EvalDecision"] in walk.prose


async def test_where_aws_says_otherwise_the_unknown_layer_is_named() -> None:
    async with journey("startup", NORMAL) as walk:
        await why(walk, "--message", DENIED.format("service control policy"))
        assert "AWS names no Allow in service control policies; by this file it is" in walk.prose
        assert "- SCPs are not in this file" in walk.prose


async def test_an_encoded_message_is_named_with_the_command_that_decodes_it() -> None:
    async with journey("startup", NORMAL) as walk:
        await why(walk, "--message", ENCODED)
        assert "the message is encoded and does not say its principal" in walk.prose
        assert "aws sts decode-authorization-message --encoded-message" in walk.prose
        assert "or fill in Principal" in walk.prose
        await walk.type(DAVE)
        await walk.press("enter")
        assert "the encoded part of the message says more" in walk.prose
        await walk.press("j", "j", "y")
        assert walk.app.clipboard.endswith("--encoded-message " + ENCODED.rpartition(" ")[2])


async def test_what_is_no_such_message_is_said_and_kept() -> None:
    async with journey("startup", SMALL) as walk:
        for text in ("hello\nworld", "[red]User:[/] \x1b[31m is", "Rate exceeded"):
            screen = await why(walk, "user/eve", "s3:GetObject")
            await paste(walk, text)
            assert "this is no AccessDenied message of AWS" in walk.screen
            assert text.split(maxsplit=1)[0] in walk.screen
            assert "\x1b" not in walk.screen
            assert screen.command() == ()
            walk.app.pop_screen()
