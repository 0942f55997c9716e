"""Lean's words: which begin a command, which only modify one, which begin a declaration.

`COMMANDS` are reserved in every Lean 4 file, so no honest statement has one as a whole token;
`SOFT_COMMANDS` are words that a statement may use as a name, and count only at the start of a line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leaneval.lean._lexer import Token


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


DECLARATIONS = frozenset({"theorem", "lemma", "example"})

MODIFIERS = frozenset(
    {"private", "protected", "noncomputable", "nonrec", "unsafe", "partial", "local", "scoped"}
)

COMMANDS = word_set(
    """
    theorem lemma example import prelude open set_option universe variable namespace section end
    def abbrev axiom opaque instance structure class inductive coinductive deriving mutual
    notation notation3 infix infixl infixr prefix postfix macro macro_rules syntax elab elab_rules
    declare_syntax_cat binder_predicate unif_hint attribute export initialize builtin_initialize
    run_cmd run_elab run_meta include omit init_quot simproc dsimproc simproc_decl
    register_option register_simp_attr register_builtin_option add_decl_doc irreducible_def
    add_aesop_rules erase_aesop_rules declare_aesop_rule_sets suppress_compilation
    unsuppress_compilation alias recall proof_wanted library_note
    extend_docs seal unseal assert_not_exists assert_exists initialize_simps_projections
    compile_inductive gen_injective_theorems declare_simp_like_tactic
    """
)

SOFT_COMMANDS = word_set(
    """
    module public meta constant constants problem grind_pattern whatsnew variables parameter
    """
)

HASH_COMMANDS = (
    "#eval",
    "#check",
    "#print",
    "#exit",
    "#reduce",
    "#synth",
    "#guard",
    "#help",
    "#lint",
    "#find",
    "#where",
    "#version",
    "#import",
    "#min_imports",
    "#simp",
    "#norm_num",
    "#conv",
    "#instances",
    "#html",
    "#widget",
    "#loogle",
    "#leansearch",
    "#moogle",
    "#search",
    "#count_heartbeats",
    "#aesop",
    "#test",
    "#show",
    "#dump",
    "#reset",
    "#with_exporting",
    "#unfold",
    "#push_neg",
)


STARTERS = COMMANDS | MODIFIERS | SOFT_COMMANDS | frozenset(HASH_COMMANDS) | {"#", "@"}
"""Every token that can begin a command or an attribute; a quick test before `command_word`."""


def command_word(token: Token, text: str) -> str | None:
    """The word of the command that this token of `text` begins, or None.

    `(x).end` is a field, not a command; a soft word or `#` counts where only white space stands
    before it on its line and, for `#`, a name follows at once.
    """
    word, at = token.text, token.start
    if word in COMMANDS or word in MODIFIERS:
        return None if at > 1 and text[at - 1] == "." and text[at - 2] in ")]}⟩" else word
    if word in HASH_COMMANDS:
        return word
    if word == "#":
        named = text[at + 1 : at + 2].isalpha()
        return word if named and (at == 0 or text[at - 1] == "\n") else None
    if word in SOFT_COMMANDS:
        return word if not text[text.rfind("\n", 0, at) + 1 : at].strip() else None
    return None
