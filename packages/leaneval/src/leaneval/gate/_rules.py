"""The gate's rules by name. A name, once published, never changes its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "1"
"""Counts up with every change of what the gate lets pass; written into results."""

MAX_SIGNATURE = 20_000
MAX_HEADER = 4_000
MAX_NAME = 200
MAX_DEPTH = 100

RULES: Mapping[str, str] = MappingProxyType(
    {
        "control_character": "Control characters and lone surrogates are not Lean.",
        "invisible_character": "Zero-width, bidirectional and unusual space characters hide text.",
        "confusable": "A letter or sign that looks like another one, or that Lean does not know.",
        "too_large": f"A signature has at most {MAX_SIGNATURE} characters, a header {MAX_HEADER}, "
        f"a name {MAX_NAME}.",
        "too_deep": f"Brackets nest at most {MAX_DEPTH} deep.",
        "comment": "A statement that reaches the gate has no comment, closed or not.",
        "unbalanced": "Every bracket is closed by its own kind, in order.",
        "unfinished": "The type is there and complete: no `let` without a value, no open end.",
        "proof_in_statement": "The statement ends before `:=`, `where` or `| pattern =>`.",
        "name": "The name is plain dotted identifiers and does not begin with `_root_`.",
        "universe": "Universe parameters are distinct plain names.",
        "guillemets": "Names in «» can hide any token.",
        "string": "No string or character literals.",
        "quotation": "No backticks and antiquotations: names and syntax are not statements.",
        "import": "Only the checker's own library may be imported.",
        "open": "`open` takes names, `scoped`, a list in brackets or `hiding`; never `renaming`.",
        "set_option": "Only options that change neither meaning nor what is checked.",
        "header": "The header holds `import`, `open` and `set_option` lines only.",
        "axiom": "No axioms, opaque constants or constants.",
        "definition": "No definitions, structures or inductive types.",
        "instance": "No instance or deriving commands.",
        "notation": "No notation, infix, prefix or postfix.",
        "macro": "No macro, syntax or elab commands.",
        "attribute": "No attributes but those that change nothing (`@[simp]`).",
        "scope": "No namespace, section, end or mutual: write the full name instead.",
        "variable": "No variable, include or omit: write the binders in the theorem.",
        "theorem": "No second theorem.",
        "hash_command": "No `#eval`, `#check`, `#exit` and the like.",
        "modifier": "No `unsafe`, `partial`, `local` or `scoped`.",
        "command": "No other commands.",
        "stray_text": "No text outside a command.",
        "sorry": "No `sorry` or `admit` in the statement.",
        "tactic": "`by` in the statement only with a tactic that closes a plain side goal.",
        "metaprogram": "No terms that run code or read the environment.",
        "instance_binder": "Instance binders are over bound variables, not over library types.",
        "local_instance": "`let`, `have` and binders give no new structure to a library type.",
        "shadowed": "No binder takes the name of the library's own symbols.",
    }
)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a statement is refused.

    Attributes:
        rule: A key of `RULES`.
        message: The rule's sentence and what broke it.
    """

    rule: str
    message: str


class Broken(Exception):  # noqa: N818 - not an error: the way a rule says so, caught by `gate`
    """Raised by a check; carries the rejection."""

    def __init__(self, rule: str, got: str = "") -> None:
        shown = got if len(got) <= 60 else got[:57] + "..."
        detail = f" Got {shown!r}." if got else ""
        super().__init__(rule)
        self.rejection = Rejection(rule, RULES[rule] + detail)


COMMAND_RULES: Mapping[str, str] = MappingProxyType(
    {
        word: rule
        for rule, words in {
            "axiom": "axiom opaque constant constants init_quot",
            "definition": "def abbrev irreducible_def structure class inductive coinductive alias",
            "instance": "instance deriving",
            "notation": "notation notation3 infix infixl infixr prefix postfix",
            "macro": "macro macro_rules syntax elab elab_rules declare_syntax_cat "
            "binder_predicate unif_hint simproc dsimproc simproc_decl",
            "attribute": "attribute",
            "scope": "namespace section end mutual export",
            "variable": "variable variables include omit universe parameter",
            "theorem": "theorem lemma example problem recall proof_wanted",
            "modifier": "unsafe partial local scoped private protected noncomputable nonrec",
            "import": "import prelude",
            "open": "open",
            "set_option": "set_option",
        }.items()
        for word in words.split()
    }
)


def command_rule(word: str) -> str:
    """The rule against a command word."""
    if not word:
        return "stray_text"
    return "hash_command" if word[0] == "#" else COMMAND_RULES.get(word, "command")
