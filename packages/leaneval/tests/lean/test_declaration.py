import pytest

from leaneval.lean import commands, shape, split_declaration, tokens


def split(text):
    part = commands(tokens(text), text)[0]
    return split_declaration(part.body, text)


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("theorem t (n : ℕ) : n = n := by simp", "(n : ℕ) : n = n"),
        ("theorem t : let x := 1; x = 1 := by simp", ": let x := 1; x = 1"),
        ("theorem t : let x : ℕ := 1\n  let y := 2\n  x < y := sorry",
         ": let x : ℕ := 1\n  let y := 2\n  x < y"),
        ("theorem t (n : ℕ := 3) : n = n := rfl", "(n : ℕ := 3) : n = n"),
        ("theorem t : f { x := 1 } = 1 := rfl", ": f { x := 1 } = 1"),
        ("theorem t : have h := foo; P h := sorry", ": have h := foo; P h"),
        ("theorem t : ∀ n, P n\n  | 0 => foo\n  | n + 1 => calc a = b := bar", ": ∀ n, P n"),
        ("theorem t : |x| = |y| := sorry", ": |x| = |y|"),
        ("theorem t : ∃ x, |x| < sSup fun y => y := sorry", ": ∃ x, |x| < sSup fun y => y"),
        ("theorem t : match x with | 0 => P | _ => Q := sorry", ": match x with | 0 => P | _ => Q"),
        ("theorem t : let f : ℕ → ℕ | 0 => 1 | _ => 2; f 0 = 1 := sorry",
         ": let f : ℕ → ℕ | 0 => 1 | _ => 2; f 0 = 1"),
        ("theorem t : (fun | 0 => 1 | _ => 2) 0 = 1 := sorry", ": (fun | 0 => 1 | _ => 2) 0 = 1"),
        ("theorem t : a ∧ b where\n  left := x\n  right := y", ": a ∧ b"),
        ("theorem t : letI : C a := ⟨h⟩\n P := sorry", ": letI : C a := ⟨h⟩\n P"),
    ],
)  # fmt: skip
def test_the_proof_is_cut_at_its_own_mark(text, signature):
    found = split(text)
    assert (found.name, found.signature) == ("t", signature)
    assert found.proof is not None


def test_name_and_universes():
    found = split("theorem Foo.bar.{u, v} {α : Type u} : P := sorry")
    assert (found.name, found.universes) == ("Foo.bar", ("u", "v"))
    assert found.signature == "{α : Type u} : P"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import A\nopen B C\ntheorem t : P := x", ["import", "open", "theorem"]),
        ("open scoped A in\ntheorem t : P := x", ["open", "theorem"]),
        ("@[simp] private theorem t : P := x", ["theorem"]),
        ("noncomputable def f := 1 theorem t : P := x", ["def", "theorem"]),
        ("theorem t : P := (x).end", ["theorem"]),
        ("theorem t : P := foo.axiom", ["theorem"]),
        ("theorem t : P := x\n#eval 1", ["theorem", "#eval"]),
        ("blah\ntheorem t : P := x", ["", "theorem"]),
        ("@[simp]", [""]),
        ("", []),
    ],
)
def test_commands(text, words):
    assert [part.word for part in commands(tokens(text), text)] == words


@pytest.mark.parametrize("text", ["(", ")", "(]", "(()", "⟨)", "{x | (y}"])
def test_unbalanced_brackets_are_seen(text):
    assert shape(tokens(text)).astray is not None
