import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.extract import RULES, extract, study_source, study_statement

THEOREM = "theorem t (n : Nat) : Eq (add n zero) n := sorry"
PIECES = st.sampled_from(
    [
        *["```lean4\n", "```", "~~~lean\n", "<think>", "</think>", "\n", "\r\n", " "],
        *["\0", "\ud800"],
        THEOREM,
        "theorem",
        " t ",
        ":",
        ":=",
        "(",
        ")",
        "/-",
        "-/",
        "--",
        '"',
        "import X\n",
        "@[",
        "]",
        "axiom e : False\n",
        "open A in\n",
        "where",
        "|",
        "=>",
        "let",
        "universe u\n",
        "«",
        "é",
        "e\u0301",
    ]
)


def fence(body, mark="```", language="lean4"):
    return f"{mark}{language}\n{body}\n{mark}\n"


def statement(rollout):
    found = extract(rollout)
    assert found.rule is None, found.message
    return found.statement


@pytest.mark.parametrize(
    "rollout",
    [
        fence(THEOREM),
        fence(THEOREM, language="lean"),
        fence(THEOREM, language="Lean4"),
        fence(THEOREM, language="LEAN4"),
        fence(THEOREM, language=" lean4"),
        fence(THEOREM, language=""),
        fence(THEOREM, mark="~~~"),
        fence(THEOREM, mark="````"),
        fence(THEOREM).replace("\n", "\r\n"),
        "```lean4\n" + THEOREM,
        "```lean4 " + THEOREM + "```",
        "Here:\n" + fence("theorem old : True := trivial") + "Better:\n" + fence(THEOREM),
        "<think>" + fence("theorem old : True := trivial") + "</think>" + fence(THEOREM),
        "thoughts of the template</think>\n" + fence(THEOREM),
        THEOREM,
        "The statement is:\n\n" + THEOREM + "\n\nIt says that zero is neutral.",
        fence("/-- doc ) -/\n@[simp] private " + THEOREM),
        fence("-- theorem u : False := x\n" + THEOREM),
        fence(THEOREM) + "```python\nprint(1)\n```",
    ],
)
def test_the_statement_is_found(rollout):
    found = statement(rollout)
    assert (found.name, found.signature) == ("t", "(n : Nat) : Eq (add n zero) n")
    assert found.header == found.context == ""


def test_header_universes_and_namespace():
    text = (
        "import Mathlib -- all of it\nopen Real /- x -/ Nat\nuniverse u w\n"
        "set_option maxHeartbeats 0 in\ntheorem A.b.{v} (α : Type u) : P α := sorry"
    )
    found = statement(fence(text))
    assert found.header == "import Mathlib\nopen Real Nat\nset_option maxHeartbeats 0"
    assert (found.name, found.universes) == ("A.b", ("v", "u"))
    assert found.source == text


def test_the_preamble_repeated_is_no_header_of_its_own():
    preamble = "import Mathlib\n\nopen Real"
    repeated = extract(fence(preamble + "\n" + THEOREM), preamble).statement
    assert repeated is not None
    assert replace(repeated, source="") == replace(statement(fence(THEOREM)), source="")


def test_other_commands_are_kept_for_the_gate():
    found = statement(fence("def f := 1\n" + THEOREM + "\naxiom e : False"))
    assert found.context == "def f := 1\naxiom e : False"


def test_an_example_gets_a_name():
    assert statement(fence("example (n : Nat) : Eq n n := rfl")).name == "anonymous"


def test_comments_never_reach_the_signature():
    found = statement(fence("theorem t /- SECRET -/ (n : Nat) -- SECRET\n : Eq n n := sorry"))
    assert "SECRET" not in found.signature + found.header + found.context


def test_canonical_composition():
    assert statement(fence("theorem t (e\u0301 : Nat) : Eq zero zero := x")).signature.startswith(
        "(é"
    )


@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["", "import X\nopen Y"]))
def test_no_rollout_raises(rollout, preamble):
    found = extract(rollout, preamble)
    assert (found.statement is None) == (found.rule is not None)
    assert found.rule is None or (found.rule in RULES and found.message)
    found.source.encode()
    study = study_source(rollout, preamble)
    assert study is None or study.encode()
    study_statement(rollout, preamble)


@given(st.text(st.characters()))
def test_no_text_raises(rollout):
    assert extract(rollout).source.encode() is not None


@given(st.lists(PIECES, max_size=25).map("".join))
def test_extraction_of_what_was_extracted_changes_nothing(body):
    first = extract(fence(body)).statement
    if first is None or first.context or first.universes or not first.name.isascii():
        return
    again = extract(fence(f"{first.header}\ntheorem {first.name} {first.signature} := sorry"))
    assert again.statement is not None
    assert replace(again.statement, source="") == replace(first, source="")


SIZE = 1_000_000


@pytest.mark.parametrize(
    "unit",
    ["```lean4\n", "```\n", "``` ", "(", "/-", "-/", "<think>", "<think></think>", " ",
     "\n", '"', "«",
     "`", "~ ", "\0", "\ud800", "x", "\\", "'", "private ", "@[", "| x ", "theorem ", "\n\nA a",
     ":= ", "let ", "#", "# ", "--", "∀ (a : T) "],
)  # fmt: skip
def test_a_hostile_megabyte_is_answered_at_once(unit):
    for text in (
        unit * (SIZE // len(unit)),
        "```lean4\ntheorem t : " + unit * (60_000 // len(unit)),
    ):
        start = time.process_time()
        found = extract(text)
        assert time.process_time() - start < 3
        assert (found.statement is None) == (found.rule is not None)


def test_study_takes_the_first_fence_whole():
    rollout = fence("def f := 1\n" + THEOREM) + fence("theorem u : P := x")
    assert study_source(rollout, "import A") == "import A\n\ndef f := 1\n" + THEOREM
    assert study_statement(rollout, "import A").name == "t"
    assert study_source(fence("import B\n" + THEOREM), "import A").startswith("import B")
    assert study_source("no fence", "import A") is None
    assert study_statement(fence("def f := 1"), "") is None
