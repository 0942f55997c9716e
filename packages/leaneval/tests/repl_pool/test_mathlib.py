"""Where a real Mathlib is: the benchmarks' references, and texts that a world with Init allows.

    LEANEVAL_TEST_PROJECT=~/.cache/leaneval/mathlib/v4.27.0 pytest packages/leaneval/tests/repl_pool

Set it to a built Lake project with Mathlib (`leaneval setup` makes one).
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from leaneval.checkers import make_checker
from leaneval.extract import parse_reference
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import Claim, FileClaim, Statement, StatementClaim, Verdict

pytestmark = [pytest.mark.lean, pytest.mark.slow]
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def mathlib() -> Callable[[], Checker]:
    folder = os.environ.get("LEANEVAL_TEST_PROJECT")
    if not folder:
        pytest.skip("set LEANEVAL_TEST_PROJECT to a built Lake project with Mathlib")
    settings = Settings(checker=f"project:{folder}", cache="off", time_limit=60.0)
    return lambda: make_checker(settings)


async def check(checker: Checker, claims: Sequence[Claim]) -> list[str]:
    async with checker:
        verdicts: list[Verdict] = await asyncio.gather(*map(checker.check, claims))
    return [str(verdict.kind) for verdict in verdicts]


def statement(signature: str, header: str = "") -> StatementClaim:
    return StatementClaim(Statement(header, "t", signature))


KNOWN: dict[Claim, str] = {
    statement("(a b : ℝ) (h : a < b) : ∃ c, a < c ∧ c < b"): "compiles",
    statement(": ∑ i ∈ Finset.range 10, i = 45"): "compiles",
    statement("(x : ℝ) : sin x ≤ 1"): "compiles",
    statement("(x : ℝ) : sin x ≤ 1", "import Mathlib"): "fails",
    statement("(x : ℝ) : sin x ≤ 1", "import Mathlib.Tactic\nopen Real"): "compiles",
    statement("(x : ℝ) : x = x", "import Mathlib.No.Such.Module"): "fails",
    statement(": sorry"): "fails",
    statement("(n : ℕ) : (⟨n, by omega⟩ : {m // m = n}) = ⟨n, rfl⟩"): "compiles",
    statement("(n : {m : ℕ // (by exact? : 1 = 2) = (by exact? : 1 = 2)}) : n = n"): "fails",
    statement(": (1 : ℕ)"): "fails",
    statement("(h : (by native_decide : 2 + 2 = 4) = rfl) : True"): "fails",
    FileClaim("import Mathlib\ntheorem x : 1 + 1 = 2 := by sorry"): "compiles",
    FileClaim("import Mathlib\ntheorem x : 1 + 1 = 2 := by norm_num"): "compiles",
    FileClaim("import Mathlib\ntheorem x : 1 + 1 = 3 := by norm_num"): "fails",
    FileClaim("import Mathlib\nimport Aesop\n/- c -/\nopen Real in\ntheorem x : π > 3 := sorry"):
        "compiles",
    FileClaim("import Mathlib\n#eval 1\n#exit\ntheorem x : 1 = 2 := by sorry"): "fails",
}  # fmt: skip


async def test_known_texts(mathlib: Callable[[], Checker]) -> None:
    found = dict(zip(KNOWN, await check(mathlib(), list(KNOWN)), strict=True))
    assert found == KNOWN


async def test_every_gaokao_reference_compiles(mathlib: Callable[[], Checker], rows: Rows) -> None:
    """94 are in a notation that Mathlib has dropped, and are migrated first."""
    texts = [row["formal_statement"] for row in rows("gaokao_formal.jsonl")]
    found = await check(mathlib(), [StatementClaim(parse_reference(text)) for text in texts])
    assert len(texts) == 495
    assert Counter(found)["compiles"] >= 0.97 * len(texts)
    assert not {"crash", "unavailable"} & set(found)


async def test_every_putnam_reference_compiles(mathlib: Callable[[], Checker], rows: Rows) -> None:
    texts = [(row["formal_statement"], row["header"]) for row in rows("putnambench.jsonl")]
    found = await check(mathlib(), [StatementClaim(parse_reference(*text)) for text in texts])
    assert len(texts) == 672
    assert Counter(found)["compiles"] >= 0.97 * len(texts)
    assert not {"crash", "unavailable"} & set(found)
