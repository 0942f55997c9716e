import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from leaneval._http import retry_after
from leaneval.judges._retry import RetryPolicy, TryError, persist

QUICK = RetryPolicy(pause=0.01, total_seconds=5)


class Attempt:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.count = 0

    async def __call__(self):
        self.count += 1
        outcome = self.outcomes.pop(0) if self.outcomes else TryError("outage", "still down")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def test_an_outage_is_tried_again_until_it_is_over():
    attempt = Attempt(TryError("outage", "a"), TryError("outage", "b"), "fine")
    assert await persist(QUICK, attempt) == "fine"
    assert attempt.count == 3


@pytest.mark.parametrize(("fault", "count"), [("outage", 8), ("answer", 3), ("final", 1)])
async def test_the_number_of_tries_is_bounded_by_the_kind_of_fault(fault, count):
    attempt = Attempt(*(TryError(fault, "why") for _ in range(20)))
    with pytest.raises(TryError, match=rf"why \({count} (try|tries)\)"):
        await persist(QUICK, attempt)
    assert attempt.count == count


async def test_a_wait_beyond_the_deadline_ends_at_once():
    attempt = Attempt(TryError("outage", "busy", wait=3600))
    started = time.monotonic()
    with pytest.raises(TryError, match="too late") as caught:
        await persist(QUICK, attempt)
    assert caught.value.fault == "outage", "or a long outage would not be seen as one"
    assert time.monotonic() - started < 1


async def test_the_total_time_is_bounded_even_if_one_try_hangs():
    started = time.monotonic()
    with pytest.raises(TryError, match="in all") as caught:
        await persist(RetryPolicy(total_seconds=0.2), lambda: asyncio.sleep(60))
    assert caught.value.fault == "outage"
    assert time.monotonic() - started < 2


def test_the_default_pauses_outlast_a_minute_of_refusals():
    policy = RetryPolicy()
    least = sum(0.75 * min(2.0**n, policy.longest_pause) for n in range(policy.tries - 1))
    assert 60 < least < policy.total_seconds


def test_pauses_grow_and_are_not_all_equal():
    pauses = {RetryPolicy().backoff(3) for _ in range(20)}
    assert len(pauses) > 10
    assert all(3.0 <= pause <= 5.0 for pause in pauses)


def test_retry_after_in_seconds_and_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    past = format_datetime(datetime.now(UTC) - timedelta(seconds=30), usegmt=True)
    assert retry_after({"retry-after": "7"}) == 7
    assert retry_after({"retry-after": "0.5"}) == 0.5
    assert 25 < retry_after({"retry-after": soon}) <= 30
    assert retry_after({"retry-after": past}) == 0
    assert retry_after({"retry-after": "-3"}) == 0


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "1e12", "Mon, 99 Foo"])
def test_a_senseless_retry_after_is_passed_over(value):
    assert retry_after({"retry-after": value}) is None
