"""The sentences that carry an answer, by language and role.

Invariant: both languages define the same keys; `{0}` is the rendered answer.
"""

from __future__ import annotations

SENTENCES = {
    "en": {
        "value": "Show that the answer is {0}.",
        "minimum": "Show that the minimum is {0}.",
        "maximum": "Show that the maximum is {0}.",
        "infimum": "Show that the infimum is {0}.",
        "supremum": "Show that the supremum is {0}.",
        "limit": "Show that the limit is {0}.",
        "either": "Show that the answer is {0}.",
        "several": "Show that the answers are {0}, respectively.",
        "claim": "Show that {0}.",
        "condition": "Show that this holds if and only if {0}.",
        "yes": "Show that the answer is yes.",
        "no": "Show that the answer is no.",
        "true": "Show that the statement is true.",
        "false": "Show that the statement is false.",
        "only": "Show that the only such {1} is {0}.",
        "none": "Show that there is no such {1}.",
        "set": "Show that the set of all such {1} is {0}.",
        "solutions": "Show that the solutions are exactly {0}.",
        "only function": "Show that the only such function is {0}.",
        "function": "Show that the answer is the function {0}.",
        "such that": "the {1} {2} such that {0}",
        "family": "{0} with {1}",
        "together": ", together with ",
        "for all": "{0} for all {1}",
        "for some": "{0} for some constant {1}",
        "for some several": "{0} for some constants {1}",
        "pair": "pair", "triple": "triple", "quadruple": "quadruple", "tuple": "tuple",
        "vector": "vector",
        "value noun": "value", "polynomial": "polynomial", "matrix": "matrix", "set noun": "set",
        "function noun": "function", "list": "list",
    },
    "zh": {
        "value": "证明：答案为 {0}。",
        "minimum": "证明：最小值为 {0}。",
        "maximum": "证明：最大值为 {0}。",
        "infimum": "证明：下确界为 {0}。",
        "supremum": "证明：上确界为 {0}。",
        "limit": "证明：极限为 {0}。",
        "either": "证明：答案为 {0}。",
        "several": "证明：答案依次为 {0}。",
        "claim": "证明：{0}。",
        "condition": "证明：当且仅当 {0} 时成立。",
        "yes": "证明：答案是肯定的。",
        "no": "证明：答案是否定的。",
        "true": "证明：该命题为真。",
        "false": "证明：该命题为假。",
        "only": "证明：满足条件的{1}只有 {0}。",
        "none": "证明：不存在满足条件的{1}。",
        "set": "证明：所有满足条件的{1}构成的集合为 {0}。",
        "solutions": "证明：所有解恰为 {0}。",
        "only function": "证明：满足条件的函数只有 {0}。",
        "function": "证明：答案为函数 {0}。",
        "such that": "满足 {0} 的{1} {2}",
        "family": "{0}（{1}）",
        "together": "，以及 ",
        "for all": "对所有 {1} 有 {0}",
        "for some": "存在常数 {1} 使得 {0}",
        "for some several": "存在常数 {1} 使得 {0}",
        "pair": "数对", "triple": "三元组", "quadruple": "四元组", "tuple": "数组",
        "vector": "向量",
        "value noun": "值", "polynomial": "多项式", "matrix": "矩阵", "set noun": "集合",
        "function noun": "函数", "list": "列表",
    },
}  # fmt: skip


def plural(noun: str, language: str) -> str:
    """The plural of one of the nouns above."""
    if language == "zh":
        return noun
    return "matrices" if noun == "matrix" else noun + "s"
