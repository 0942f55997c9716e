"""The collector is off while runs are read and compared, and as before afterwards."""

import gc

import pytest

from leaneval._collector import put_off
from leaneval.errors import UsageError
from leaneval.results import read_conditions


@pytest.fixture
def collector():
    yield
    gc.enable()


@pytest.mark.parametrize("on", [True, False])
def test_it_is_off_within_and_as_before_afterwards(collector, on):
    (gc.enable if on else gc.disable)()

    @put_off()
    def within():
        return gc.isenabled()

    assert [within(), gc.isenabled(), within(), gc.isenabled()] == [False, on, False, on]


def test_it_is_back_after_an_error(collector, tmp_path):
    gc.enable()
    with pytest.raises(UsageError):
        read_conditions([str(tmp_path / "none.jsonl")])
    assert gc.isenabled()
