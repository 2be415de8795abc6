"""`iam-tui grep`: lines and JSON."""

from __future__ import annotations

import json

from tests.cli.conftest import Runner, refused


def test_lines_name_the_statement_what_matched_and_whom_it_reaches(run: Runner) -> None:
    lines = run("grep", "startup", "s3:PutObject").out.splitlines()
    assert lines[0] == "7 statements in 7 policies"
    assert lines[1].split() == [
        "policy/S3Allow[0]",
        "WorkOnReports",
        "Allow",
        "managed",
        "1",
        "principal",
        "names",
        "Action",
        "s3:PutObject",
    ]
    assert "bounds 1" in next(line for line in lines if line.startswith("PowerUserAccess"))


def test_json_has_every_match(run: Runner) -> None:
    found = json.loads(run("grep", "startup", "s3:PutObject", "--json").out)
    first = found["statements"][0]
    assert first["statement"] == "arn:aws:iam::111122223333:policy/S3Allow[0]"
    assert first["matches"] == [{"element": "Action", "entry": "s3:PutObject", "how": "names"}]
    assert (first["principals"], first["bounds"]) == (1, 0)


def test_nothing_found_is_said(run: Runner) -> None:
    assert run("grep", "startup", "nowhere-to-be-found").out == "0 statements in 0 policies\n"


def test_an_empty_word_is_refused(run: Runner) -> None:
    assert "say what to look for" in refused(run("grep", "startup", " "), 2)
