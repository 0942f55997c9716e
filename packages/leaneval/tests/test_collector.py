"""The collector is off while runs are read and compared, seldom at work while rollouts are scored,
and as before afterwards."""

import contextlib
import gc
import weakref

import pytest

from leaneval._collector import NEW_OBJECTS, put_off, seldom
from leaneval.errors import UsageError
from leaneval.results import read_conditions


class Knot:
    itself: object


@pytest.fixture
def collector():
    before = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*before)


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


@pytest.mark.parametrize(
    ("told", "within"), [(700, NEW_OBJECTS), (NEW_OBJECTS + 1, NEW_OBJECTS + 1), (0, 0)]
)
def test_it_is_seldom_at_work_where_it_was_at_work_more_often(collector, told, within):
    gc.set_threshold(told, 11, 12)
    with contextlib.suppress(KeyError), seldom():
        assert gc.get_threshold()[0] == within
        raise KeyError
    assert gc.get_threshold()[:2] == (told, 11)


def test_cycles_do_not_pile_up_while_rollouts_are_scored(collector):
    made = weakref.WeakSet()
    with seldom():
        for _ in range(4 * NEW_OBJECTS):
            one = Knot()
            one.itself = one
            made.add(one)
            assert len(made) <= 2 * NEW_OBJECTS
