"""Judges asked through leaneval's own instruments: a real HTTP server, real Lean."""

import json

import numpy as np
import pytest

from leaneval.calibration import ask, calibrate, read_labels
from leaneval.calibration._resamples import Resamples
from leaneval.errors import UnavailableError, UsageError
from leaneval.profile import MATHLIB, PEANO
from leaneval.settings import Settings

REFERENCE = {"reference": lambda n: f"theorem r : {n} = {n} := by sorry"}


@pytest.fixture
def model(monkeypatch, answered_by, tmp_path):
    for name, value in answered_by.items():
        monkeypatch.setenv(name, value)
    return Settings(judge="llm:m", cache=str(tmp_path / "cache"))


def asked(path, settings, profile=MATHLIB, **more):
    return ask(read_labels(path), settings, profile, checked=False, progress=False, **more)


def by_candidate(endpoint, give):
    """Answers by the number in the candidate; `give` returns a score or a whole reply."""

    def answer(body):
        fields = json.loads(body["messages"][1]["content"])
        made = give(int(fields["candidate"].rpartition(": ")[2].split(" = ")[0]))
        return (
            made if isinstance(made, endpoint.reply) else endpoint.reply(body=endpoint.graded(made))
        )

    endpoint.default = answer


def test_a_model_is_asked_each_statement_once_and_its_cost_is_told(endpoint, model, write, rows):
    by_candidate(endpoint, lambda n: 0.9 if n % 2 else 0.1)
    path = write(rows(**REFERENCE))
    (found,) = asked(path, model)
    assert found.scores.tolist() == [0.9 if n % 2 else 0.1 for n in range(12)]
    assert found.passes.tolist() == [n % 2 for n in range(12)]
    assert found.usage["calls"] == 12
    assert found.usage["prompt_tokens"] == 1200
    assert "reference" in endpoint.bodies[0]["messages"][1]["content"]
    (again,) = asked(path, model)
    assert again.scores.tolist() == found.scores.tolist()
    assert (again.usage["calls"], again.usage["cache_hits"]) == (0, 12)


def test_what_the_model_will_not_score_is_missing_and_never_0(hasty, endpoint, model, write, rows):
    refusal = endpoint.reply(body=endpoint.completion(None, refusal="I cannot."))
    by_candidate(endpoint, lambda n: refusal if n == 5 else 0.9)
    labels = read_labels(write(rows(**REFERENCE)))
    (found,) = ask(labels, model, MATHLIB, checked=False, progress=False)
    assert np.isnan(found.scores[5])
    assert found.reasons[5]
    measured = calibrate(labels, found, Resamples([row.group for row in labels.rows], 200))
    assert measured.missing == (1, 0)
    assert measured.coverage == pytest.approx(11 / 12)
    assert measured.measures["recall"].low < measured.measures["recall"].high
    assert np.isnan(measured.measures["recall"].value)


def test_a_judge_is_not_given_labels_without_references(endpoint, model, leanscorer):
    labels = read_labels(leanscorer)
    with pytest.raises(UsageError) as caught:
        ask(labels, model, MATHLIB, checked=False, progress=False)
    said = str(caught.value)
    assert "'llm:m' compares a statement with its problem's reference" in said
    assert "98 of 98 statements" in said
    assert "'256'" in said
    assert "--task" in said
    assert "--no-reference" in said
    assert not endpoint.requests
    formal = model.model_copy(update={"judge": "beq"})
    with pytest.raises(UsageError, match="column 'reference'") as caught:
        ask(labels, formal, MATHLIB, checked=False, without_reference=True, progress=False)
    assert "--no-reference" not in str(caught.value)


def test_a_model_may_be_let_go_by_the_problems_text(endpoint, model, leanscorer):
    """The 98 statements pass extraction and gate, and reach the model with an empty reference."""
    endpoint.default = endpoint.reply(body=endpoint.graded(0.8))
    (found,) = asked(leanscorer, model, without_reference=True)
    assert found.scores.tolist() == [0.8] * 98
    fields = json.loads(endpoint.bodies[0]["messages"][1]["content"])
    assert fields["reference"] == ""
    assert fields["problem"]
    assert "shown no reference for 98 of 98 statements" in found.identity


def test_none_is_no_judge_to_measure(write, rows):
    with pytest.raises(UsageError, match="--judge must name a judge to be measured, got 'none'"):
        asked(write(rows(**REFERENCE)), Settings(judge="none"))


def test_an_endpoint_that_is_not_there_is_no_score(hasty, model, write, rows, monkeypatch):
    monkeypatch.setenv("LEANEVAL_JUDGE_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(UnavailableError):
        asked(write(rows(**REFERENCE)), model)


@pytest.mark.lean
def test_defeq_on_the_table_of_known_pairs_makes_no_error(peano_labels, tmp_path):
    """Real Lean: 35 equivalent and 61 different pairs, each judged as the table says."""
    settings = Settings(judge="defeq", checker="embedded", workers=1, cache=str(tmp_path))
    labels = read_labels(peano_labels)
    (found,) = ask(labels, settings, PEANO, checked=True, progress=False)
    measured = calibrate(labels, found, Resamples([row.group for row in labels.rows], 200))
    assert tuple(map(int, measured.counts)) == (35, 0, 0, 61)
    assert measured.measures["kappa"].value == 1
    assert not found.outside.any()


@pytest.mark.lean
def test_what_does_not_compile_is_in_no_count_of_the_judge(write, tmp_path):
    """Lean is asked first: the judge of a run would never see these."""
    same = "theorem x (n : Nat) : Eq (add n zero) n := by sorry"
    broken = "theorem x (n : Nat) : Eq (add n zero) q := by sorry"
    other = "theorem x (n : Nat) : Eq n n := by sorry"
    labels = read_labels(
        write(
            [
                {"id": n, "informal": f"{n}", "reference": same, "label": int(text == same),
                 "candidate": text}
                for n, text in enumerate([same, broken, other] * 4)
            ]
        )
    )  # fmt: skip
    settings = Settings(judge="defeq", checker="embedded", workers=1, cache=str(tmp_path))
    (found,) = ask(labels, settings, PEANO, checked=True, progress=False)
    assert found.outside.tolist() == [False, True, False] * 4
    assert "fails" in found.reasons[1]
    measured = calibrate(labels, found, Resamples([row.group for row in labels.rows], 200))
    assert tuple(map(int, measured.counts)) == (4, 0, 0, 4)
    assert (measured.statements, measured.coverage) == (8, 1)


@pytest.mark.lean
def test_two_judges_in_one_are_measured_apart(endpoint, model, peano_labels):
    """`both:llm:m`: the model passes all, Lean's proofs only what is shown equivalent."""
    table = peano_labels.read_text().splitlines(keepends=True)
    peano_labels.write_text("".join(table[:12]))
    endpoint.default = endpoint.reply(body=endpoint.graded(1.0))
    both = model.model_copy(update={"judge": "both:llm:m", "checker": "embedded", "workers": 1})
    first, second = asked(peano_labels, both, PEANO)
    assert (first.name, second.name) == ("llm:m", "beq")
    assert np.nansum(first.passes) == 12
    right = sum(row.right for row in read_labels(peano_labels).rows)
    assert right - 2 <= np.nansum(second.passes) <= right
    assert second.usage["pairs"] > 0
    assert "beq_pairs" not in first.usage
