"""The words of rendered mathematics, by language.

Invariant: both languages define the same keys.
"""

from __future__ import annotations

ENGLISH = {
    "and": " and ", "list": " and ", "or": " or ", "comma": ", ", "iff": " if and only if ",
    "implies": "if {0}, then {1}", "not": "it is not true that {0}",
    "even": "{0} is even", "odd": "{0} is odd", "prime": "{0} is prime",
    "not even": "{0} is odd", "not odd": "{0} is even", "not prime": "{0} is not prime",
    "square": "{0} is a perfect square", "not square": "{0} is not a perfect square",
    "prime power": "{0} is a prime power", "not prime power": "{0} is not a prime power",
    "divides": "{0} divides {1}", "not divides": "{0} does not divide {1}",
    "congruent": "{0} ≡ {1} (mod {2})", "not congruent": "{0} ≢ {1} (mod {2})",
    "irrational": "{0} is irrational", "coprime": "{0} and {1} are coprime",
    "for some": "{0} for some {1}", "for all": "{0} for all {1}",
    "there are": "for some {1}, {0}", "for each": "for all {1}, {0}",
    "exactly one": "for exactly one {1}, {0}",
    "with": "{0} with {1}",
    "case": "{1} if {0}", "cases": "{0}, and {1} otherwise",
    "ℕ": "nonnegative integer", "ℕ+": "positive integer", "ℤ": "integer", "ℝ": "real number",
    "ℚ": "rational number", "ℂ": "complex number", "function": "function",
    "no": "there are no {1} such that {0}",
}  # fmt: skip

CHINESE = {
    "and": " 且 ", "list": "、", "or": " 或 ", "comma": "，", "iff": " 当且仅当 ",
    "implies": "若 {0}，则 {1}", "not": "{0} 不成立",
    "even": "{0} 为偶数", "odd": "{0} 为奇数", "prime": "{0} 为质数",
    "not even": "{0} 为奇数", "not odd": "{0} 为偶数", "not prime": "{0} 不是质数",
    "square": "{0} 为完全平方数", "not square": "{0} 不是完全平方数",
    "prime power": "{0} 为质数的幂", "not prime power": "{0} 不是质数的幂",
    "divides": "{0} 整除 {1}", "not divides": "{0} 不整除 {1}",
    "congruent": "{0} ≡ {1} (mod {2})", "not congruent": "{0} ≢ {1} (mod {2})",
    "irrational": "{0} 为无理数", "coprime": "{0} 与 {1} 互质",
    "for some": "存在 {1} 使得 {0}", "for all": "对所有 {1} 有 {0}",
    "there are": "存在 {1} 使得 {0}", "for each": "对所有 {1} 有 {0}",
    "exactly one": "恰有一个 {1} 使得 {0}",
    "with": "{0}（{1}）", "case": "当 {0} 时为 {1}", "cases": "{0}，否则为 {1}",
    "ℕ": "非负整数", "ℕ+": "正整数", "ℤ": "整数", "ℝ": "实数",
    "ℚ": "有理数", "ℂ": "复数", "function": "函数",
    "no": "不存在 {1} 使得 {0}",
}  # fmt: skip

WORDS = {"en": ENGLISH, "zh": CHINESE}
