import time
from collections import Counter
from dataclasses import replace

import pytest

from leaneval.extract import extract, parse_reference
from leaneval.gate import MATHLIB, gate


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("gaokao_formal.jsonl", "formal_statement"),
        ("putnambench.jsonl", "formal_statement"),
        ("putnambench.jsonl", "formal_statement_with_answer"),
        ("proofnet_sharp.jsonl", "lean4"),
    ],
)
def test_no_benchmark_theorem_is_rejected(rows, file, column):
    rejected = {}
    for row in rows(file):
        reference = parse_reference(row[column], row.get("header", ""))
        # As a model would write it; answer definitions are the reference's trusted context.
        universes = f".{{{', '.join(reference.universes)}}}" if reference.universes else ""
        text = f"{reference.header}\n\ntheorem {reference.name}{universes} {reference.signature}"
        found = extract(f"Here it is.\n\n```lean4\n{text} := by\n  sorry\n```\n")
        if found.statement is None:
            rejected[row["id"]] = found.rule
            continue
        expected = replace(reference, context="", source="")
        assert replace(found.statement, source="") == expected, row["id"]
        if rejection := gate(found.statement, header=MATHLIB):
            rejected[row["id"]] = rejection.message
    assert rejected == {}


def test_the_pool_as_if_a_model_had_written_it(rows):
    pool = rows("train_pool.jsonl.gz")
    whole, alone = Counter(), Counter()
    start = time.process_time()
    for row in pool:
        found = extract(f"```lean4\n{row['lean4']}\n```")
        if found.statement is None:
            whole[found.rule] += 1
            continue
        rejection = gate(found.statement, header=MATHLIB)
        whole[rejection.rule if rejection else "passes"] += 1
        rejection = gate(replace(found.statement, context=""), header=MATHLIB)
        alone[rejection.rule if rejection else "passes"] += 1
    print(f"\n{len(pool)} statements, {time.process_time() - start:.1f} s of CPU")
    print("as written:   ", dict(whole.most_common()))
    print("theorem alone:", dict(alone.most_common()))
    # Most rows bring a namespace or variables, which a candidate may not.
    assert whole["passes"] > 3_000
    assert alone["passes"] > 0.9 * len(pool)
    assert sum(n for rule, n in whole.items() if rule in ("confusable", "instance_binder")) < 20
