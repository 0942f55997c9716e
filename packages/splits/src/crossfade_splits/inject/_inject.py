"""Decides about one problem and writes the answer into its prompt.

Invariant: an answer is injected only if the target marks it or the wording asks for what the goal
shows, the prompt does not give it already, and it can be said plainly. Everything else is left
alone, with the reason. Anything unforeseen in a target is a reason too, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crossfade_splits.inject._carrier import find_answer
from crossfade_splits.inject._finding import TRUTHS, Finding, Miss
from crossfade_splits.inject._kinds import element_type, free_letters
from crossfade_splits.inject._known import INTERVALS, last
from crossfade_splits.inject._letters import has_letter
from crossfade_splits.inject._render import Unreadable
from crossfade_splits.inject._sentence import write_sentence
from crossfade_splits.inject._source import read_file
from crossfade_splits.inject._stated import is_stated, says_answer
from crossfade_splits.inject._terms import Term, TooLarge, head, is_op, names, walk
from crossfade_splits.inject._vocabulary import words
from crossfade_splits.inject._wording import Wording, read_wording

REASONS = {
    "definition": "injected: the answer is a definition's value",
    "answer-term": "injected: the answer is marked by answer(...)",
    "answer-binder": "injected: the answer is the value of a variable named answer",
    "goal": "injected: the goal's shape shows the answer and the wording asks for it",
    "proof-type": "the problem asks for a proof only",
    "answer-missing": "the answer is left open (sorry)",
    "answer-in-prompt": "the prompt already gives the answer",
    "no-answer-in-goal": "a value is asked for, but the goal does not show it",
    "wording-differs": "the goal shows something else than what is asked for",
    "several-answers": "several answers that one sentence cannot carry",
    "answer-unreadable": "the answer has no plain reading",
    "unclear-answer": "the answer's place in the statement is not clear",
    "target-unreadable": "the target could not be read as a Lean statement",
    "no-text": "the prompt or the target is empty",
}
"""Every reason code with its meaning."""

_PLAIN_TYPES = words(
    """ℕ ℤ ℚ ℝ ℂ ℕ+ ℝ≥0 ℝ≥0∞ ℝ+ ℚ+ ENNReal NNReal ENat ℕ∞ EReal Prop Bool Set Finset Polynomial
    Matrix ZMod List Multiset Fin Nat Int Real Complex Rat PNat Cardinal EuclideanSpace ℤˣ
    PowerSeries MvPolynomial ℤ[X] ℝ[X] ℚ[X] Option Circle Sym2 String Fun"""
)
# Without a question, only an open answer is worth a look at the target.
_MARKED = re.compile(r"olution|answer", re.I)
# An open question's target asserts what nobody has shown; that is no answer to give away.
_OPEN = re.compile(
    r"conjectur|\bopen\b|\bknown\b|https?:|erd[oő]s|problem \d|\[[A-Z]\w+\d\d\w?\]", re.I
)
_ONE_OBJECT = re.compile(
    r"in the form|of the form|interval|equation of|\d\s*i\b|\bcomplex\b|imaginary|polynomial|"
    r"inequalit|simplif|common fraction|radical form",
    re.I,
)
_COORDINATES = re.compile(
    r"ordered|\bpairs?\b|triple|tuple|point|coordinate|vector|lowest terms|"
    r"\(\s*[a-zA-Z]\s*,\s*[a-zA-Z]"
)
_STOPPED = re.compile(r"[.?!:;,。？！：；，…](?:[\s$)\]}\"'”’）】*]|\\[\])])*$")
_DISPLAY = ("$$", "\\]", "}")
_LONE_LETTER = re.compile(
    r"\b(?:[Ff]ind|[Ww]hat is|[Dd]etermine|[Cc]ompute|[Ss]olve for|value of)\s+"
    r"\$?([a-zA-Z])\$?\s*(?=[.?]|$)"
)
_PERCENT = re.compile(r"\bpercent|百分", re.I)
_SUM_OF_LETTERS = re.compile(
    r"(?:find|what is|compute|determine|evaluate)(?: the value of)?\s+"
    r"\$?[a-zA-Z](?:\s*\+\s*[a-zA-Z])+", re.I)  # fmt: skip
_PARTS = re.compile(
    r"relatively prime|coprime|lowest terms|(?:in|of) the form|can be (?:written|expressed)|"
    r"\b[a-zA-Z]\s*/\s*[a-zA-Z]\b|\\[dt]?frac\{?[a-zA-Z]", re.I)  # fmt: skip
_LONGEST = 2000
"""Characters of a sentence that somebody could still read."""
_EXISTENCE_WORDS = ("exist", "is there", "are there", "is it possible", "can one find",
                    "can we", "can you", "can one", "存在")  # fmt: skip
_RANGE = re.compile(
    r"\b(?:which|for what|values|solve|range|interval|inequality|domain|all)\b|"
    r"不等式|范围|区间|定义域"
)
_PARITY = re.compile(r"\bparit|\b(?:even|odd)\b|奇偶")
_DENIAL = re.compile(r"\b(?:no|not|never|none|neither|nor|cannot|without|false|fails?)\b|n't\b|"
                     r"\b(?:impossible|irrational|irreducible|infinite\w*|unbounded)\b|"
                     r"不|没(?!有没)|无", re.I)  # fmt: skip
_DENIED_EXISTENCE = re.compile(
    r"(?:\b(?:no|not|never|none|neither|cannot)|n't)\b[^?]*\b(?:exist|possible)|"
    r"\bthere (?:is|are) no\b|\b(?:is|are) there no\b|\bimpossible\b|"
    r"(?<!存)不存在|不可能", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Injection:
    """The outcome for one problem.

    `answer` is the Lean term (`yes` or `no` for a truth value); `pattern` is the shape of the goal
    around it; `reason` is a key of `REASONS`; `prompt` carries the sentence where injected.
    """

    injected: bool
    answer: str | None
    pattern: str | None
    reason: str
    prompt: str


def inject(prompt: str, target: str) -> Injection:
    """Appends the answer found in a Lean target to a find-type problem's text.

    Args:
        prompt: The problem in English or Chinese.
        target: The Lean 4 file or statement, with any definitions before it.

    Returns:
        The outcome; `prompt` is unchanged where `injected` is false.
    """
    if not prompt.strip() or not target.strip():
        return _left(prompt, "no-text")
    try:
        return _inject(prompt, target)
    except (RecursionError, TooLarge):
        return _left(prompt, "target-unreadable")


def _inject(prompt: str, target: str) -> Injection:
    wording = read_wording(prompt)
    if not wording.asks and not wording.yes_no and not _MARKED.search(target):
        return _left(prompt, "proof-type")
    file = read_file(target)
    if not file.statements:
        reason = "target-unreadable" if wording.asks or wording.yes_no else "proof-type"
        return _left(prompt, reason)
    found = find_answer(file)
    if isinstance(found, Miss):
        if found.reason == "no-answer-in-goal" and says_answer(prompt):
            return _left(prompt, "answer-in-prompt")
        asked = wording.asks or wording.yes_no or found.reason == "answer-missing"
        return _left(prompt, found.reason if asked else "proof-type")
    if says_answer(prompt):
        return _left(prompt, "answer-in-prompt", found)
    if refused := _refusal(found, wording, prompt):
        return _left(prompt, refused, found)
    try:
        sentence, plain = write_sentence(found, prompt, wording)
    except Unreadable:
        return _left(prompt, "answer-unreadable", found)
    if len(sentence) > _LONGEST:
        return _left(prompt, "answer-unreadable", found)
    if sentence in prompt or is_stated(prompt, found, plain, wording):
        return _left(prompt, "answer-in-prompt", found)
    return Injection(
        True,
        found.answer,
        found.pattern,
        found.carrier,
        _append(prompt, sentence, wording.language),
    )


def _left(prompt: str, reason: str, found: Finding | None = None) -> Injection:
    assert reason in REASONS
    pattern = found.pattern if found is not None else None
    return Injection(False, None, pattern, reason, prompt)


def _append(prompt: str, sentence: str, language: str) -> str:
    """The prompt and a sentence behind it; a last line without a full stop gets one."""
    body = prompt.rstrip()
    if "\n" in body or (not _STOPPED.search(body) and body.endswith(_DISPLAY)):
        return f"{body}\n\n{sentence}"
    stop = "" if _STOPPED.search(body) else {"en": ".", "zh": "。"}[language]
    return f"{body}{stop} {sentence}"


def _refusal(found: Finding, wording: Wording, prompt: str) -> str:
    """The reason not to inject, or an empty string."""
    if found.role in TRUTHS:
        return _refused_truth(found, wording, prompt)
    if not wording.asks:
        settled = found.sure and wording.yes_no
        if not settled:
            return "proof-type"
    if not _plain_type(found.type):
        return "answer-unreadable"
    if wording.not_a_number and _is_numeric(found.terms[0]):
        return "wording-differs"
    if _asks_otherwise(found.terms[0], wording.question, prompt):
        return "wording-differs"
    if _unnamed_tuple(found) and _wants_one_object(prompt):
        return "wording-differs"
    if found.sure or found.carrier == "definition":
        return ""
    return "proof-type" if wording.proves else _refused_shape(found, wording, prompt)


def _refused_truth(found: Finding, wording: Wording, prompt: str) -> str:
    if not wording.yes_no:
        return "wording-differs" if wording.asks else "proof-type"
    if wording.choices != len(found.terms):
        return "several-answers"
    question = wording.question.lower()
    if found.opposite and not _DENIAL.search(question):
        return "wording-differs"
    if found.role in {"truth", "truths"}:
        return ""
    if wording.proves or _OPEN.search(prompt):
        return "wording-differs"
    many = "infinitely many" in question or "无穷多" in question
    exists = any(w in question for w in _EXISTENCE_WORDS)
    if found.role in {"infinite", "finite"}:
        return "" if many else "wording-differs"
    plain = exists and not many and not _DENIED_EXISTENCE.search(question)
    return "" if plain else "wording-differs"


def _refused_shape(found: Finding, wording: Wording, prompt: str) -> str:
    """Whether an unmarked answer is what the wording asks for."""
    role, question = found.role, wording.question.lower()
    if role == "value" and _another_letter(found.subject, wording.question, prompt):
        return "wording-differs"
    if role == "lower bound":
        return "" if wording.least and not wording.most else "wording-differs"
    if role == "upper bound":
        return "" if wording.most and not wording.least else "wording-differs"
    if role == "range":
        return "" if _RANGE.search(question) else "wording-differs"
    if role == "parity":
        return "" if _PARITY.search(question) else "wording-differs"
    if role == "expression":
        if re.search(r"\brelation|关系", question):
            return "wording-differs"
        letters = free_letters(found.terms[0])
        return "" if all(has_letter(prompt, n) for n in letters) else "wording-differs"
    return ""


def _another_letter(subject: Term | None, question: str, prompt: str) -> bool:
    """Whether x is asked for and the goal gives y, or x^2."""
    asked = set(_LONE_LETTER.findall(question))
    if subject is None or not asked:
        return False
    if subject.kind == "ident":
        same = {subject.text, subject.text.swapcase()} & asked
        return not same and has_letter(prompt, subject.text)
    return subject.kind == "op" and bool(names(subject) & asked)


def _unnamed_tuple(found: Finding) -> bool:
    """Whether the answer is a bare list of coordinates that nothing names."""
    named = found.subject is not None and found.subject.kind == "tuple"
    value = found.terms[0]
    functions = value.kind == "tuple" and all(a.kind == "bind" for a in value.args)
    return found.role == "value" and value.kind == "tuple" and not named and not functions


def _wants_one_object(prompt: str) -> bool:
    """Whether a formula, an interval or a complex number is asked for, not its coordinates."""
    return bool(_ONE_OBJECT.search(prompt)) and not _COORDINATES.search(prompt)


def _asks_otherwise(value: Term, question: str, prompt: str) -> bool:
    """Whether a fraction stands where its parts' sum or a percentage is asked for."""
    if not _is_numeric(value):
        return False
    if value.kind == "num":
        return value.text.startswith("0.") and bool(_PERCENT.search(question))
    parts = _SUM_OF_LETTERS.search(question) and _PARTS.search(prompt)
    return bool(parts or _PERCENT.search(question))


def _plain_type(typed: Term | None) -> bool:
    """Whether a definition's type is made of types with a plain reading."""
    if typed is None:
        return True
    if typed.kind == "bind":
        return _plain_type(typed.args[0])
    if is_op(typed, "→", "×") or is_op(typed, "^"):
        return all(_plain_type(a) for a in typed.args)
    if element := element_type(typed):
        return _plain_type(element)
    name = last(head(typed))
    return not name or name in _PLAIN_TYPES or name in INTERVALS or not name[0].isupper()


def _is_numeric(term: Term) -> bool:
    return all(n.kind in {"num", "op"} for n in walk(term))
