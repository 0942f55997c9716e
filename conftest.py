"""Settings that every test of the workspace shares."""

import hypothesis
import pytest

hypothesis.settings.register_profile("crossfade", deadline=None)
hypothesis.settings.load_profile("crossfade")


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches a hub, whatever the library under it would like."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
