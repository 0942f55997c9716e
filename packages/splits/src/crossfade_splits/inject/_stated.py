"""Whether a problem's text already gives the answer, however it is spelled.

Invariant: a value counts as given only where the text asserts it ("the answer is", "= ... " behind
the question); options of a multiple choice and numbers of the problem itself do not count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crossfade_splits.inject._finding import TRUTHS, Finding

if TYPE_CHECKING:
    from crossfade_splits.inject._wording import Wording

_GIVEN = re.compile(
    r"\b(?:the|its|final|correct) (?:final )?(?:answer|solution)s?(?: to (?:this|the) \w+)?"
    r"(?: as written)?(?: is| are|:)(?! (?:in|of|to be|an? (?:integer|fraction|form))\b)"
    r"|\b(?:prove|show|proof|verify)(?: that)? (?:the|its) (?:answer|result)s?(?: is| are|:)"
    r"|\banswer\s*=\s*[-\d\\$]"
    r"|\b(?:prove|show) that (?:the set of all such|this holds if and only if|the only such)\b"
    r"|\b(?:prove|show|verify) that (?:it|this|they) (?:is|are|equals?)\b(?=\W{0,3}[-\d\\$])"
    r"|(?:^|\n)[^\w\n]*(?:answer|solution|ans)[^\w\n]*[:：]|\b(?:solution|answer): "
    r"|答案\s*(?:是|为|：|:|】|\]|\))|故(?:本题)?选"
    r"|(?:^|[\n。？！；])[ \t]*解\s*[:：]|(?:证明|求证)[^。]*答案",
    re.I,
)
_PROVED_EXTREME = re.compile(
    r"\b(?:prove|show|proof|verify)\b[^.?!\n]{0,20}\b(?:that )?(?:the |its )?"
    r"(?:max\w*|min\w*|value|sum|limit|number|area|probability|largest|smallest|greatest|least)"
    r"\b[^.?!\n]{0,60}\b(?:is|are|equals?)\b\W{0,4}(?=[-\d\\$({√])",
    re.I,
)
_RESOLVED = re.compile(
    r"affirmative|in the negative|falsif|negative(?:ly)? (?:answer|solution|resol)|answered|"
    r"disprov|"
    r"disproof|refut|counter-?example|\bfalse\b|\bproved\b|\bproven\b|\bproof\b(?! claims)|"
    r"\bproves\b|\bshow(?:ed|n|s)\b|established|confirmed|\bsettled\b|\bsolved\b|resolved|"
    r"answer (?:is|was|to)|does not (?:exist|hold)|do(?:es)? not exist|"
    r"there (?:is|are) (?:no|an?)\b|there exists?|follows from|solution:|"
    r"\bfails?\b|\bholds\b|construct|\btrue\b|\byes\b|"
    r"\bindeed\b|trivial|known that|implies|\bexamples?\b|observed|fact\b|theorem|unknown|"
    r"which it does|easily|clear(?:ly)?\b|obvious|答案|成立|不成立|存在(?!.*[？?])",
    re.I,
)
_DECIDED = re.compile(
    r"affirmative|in the negative|falsif|negative answer|answered|disprov|disproof|refuted|"
    r"\b(?:was|been) (?:solved|settled|resolved)|the answer (?:is|was)|答案",
    re.I,
)
_EMPTY_PROOF = re.compile(r"\bprove or (?:disprove|give)|with proof|prove your|proof claims|"
                          r"justify|true or false", re.I)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?。？！])\s+|\n\s*\n")
_ASSERTS = r"(?:is|are|=|equals?|equal to|be|:|namely|exactly|answer|boxed|为|是|等于)\W{0,6}"


def says_answer(prompt: str) -> bool:
    """Whether `prompt` announces its answer in so many words ("the answer is", "solution:")."""
    return bool(_GIVEN.search(prompt) or _PROVED_EXTREME.search(prompt))


def is_stated(prompt: str, finding: Finding, rendered: str, wording: Wording) -> bool:
    """Whether `prompt` gives the answer away; `rendered` is the answer as plain text."""
    if finding.role in TRUTHS:
        return _resolved(prompt, _DECIDED if finding.carrier == "definition" else _RESOLVED)
    value = normalise(rendered)
    if not value:
        return False
    after = normalise(_without_options(wording.after))
    aside = rf"which (?:is|equals) {re.escape(value)}(?![\w.]*\d)"
    return _asserted(value, after) or bool(re.search(aside, normalise(prompt)))


def _resolved(prompt: str, cues: re.Pattern[str]) -> bool:
    """Whether a sentence that does not ask says how the question ends.

    Docstrings of conjectures tell what became of them in many ways, so there any hint counts;
    contest problems only give their answer in so many words.
    """
    return any(
        cues.search(_EMPTY_PROOF.sub(" ", sentence))
        for sentence in _SENTENCE.split(prompt)
        if "?" not in sentence and "？" not in sentence and "whether" not in sentence
    )


def _asserted(value: str, text: str) -> bool:
    pattern = re.compile(_ASSERTS + r"[^.?!]{0,3}?" + re.escape(value) + r"(?![\w.]*\d)")
    return bool(pattern.search(text)) and not re.search(r"for example|e\.g\.|such as", text)


def _without_options(text: str) -> str:
    """The text without multiple-choice options."""
    return re.split(r"\(?\\?(?:textbf|mathrm|text|bf|rm)?\s*\{?\s*\(\s*A\s*\)", text, maxsplit=1)[0]


def normalise(text: str) -> str:
    """One spelling for what LaTeX, Unicode and plain text write differently."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\\(?:d|t)?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\(?:d|t)?frac\s*(\d)\s*(\d)", r"\1/\2", text)
    text = re.sub(r"\\sqrt\s*\{([^{}]*)\}", r"√\1", text)
    for command, plain in _PLAIN.items():
        text = text.replace(command, plain)
    text = re.sub(r"\\(?:left|right|,|;|!|quad|qquad|displaystyle|text|mathrm)", "", text)
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"[\\${}]", "", text)
    text = re.sub(r"\s*([-+*/^=<>≤≥(),√·!|])\s*", r"\1", text)
    return re.sub(r"\s+", " ", text).strip().lower()


_PLAIN = {
    "\\pi": "π", "\\cdot": "·", "\\times": "·", "\\leq": "≤", "\\geq": "≥", "\\le": "≤",
    "\\ge": "≥", "\\infty": "∞", "\\in": "∈", "\\cup": "∪", "\\ln": "ln", "\\log": "ln",
    "\\{": "{", "\\}": "}", "−": "-", "⩽": "≤", "⩾": "≥", "\\binom": "C", "\\mathbb": "",
}  # fmt: skip
