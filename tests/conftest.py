"""What holds for every test: how many examples a law is tried on, and whose files are touched."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Making an account takes longer than hypothesis expects of an example.
_COMMON = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.register_profile("few", _COMMON, max_examples=30)
settings.register_profile("many", _COMMON, max_examples=1000)
settings.load_profile("few")


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep settings, state and caches of whoever runs the tests out of them, and as they are."""
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(tmp_path_factory.mktemp(kind.lower())))
        yield


# As the program does; a third of the time of the tests of the screen is spent on it otherwise.
gc.set_threshold(100_000, 20, 50)
