"""`llm:MODEL`: a language model behind any OpenAI-compatible endpoint reads both statements.

Invariant: a score is what the model said, inside [0, 1]; whatever else happens, after the last try
the score is unavailable, never a number. Bounded in calls at once, tries and time. Once the
endpoint has failed many questions in a row, each further one gets a single try until it answers
again, so that an outage costs minutes and not hours. Out of scope: remembering (see `_cached`).
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Self

from leaneval.judges._answer import Answer, AnswerError, read_answer
from leaneval.judges._endpoint import Access, CutOffError, Endpoint, Request
from leaneval.judges._prompt import Prompt, StrictPrompt
from leaneval.judges._retry import RetryPolicy, TryError, persist
from leaneval.judges._usage import Usage, price_of
from leaneval.store import digest
from leaneval.types import Score

if TYPE_CHECKING:
    from leaneval.settings import Settings
    from leaneval.types import Problem, Statement

_OUTAGE = 8
_LONGEST_ANSWER = 8192


class LlmJudge:
    """A language model as judge.

    Args:
        model: As the endpoint names it.
        settings: Protocol and concurrency.
        policy: Bounds on tries and time.

    Raises:
        UsageError: `LEANEVAL_PRICES` or the endpoint's address cannot be read.
    """

    def __init__(self, model: str, settings: Settings, policy: RetryPolicy | None = None) -> None:
        self._model = model
        self._policy = policy or RetryPolicy()
        self._access = Access.from_environment()
        self._price = price_of(model)
        self._usage = Usage()
        self._endpoint = Endpoint(model, self._access, self._policy.call_seconds, self._usage)
        self._slots = asyncio.Semaphore(settings.judge_concurrency)
        self._prompt: Prompt | None = None if settings.protocol == "study" else StrictPrompt()
        self._failed_in_a_row = 0

    @property
    def spec(self) -> str:
        """`llm:MODEL`."""
        return f"llm:{self._model}"

    @property
    def identity(self) -> str:
        """Model, endpoint and prompt; the study's prompt is known once the context is entered."""
        prompt = self._prompt.identity if self._prompt else "study, not fetched yet"
        return f"{self.spec} at {self._access.shown}, prompt {prompt}"

    def key(self, problem: Problem, statement: Statement) -> str:
        """Digest of the identity and of every word that the model would be sent."""
        return digest(
            self.identity, *(m.content for m in self._render(problem, statement).messages)
        )

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """The model's score; `Score(None, why)` after the last failed try."""
        request = self._render(problem, statement)
        async with self._slots:
            try:
                answer = await self._answer(request)
            except TryError as error:
                self._failed_in_a_row += error.fault == "outage"
                self._usage.unavailable += 1
                return Score(None, str(error), self.spec)
        self._failed_in_a_row = 0
        return Score(answer.score, answer.reason, self.spec)

    def usage(self) -> dict[str, float]:
        """Calls, retries, tokens, questions without a score, cost where the price is known."""
        return self._usage.report(self._price)

    async def __aenter__(self) -> Self:
        if self._prompt is None:
            from leaneval.judges._study import fetch_study_prompt

            self._prompt = await fetch_study_prompt()
        await self._endpoint.open()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._endpoint.close()

    async def _answer(self, request: Request) -> Answer:
        limit = request.max_tokens
        first = True

        async def attempt() -> Answer:
            nonlocal limit, first
            self._usage.retries += not first
            first = False
            try:
                return read_answer(
                    await self._endpoint.ask(dataclasses.replace(request, max_tokens=limit))
                )
            except AnswerError as error:
                raise TryError("answer", str(error)) from error
            except CutOffError:
                limit = limit if request.plain else min(2 * limit, _LONGEST_ANSWER)
                raise

        return await persist(
            self._policy, attempt, tries=1 if self._failed_in_a_row >= _OUTAGE else None
        )

    def _render(self, problem: Problem, statement: Statement) -> Request:
        assert self._prompt is not None, "the judge is used outside its context"
        return self._prompt.render(problem, statement)
