"""Words that a statement may not hold wherever they stand, and tactics that it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.gate._rules import Broken, command_rule
from leaneval.lean import BRACKETS, STARTERS, Kind, command_word, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.lean import Token

SORRY = frozenset({"sorry", "admit", "sorryAx"})
METAPROGRAMS = word_set(
    """
    by_elab run_tac run_elab run_meta run_cmd native_decide include_str include_bytes dbg_trace
    dbgTrace dbgTraceVal dbgTraceIfShared dbgSleep dbgStackTrace elab_as_elim implemented_by extern
    unsafeCast unsafeIO unsafeBaseIO unsafeEIO lcUnreachable lcProof lcAny reduceBool reduceNat
    ofReduceBool Lean.ofReduceBool Lean.ofReduceNat Lean.reduceBool Lean.reduceNat
    Lean.trustCompiler show_term show_term_elab trace_state logInfo leading_parser
    trailing_parser exact? apply? rw? simp? aesop? decide? nomatch% unreachable! panic! assert! dbg!
    debug_assert! dbg_trace! exists% IO EIO BaseIO Lean.Elab.Command.CommandElabM open_locale
    termination_by decreasing_by deriving_handler initialize private_decl
    """
)
PERCENT = word_set(
    """
    type_of eval decl_name declName ensure_type_of ensure_expected_type no_implicit_lambda
    binop binop_lazy unop leftact rightact binrel binrel_no_prop default_or_ofNonempty
    no_error_if_unused value_of clear let_mvar wait_if_type_mvar wait_if_type_contains_mvar
    wait_if_contains_mvar with_decl_name inferInstanceAs fast_instance delta delta_instance json
    reduced_proj elab parser proof_term_by implicit_lambda private by show_elab linear_forms
    reduceProj beta hygienic_lemma term_goal_of conv_lhs with_weak_namespace include
    gen_injective_theorems builtin_initialize_proxy nomatch infer_instance
    """
)
TACTICS = word_set(
    """
    simp simp_all simpa norm_num norm_cast push_cast decide omega linarith nlinarith positivity
    rfl trivial assumption infer_instance inferInstance aesop tauto ring ring_nf exact intro intros
    constructor contradiction ext funext subst simp_rw rw rwa apply refine use have cases rcases
    obtain exact_mod_cast field_simp gcongr fun_prop measurability continuity lia grind bound
    left right exfalso unfold show fin_omega finiteness aesop_cat aesop_mat aesop_graph
    cat_disch volume_tac cfc_tac cfc_cont_tac cfc_zero_tac toFinite_tac interval_cases haveI letI
    dsimp convert nontriviality solve_by_elim symm nth_rewrite change congr specialize rintro
    split split_ifs at all_goals any_goals try first done skip calc by_contra push_neg erw
    """
)
MAX_BLOCKS = 50
_CLOSE = frozenset(BRACKETS.values())
_SUSPECT = SORRY | METAPROGRAMS | PERCENT | STARTERS | {"by"}
_ALARMS = _SUSPECT | {"@", "$", "#"}
_MARKS = ("«", '"', "'", "`", "-/", "Lean.", "IO.", "%")
_PRIVATE = ("Lean.", "IO.", "_root_.Lean.", "_root_.IO.")
_AFTER_STEP = frozenset({";", "·", "<;>"})


def check_words(found: Sequence[Token], text: str) -> None:
    """Raise `Broken` at the first token of a signature that may stand in none."""
    words = {token.text for token in found}
    if words.isdisjoint(_ALARMS) and not any(mark in text for mark in _MARKS):
        return
    blocks = sum(token.text == "by" for token in found)
    if blocks > MAX_BLOCKS:  # each is read to its end, so their number bounds the work
        raise Broken("tactic", f"{blocks} blocks")
    for at, token in enumerate(found):
        kind = token.kind
        if kind is Kind.IDENT:
            if token.text in _SUSPECT or "." in token.text or "«" in token.text:
                _check_name(found, at, text)
        elif kind is Kind.SYMBOL:
            _check_symbol(token, text)
        elif kind in (Kind.STRING, Kind.CHAR):
            raise Broken("string", token.text)
        elif kind is Kind.BACKTICK:
            raise Broken("quotation", token.text)


def _check_symbol(token: Token, text: str) -> None:
    word, after = token.text, text[token.end : token.end + 1]
    if word == "@" and after == "[":
        raise Broken("attribute", "@[")
    if word == "$" and (after.isalpha() or after in ("(", "[", "{")):
        raise Broken("quotation", text[token.start : token.end + 8])
    if word[0] == "#" and command_word(token, text):
        raise Broken("hash_command", word)
    if word == "-" and after == "/":
        raise Broken("comment", "-/")


def _check_name(found: Sequence[Token], at: int, text: str) -> None:
    token = found[at]
    word = token.text
    if "«" in word:
        raise Broken("guillemets", word)
    command = command_word(token, text)
    if command is not None:
        raise Broken(command_rule(command), command)
    if word in SORRY:
        raise Broken("sorry", word)
    if word in METAPROGRAMS or word.startswith(_PRIVATE):
        raise Broken("metaprogram", word)
    if word in PERCENT and text[token.end : token.end + 1] == "%":
        raise Broken("metaprogram", word + "%")
    if word == "by":
        _check_tactics(found, at, text)


def _check_tactics(found: Sequence[Token], at: int, text: str) -> None:
    """Raise `Broken` unless each step of the `by` block at `at` begins with a known tactic."""
    depth = 0
    first = True
    for index in range(at + 1, len(found)):
        token = found[index]
        word = token.text
        if depth == 0 and (word in _CLOSE or word == ","):
            break
        before = found[index - 1]
        begins = first or before.text in _AFTER_STEP or "\n" in text[before.end : token.start]
        if depth == 0 and before.text == ">" and found[index - 2].text == ";":
            begins = True
        if begins and depth == 0 and word not in TACTICS and word != "·":
            raise Broken("tactic", f"by {word}")
        if word in ("+", "?") and text[token.end : token.end + 6] == "native":
            raise Broken("metaprogram", "+native")
        first = False
        depth += (word in BRACKETS) - (word in _CLOSE)
    if first:
        raise Broken("tactic", "by")
