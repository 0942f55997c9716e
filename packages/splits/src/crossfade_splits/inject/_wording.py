"""What a problem's text asks for: a value, yes or no, or a proof; and in which language.

Invariant: decided sentence by sentence, so that a "prove that" beside a question is seen as both.
Wording never finds an answer; it only says whether one is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

_LATIN = re.compile(r"[A-Za-z]")
_MATHEMATICS = re.compile(r"\$[^$]*\$|\\\(.*?\\\)|\\\[.*?\\\]", re.S)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(
    r"(?<=[.?!])(?<!\.\.)(?<!\b[A-Z]\.)[\s$]+|(?<=[。？！；])|(?<=\s)(?=\((?:i+|[a-d1-9])\)\s)"
)
_VERBS = (
    "simplify|solve|express|expression|give|characteri[sz]e|describe|identify|list|factor|expand|"
    "convert|rationali[sz]e|estimate|classify|specify|exhibit|sum the|add|subtract|multiply|divide|"
    "round|enumerate|count|obtain|derive|determine|perform|use properties|differentiate|integrate|"
    "write (?:down|the)|name|enter the|write [^.]* as"
)
_STRONG_VERB = re.compile(r"\b(?P<verb>find|compute|calculate|evaluate)\b", re.I)
_IMPERATIVE = re.compile(
    rf"(?:^|[,.;:?!)\]}}$]\s*\$?|\b(?:then|and|please|hence|also|thus|otherwise|or|proof|first|"
    rf"second|to|explicitly|when [^,]*,)\s+)(?:also |to |{{}})?(?P<verb>{_VERBS})\b",
    re.I,
)
# A capital letter in the middle of a line: the sentence before it had no full stop.
_COMMAND = re.compile(
    r"(?<!\w)(?:Find|Determine|Compute|Calculate|Evaluate|Solve|Simplify|Express|Describe)\s(?!your)"
)
_IDLE = re.compile(
    r"\b(?:can(?:not)?|could|may|possible|how|able|want(?:s|ed)?|trying|used|order|enough|"
    r"need(?:s|ed)?|try|tries|must|will|would|we|one|you|helps?)\s+(?:\w+\s+)?(?:to\s+)?$"
    r"|(?<!asked )(?<!want )(?<!wants )(?<!problem is )\bto\s+$",
    re.I,
)
_SEVERAL = re.compile(
    r"\b(?:find|determine|compute|solve for|what are)\s+(?:the\s+)?(?:\w+\s+(?:of\s+)?)?"
    r"\$?[a-zA-Z]\$?(?:\s*,\s*\$?[a-zA-Z]\$?)*,?\s+and\s+\$?[a-zA-Z]\$?(?!\w)", re.I)  # fmt: skip
_FEW_WORDS = 200
_NOTE = re.compile(
    r"^\W*(?:express|give|write|round|enter|note|state|leave|simplify)\b\s+(?:your|the|all|any|each)?"
    r"\s*(?:final |exact )?(?:answer|result|solution|number|units)s?\b", re.I)  # fmt: skip
_INTERROGATIVE = re.compile(
    r"(?:^\W*|[;:]\s*|\b(?:and|then|for|of|in|at|by|to|on|from|with|so|determine|find|proof,)\s+)"
    r"(?:which|who|whose|when|where|whom|why)\b[^?]*\?"
    r"|\b(?:what|how)\b[^?]*\?|\bhow (?:many|much)\b"
    r"|\b(?:for|at) (?:what|which)\b[^.]*[?]|\bwhat (?:is|are)\b"
    r"|\bfor (?:what|which|how many) (?:\w+ )?(?:values?|reals?|numbers?|integers?|pairs?)\b",
    re.I,
)
_NOUN_PHRASE = re.compile(r"^\W*(?:the\s+)?values?\s+of\b(?!.*\b(?:is|are|equals?)\b)", re.I | re.S)
_YES_NO = re.compile(
    r"(?:^|[,.;:]\s+|\\\]\s*|\\end\{\w+\}\s*|\b(?:then|and|so|or|if so|but|that)\s+)"
    r"(?:is|are|does|do|did|can|could|must|"
    r"will|would|has|have|should|was|were|need|may)\b(?!\s+(?:not\s+)?equal)[^?]*\?"
    r"|\bis it (?:true|possible|necessarily|always)|\bwhether\b|\b(?:does|do) there\b[^?]*\?"
    r"|\b(?:is|are) there\b[^?]*\?|\bprove or disprove\b|\btrue or false\b|\bprove or give\b"
    r"|\b(?:decide|determine|ask(?:s|ed)?) if\b|\bmust there\b|\b(?:prove|show) or\b",
    re.I,
)
_ALTERNATIVE = re.compile(r"\bor (?:is|are|can|does|do|will|must)\b[^?]*\?", re.I)
_AUXILIARY = re.compile(
    r"\W*(?:\([a-z\d]+\)\s*)?(?:is|are|was|were|does|do|did|can|could|must|will|would|has|have|should)"
    r"\s(?!not\b)", re.I)  # fmt: skip
_PROOF = re.compile(
    r"\b(?:prove|show|verify|demonstrate|establish|deduce|proof(?= that|:)|check that)\b"
    r"(?! (?:or|your|whether)\b)", re.I)  # fmt: skip
_LEAST = re.compile(
    r"\b(?:minim\w*|(?<!at )least(?! common)|smallest|shortest|lowest|fewest|infimum|closest|"
    r"cheapest|nearest)\b",
    re.I,
)
_MOST = re.compile(
    r"\b(?:maxim\w*|greatest(?! common| integer less)|largest|biggest|longest|highest|the most|"
    r"supremum|farthest|best)\b",
    re.I,
)
_NOT_A_NUMBER = re.compile(
    r"\b(?:(?:which|what) (?:direction|day|colou?r|person|player|letter|shape|month|team|type|"
    r"kind|student|one\b|option|choice|statement|figure|graph)|"
    r"true or false)\b[^.?]*\?", re.I)  # fmt: skip
# "The number whose digits are ...", "the people who ...": these do not ask for a person.
_PERSON = re.compile(
    r"(?:^\W*|[.?!,;:]\s+|\b(?:then|and|so|but|determine|find|decide|tell)\s+)whos?e?\b[^.?]*[?.]"
    r"|\bwho(?:se)? (?:wins|has a winning|will win|can win)\b", re.I)  # fmt: skip
_NUMBER = re.compile(r"\bhow (?:many|much|long|old|far|often)\b|\bnumber of\b|"
                     r"\bwhat (?:is|are|was|were)\b", re.I)  # fmt: skip
_ZH_ASK = re.compile(
    r"求(?!证)|多少|几(?:个|种|何)|什么|哪|计算|确定|试求|解方程|解不等式|化简|为何|何值|写出"
)
_ZH_YES_NO = re.compile(r"是否|吗|能否|可否|有没有|存不存在")
_ZH_PROOF = re.compile(r"证(?!书|券|件)")
_ZH_LEAST, _ZH_MOST = (
    re.compile(r"最小|最少|最短|最低|下确界"),
    re.compile(r"最大|最多|最长|最高|上确界"),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a prompt asks for."""

    language: str
    """`en` or `zh`."""
    asks: bool
    """A value, a set, a function or a condition is asked for."""
    yes_no: bool
    """A question that yes or no answers."""
    choices: int
    """How many such questions there are; 0 where one offers alternatives ("or is ...")."""
    proves: bool
    """Something is to be proved."""
    least: bool
    most: bool
    """Superlatives in the sentences that ask."""
    several: bool
    """More than one value is asked for."""
    not_a_number: bool
    """The question's answer is a direction, a day, a person ..."""
    question: str
    """The sentences that ask, joined."""
    after: str
    """What stands behind the last sentence that asks."""


def read_wording(prompt: str) -> Wording:
    """Classifies a problem's text."""
    plain = _MATHEMATICS.sub(" ", prompt)
    if len(_HAN.findall(plain)) * 3 > len(_LATIN.findall(plain)):
        return _chinese(prompt)
    sentences = [s for s in _SENTENCE.split(prompt) if s and s.strip()]
    asking, last, yes_no = [], -1, 0
    for index, sentence in enumerate(sentences):
        is_question = bool(_YES_NO.search(sentence)) or (
            bool(_AUXILIARY.match(sentence)) and "?" in sentence
        )
        if is_question and not _value_asked(sentence):
            yes_no += 1
        if (_value_asked(sentence) and not _NOTE.search(sentence)) or is_question:
            asking.append(sentence)
            last = index
    values = [s for s in asking if _value_asked(s)]
    question = " ".join(asking)
    noun = bool(_NOUN_PHRASE.match(prompt)) and not asking
    return Wording(
        language="en",
        asks=bool(values) or noun,
        yes_no=yes_no > 0,
        choices=0 if _ALTERNATIVE.search(question) else yes_no,
        proves=any(_PROOF.search(s) for s in sentences),
        least=bool(_LEAST.search(question)),
        most=bool(_MOST.search(question)),
        several=sum(map(_asks_plainly, values)) > 1 or bool(_SEVERAL.search(question)),
        not_a_number=any(map(_asks_no_number, values)),
        question=question,
        after=" ".join(sentences[last + 1 :]) if last >= 0 else "",
    )


def _asks_plainly(sentence: str) -> bool:
    """Whether a sentence asks by itself, and does not only say how to write the result."""
    return bool(_INTERROGATIVE.search(sentence) or _STRONG_VERB.search(sentence))


def _asks_no_number(sentence: str) -> bool:
    """Whether a direction, a day or a person is asked for."""
    if _NOT_A_NUMBER.search(sentence):
        return True
    return bool(_PERSON.search(sentence)) and not _NUMBER.search(sentence)


def _value_asked(sentence: str) -> bool:
    if _AUXILIARY.match(sentence) and not _STRONG_VERB.search(sentence):
        return False
    if re.search(r"\b(?:determine|decide)\b[^.?]{0,40}\b(?:whether|if)\b", sentence, re.I):
        rest = re.sub(r"\b(?:determine|decide)\b", "", sentence, count=1, flags=re.I)
        return any(not _is_idle(rest, m) for m in _STRONG_VERB.finditer(rest))
    if _INTERROGATIVE.search(sentence) or _COMMAND.search(sentence):
        return True
    matches = chain(_STRONG_VERB.finditer(sentence), _IMPERATIVE.finditer(sentence))
    return any(not _is_idle(sentence, m) for m in matches)


def _is_idle(sentence: str, match: re.Match[str]) -> bool:
    """Whether a verb asks for nothing ("you can find"), by the few words before it."""
    end = match.start("verb")
    return bool(_IDLE.search(sentence, max(0, end - _FEW_WORDS), end))


def _chinese(prompt: str) -> Wording:
    asks, yes_no = bool(_ZH_ASK.search(prompt)), bool(_ZH_YES_NO.search(prompt))
    marks = [
        m.end()
        for m in re.finditer(r"[^。？！；]*[。？！；]?", prompt)
        if _ZH_ASK.search(m.group())
    ]
    return Wording(
        language="zh",
        asks=asks,
        yes_no=yes_no,
        choices=len(_ZH_YES_NO.findall(prompt)),
        proves=bool(_ZH_PROOF.search(prompt)),
        least=bool(_ZH_LEAST.search(prompt)),
        most=bool(_ZH_MOST.search(prompt)),
        several=len(marks) > 1,
        not_a_number=False,
        question=prompt,
        after=prompt[marks[-1] :] if marks else "",
    )
