"""One OpenAI-compatible endpoint: a single question, asked once, through the `openai` package.

Invariant: `ask` returns text that the model finished by itself, or raises `TryError` saying whose
fault it was. The client's own retries are off: `_retry` is the only policy. The key is sent to the
endpoint and nowhere else; it is cut out of every message. Out of scope: what the text means.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from leaneval._http import address, retry_after
from leaneval.errors import UnavailableError, UsageError
from leaneval.judges._answer import one_line
from leaneval.judges._retry import TryError
from leaneval.judges._shape import Shape

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

    from leaneval.judges._prompt import Message
    from leaneval.judges._usage import Usage

DEFAULT_URL = "https://api.openai.com/v1"
_PROBE_SECONDS = 10.0
_AGAIN = frozenset({408, 409, 425, 429})
_RELAXING = frozenset({400, 415, 422, 501})
_KEY_REMEDY = (
    "set LEANEVAL_JUDGE_API_KEY (or OPENAI_API_KEY, which goes to OPENAI_BASE_URL only) to a key "
    "that may use this model"
)
_URL_REMEDY = (
    "name an existing model in the judge spec (llm:MODEL) and set LEANEVAL_JUDGE_BASE_URL "
    "(or OPENAI_BASE_URL) to the endpoint's address, up to and including /v1"
)


@dataclass(frozen=True, slots=True)
class Access:
    """Where the judge model lives and the key to it; from the environment alone.

    Attributes:
        url: Base address.
        key: Empty where the endpoint needs none.
    """

    url: str
    key: str

    @classmethod
    def from_environment(cls) -> Access:
        """`LEANEVAL_JUDGE_*` before `OPENAI_*`. The model's key goes to the model's address only.

        Where the judge's address is its own, `OPENAI_API_KEY` is not sent to it.

        Raises:
            UsageError: The address is none. It is not repeated: it may hold a password.
        """
        own = os.environ.get("LEANEVAL_JUDGE_BASE_URL", "").strip()
        url = own or os.environ.get("OPENAI_BASE_URL", "").strip() or DEFAULT_URL
        if address(url) is None:
            name = "LEANEVAL_JUDGE_BASE_URL" if own else "OPENAI_BASE_URL"
            raise UsageError(
                f"{name} must be an http or https address, got one that cannot be read: "
                "http://localhost:8000/v1, say"
            )
        shared = "" if own else os.environ.get("OPENAI_API_KEY", "")
        return cls(url.rstrip("/"), (os.environ.get("LEANEVAL_JUDGE_API_KEY") or shared).strip())

    @property
    def shown(self) -> str:
        """The address without user, password and query."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class Request:
    """A question.

    Attributes:
        messages: In order.
        max_tokens: Bound on the answer's length.
        plain: Send no optional field but that bound (`protocol: study`).
    """

    messages: tuple[Message, ...]
    max_tokens: int
    plain: bool = False


class Endpoint:
    """A model behind an address.

    Args:
        model: As the endpoint names it.
        access: Address and key.
        seconds: Bound on one request.
        usage: Told of every request and its tokens.
    """

    def __init__(self, model: str, access: Access, seconds: float, usage: Usage) -> None:
        self._model = model
        self._access = access
        self._seconds = seconds
        self._usage = usage
        self._client: AsyncOpenAI | None = None
        self._shapes = {False: Shape(), True: Shape(structured=False, temperature=False)}
        self._settled: set[bool] = set()
        self._resume = 0.0

    async def open(self) -> None:
        """Connect, and ask for the list of models: no tokens are spent.

        Raises:
            UnavailableError: There is no key, it is refused, or nothing answers at the address.
        """
        if not self._access.key and self._access.url == DEFAULT_URL:
            raise UnavailableError(f"{DEFAULT_URL} needs a key, got none: {_KEY_REMEDY}.")
        self._client = await asyncio.to_thread(self._connect)
        try:
            await self._probe(self._client)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def ask(self, request: Request) -> str:
        """The model's finished text.

        Raises:
            TryError: There is none.
        """
        await self._turn()
        shape = self._shapes[request.plain]
        while True:
            try:
                text = await self._send(request, shape)
            except _RefusedError as refusal:
                shape = self._other_shape(request.plain, shape, refusal)
            else:
                if request.plain not in self._settled:
                    self._settled.add(request.plain)
                    self._shapes[request.plain] = shape
                return text

    async def _turn(self) -> None:
        """Wait as long as the endpoint asked to be left alone; a long wait is its outage."""
        rest = self._resume - time.monotonic()
        if rest > self._seconds:
            raise TryError("outage", f"the endpoint asked to be left alone for {rest:.0f} s", rest)
        await asyncio.sleep(max(0.0, rest))

    def _other_shape(self, plain: bool, shape: Shape, refusal: _RefusedError) -> Shape:
        """The shape to try next: the one that another question settled meanwhile, or a looser one.

        Raises:
            TryError: There is none.
        """
        settled = self._shapes[plain]
        if plain not in self._settled:
            other = shape.relaxed(str(refusal))
        else:
            other = settled if settled != shape else None
        if other is None:
            raise TryError("final", str(refusal)) from refusal
        return other

    def _connect(self) -> AsyncOpenAI:
        """In a thread: importing the package takes a while."""
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            api_key=self._access.key or "none",
            base_url=self._access.url,
            max_retries=0,
            timeout=self._seconds,
        )

    async def _probe(self, client: AsyncOpenAI) -> None:
        from openai import APIConnectionError, APIStatusError, OpenAIError

        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await client.models.list()
        except APIStatusError as error:
            if error.status_code in (401, 403):
                raise UnavailableError(self._status_error(error)) from error
        except (APIConnectionError, TimeoutError) as error:
            cause = one_line(str(error.__cause__ or error) or type(error).__name__, 200)
            raise UnavailableError(
                f"the judge's endpoint {self._access.shown} does not answer ({cause}): start it, "
                f"or {_URL_REMEDY}."
            ) from error
        except (OpenAIError, ValueError, AttributeError, TypeError):
            return  # an answer of an unknown form: the first question will tell

    async def _send(self, request: Request, shape: Shape) -> str:
        from openai import APIStatusError, OpenAIError

        assert self._client is not None, "ask() outside the context"
        self._usage.calls += 1
        try:
            async with asyncio.timeout(self._seconds):
                # Not `chat.completions.create`: its typed wrapping costs as much as the request,
                # and what comes back is hostile input that we read ourselves anyway.
                completion = await self._client.post(
                    "/chat/completions", cast_to=object, body=self._body(request, shape)
                )
        except APIStatusError as error:
            raise self._status_failure(error) from error
        except TimeoutError as error:
            raise TryError("outage", f"no answer within {self._seconds:g} s") from error
        except (OpenAIError, OSError, ValueError) as error:
            cause = f"{error.__cause__ or ''}" or type(error).__name__
            why = one_line(self._redacted(f"{error} ({cause})"), 200)
            raise TryError("outage", f"the connection failed: {why}") from error
        return self._finished(completion)

    def _body(self, request: Request, shape: Shape) -> dict[str, Any]:
        messages = [asdict(message) for message in request.messages]
        return {"model": self._model, "messages": messages, **shape.fields(request.max_tokens)}

    def _status_failure(self, error: APIStatusError) -> Exception:
        status, why = error.status_code, self._status_error(error)
        if "insufficient_quota" in str(error.body):
            return TryError("final", why)
        if status in _AGAIN or (status >= 500 and status != 501):
            wait = retry_after(error.response.headers)
            if wait:
                self._resume = max(self._resume, time.monotonic() + wait)
            return TryError("outage", why, wait)
        return _RefusedError(why) if status in _RELAXING else TryError("final", why)

    def _status_error(self, error: APIStatusError) -> str:
        said = one_line(self._redacted(str(error.message)), 200)
        remedy = {401: _KEY_REMEDY, 403: _KEY_REMEDY, 404: _URL_REMEDY}.get(error.status_code)
        what = f"{self._access.shown} answered {error.status_code} for {self._model!r}: {said}"
        return f"{what}; {remedy}" if remedy else what

    def _redacted(self, text: str) -> str:
        return text.replace(self._access.key, "[key]") if self._access.key else text

    def _finished(self, completion: Any) -> str:
        """The text of an answer that the model ended itself; `completion` is hostile input."""
        try:
            self._count(completion.get("usage"))
            choice = completion["choices"][0]
            message, end = choice["message"], choice.get("finish_reason")
            text, refusal = message.get("content"), message.get("refusal")
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            shown = one_line(self._redacted(str(completion)), 120)
            raise TryError("answer", f"not a chat completion: {shown!r}") from error
        if refusal:
            raise TryError("answer", f"the model refused: {one_line(str(refusal), 120)}")
        if end == "length":
            raise CutOffError("answer", "the answer was cut off at its length limit")
        if end not in ("stop", "eos", None):
            raise TryError("answer", f"the answer ended by {one_line(str(end), 40)!r}")
        if not isinstance(text, str) or not text.strip():
            raise TryError("answer", "the answer is empty")
        return text

    def _count(self, usage: Any) -> None:
        for name in ("prompt_tokens", "completion_tokens"):
            tokens = usage.get(name) if isinstance(usage, dict) else None
            if isinstance(tokens, int) and tokens > 0:
                setattr(self._usage, name, getattr(self._usage, name) + tokens)


class CutOffError(TryError):
    """The answer reached its length limit; a longer limit may help."""


class _RefusedError(Exception):
    """The endpoint does not take the request in this form."""
