"""The names that other people's code relies on."""

from __future__ import annotations

import inspect
import subprocess
import sys
from types import ModuleType

import pytest

import iam_tui
import iam_tui.policy


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def test_the_surface_is_the_documented_one() -> None:
    assert set(iam_tui.__all__) == {
        "Account",
        "__version__",
        "blast_radius",
        "errors",
        "load",
        "principal_can",
        "save",
        "simulate",
        "who_can",
    }
    assert {"Decision", "Policies", "Request", "authorize"} <= set(iam_tui.policy.__all__)


@pytest.mark.parametrize("module", [iam_tui, iam_tui.policy])
def test_the_surface_is_sorted_and_complete(module: ModuleType) -> None:
    names = module.__all__

    assert names == sorted(set(names))
    assert all(hasattr(module, name) for name in names)
    own = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and name != "annotations"
        and getattr(value, "__module__", "").startswith("iam_tui")
    }
    assert own <= set(names)


@pytest.mark.parametrize("module", [iam_tui, iam_tui.policy])
def test_every_name_is_documented(module: ModuleType) -> None:
    # Text and aliases of types have no description of their own.
    described = {
        name: found.__doc__ or ""
        for name, found in ((name, getattr(module, name)) for name in module.__all__)
        if inspect.isclass(found) or inspect.isroutine(found) or inspect.ismodule(found)
    }

    assert len(described) >= 6
    # What dataclasses and named tuples write themselves says nothing.
    assert not {
        name: text for name, text in described.items() if not text or text.startswith(f"{name}(")
    }


def test_names_can_be_listed() -> None:
    assert dir(iam_tui) == iam_tui.__all__


def test_an_unknown_name_is_refused_as_usual() -> None:
    with pytest.raises(AttributeError, match="module 'iam_tui' has no attribute 'lode'"):
        iam_tui.lode  # noqa: B018


def test_importing_the_package_loads_nothing_of_it() -> None:
    loaded = "[name for name in sys.modules if name.startswith('iam_tui.')]"

    assert run(f"import sys, iam_tui; iam_tui.__version__; print({loaded})") == "[]"


def test_a_name_is_resolved_when_it_is_used() -> None:
    code = "import sys, iam_tui; iam_tui.load; print('iam_tui.formats' in sys.modules)"

    assert run(code) == "True"


def test_the_public_names_can_be_imported_together() -> None:
    code = "from iam_tui import *; print(load.__name__, errors.IamTuiError.__name__)"

    assert run(code) == "load IamTuiError"
