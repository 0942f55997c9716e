"""Terms and facts: each is one thing said twice, in Lean and in English, with its arithmetic.

Invariant: all wordings of a `Term` or `Fact` mean its `lean` text and nothing else; the operands
are read in the order in which they are written. Variables are slots (`{x}`), filled with the same
letters in both languages. `code` is the same meaning over numpy integers, by which the grammar
tells true-looking sentences from false ones. Out of scope: which facts go together (`_families`).
"""

from __future__ import annotations

from dataclasses import dataclass

NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """A number.

    Attributes:
        lean: Lean text, without outer brackets.
        symbols: As a formula, such as `{x} + 1`.
        words: As a noun phrase; empty where a person would write the formula.
        code: Python over numpy arrays.
        level: How loosely the formula binds: 0 an atom, 1 a power, 2 a product, 3 a sum.
    """

    lean: str
    symbols: str
    words: tuple[str, ...]
    code: str
    level: int = 0

    @property
    def forms(self) -> tuple[str, ...]:
        """Every way to say it."""
        return (self.symbols, *self.words)

    def within(self, level: int) -> str:
        """The formula, bracketed if it binds more loosely than `level`."""
        return self.symbols if self.level <= level else f"({self.symbols})"

    @property
    def is_variable(self) -> bool:
        """Whether it is one bare variable."""
        return self.lean.startswith("{")


@dataclass(frozen=True, slots=True)
class Fact:
    """A proposition.

    Attributes:
        lean: Lean text, without outer brackets.
        clauses: English clauses, any of which can follow "Show that".
        code: Python over numpy arrays; empty for quantified facts.
        topic: A tag.
        noun: With article, where the fact says what a bare variable is: "an even number".
        plural: The same of several: "even numbers".
        both: The verb phrase for two bare variables: "are both even".
        turned: The same with an equation's sides exchanged, or empty.
    """

    lean: str
    clauses: tuple[str, ...]
    code: str
    topic: str
    noun: str = ""
    plural: str = ""
    both: str = ""
    turned: str = ""


def _apply(function: str, *arguments: Term) -> str:
    texts = (a.lean if " " not in a.lean else f"({a.lean})" for a in arguments)
    return " ".join((function, *texts))


def variable(slot: str) -> Term:
    """The variable in a slot."""
    return Term("{" + slot + "}", "{" + slot + "}", (), slot)


def number(value: int) -> Term:
    """A constant from 0 to 12."""
    return Term(NUMBERS[value], str(value), (), str(value))


def _is_plain(*terms: Term) -> bool:
    return all(t.is_variable or t.lean in NUMBERS for t in terms)


def add(s: Term, t: Term) -> Term:
    """The sum, in this order."""
    spoken = _is_plain(s, t) and t.is_variable
    words = (f"the sum of {s.symbols} and {t.symbols}",) if spoken else ()
    return Term(
        _apply("add", s, t), f"{s.symbols} + {t.within(2)}", words, f"({s.code}+{t.code})", 3
    )


def product(s: Term, t: Term) -> Term:
    """The product, in this order; the right factor must not be a numeral."""
    # "The product of a and b + 1" could be read as ab + 1.
    plain = s.is_variable and t.level <= 1
    words = (f"the product of {s.symbols} and {t.symbols}",) if plain else ()
    if t.is_variable and s.lean in NUMBERS:
        words = ("twice " + t.symbols,) if s.lean == "two" else ()
        words = (f"three times {t.symbols}",) if s.lean == "three" else words
    return Term(_apply("mul", s, t), s.within(1) + t.within(1), words, f"({s.code}*{t.code})", 2)


def square(t: Term) -> Term:
    """The square."""
    words = (f"the square of {t.symbols}",) if t.is_variable else ()
    return Term(_apply("square", t), f"{t.within(0)}^2", words, f"({t.code}**2)", 1)


def power(s: Term, t: Term) -> Term:
    """A power other than a square."""
    cube = s.is_variable and t.lean == "three"
    words = (f"the cube of {s.symbols}",) if cube else ()
    text = f"{s.within(0)}^{t.within(0)}"
    return Term(_apply("pow", s, t), text, words, f"({s.code}**{t.code})", 1)


def factorial(t: Term) -> Term:
    """The factorial."""
    return Term(_apply("factorial", t), f"{t.within(0)}!", (), f"factorial[{t.code}]", 1)


_NAMED = {
    "gcd": ("the greatest common divisor of {} and {}",),
    "lcm": ("the least common multiple of {} and {}",),
    "max": ("the larger of {} and {}", "the maximum of {} and {}"),
    "min": ("the smaller of {} and {}", "the minimum of {} and {}"),
}


def named(function: str, s: Term, t: Term) -> Term:
    """`gcd`, `lcm`, `max` or `min`."""
    words = tuple(w.format(s.symbols, t.symbols) for w in _NAMED[function])
    code = f"{function}({s.code},{t.code})"
    return Term(_apply(function, s, t), f"{function}({s.symbols}, {t.symbols})", words, code)


def remainder(s: Term, m: Term) -> Term:
    """The remainder on division."""
    words = (f"the remainder when {s.symbols} is divided by {m.symbols}",)
    text = f"{s.within(2)} mod {m.symbols}"
    return Term(_apply("mod", s, m), text, words, f"mod({s.code},{m.code})", 3)


def _say(t: Term, *templates: str) -> tuple[str, ...]:
    return tuple(template.replace("@", form) for form in t.forms for template in templates)


_ADJECTIVES = {
    "Even": ("an even number", "even numbers", "parity", "({}%2==0)", ("@ is even",)),
    "Odd": ("an odd number", "odd numbers", "parity", "({}%2==1)", ("@ is odd",)),
    "Prime": ("a prime", "primes", "primes", "is_prime({})",
              ("@ is prime", "@ is a prime number")),
    "Composite": ("a composite number", "composite numbers", "primes", "is_composite({})",
                  ("@ is composite",)),
    "Square": ("a perfect square", "perfect squares", "squares", "is_square({})",
               ("@ is a perfect square", "@ is the square of a natural number")),
}  # fmt: skip


def adjective(name: str, t: Term) -> Fact:
    """`Even`, `Odd`, `Prime`, `Composite` or `Square`."""
    noun, plural, topic, code, templates = _ADJECTIVES[name]
    shared = "are perfect squares" if name == "Square" else f"are both {name.lower()}"
    own: tuple[str, ...] = (noun, plural, shared) if t.is_variable else ()
    return Fact(_apply(name, t), _say(t, *templates), code.format(t.code), topic, *own)


def divides(d: Term, t: Term) -> Fact:
    """`d` divides `t`. Not for `d` = 2, which unfolds to `Even`."""
    clauses = _say(
        t,
        f"{d.symbols} divides @",
        f"@ is divisible by {d.symbols}",
        f"@ is a multiple of {d.symbols}",
    )
    own: tuple[str, ...] = ()
    if t.is_variable:
        shared = f"are both divisible by {d.symbols}"
        own = (f"a multiple of {d.symbols}", f"multiples of {d.symbols}", shared)
    return Fact(
        _apply("Divides", d, t), clauses, f"divides({d.code},{t.code})", "divisibility", *own
    )


def leaves(t: Term, m: Term, r: Term) -> Fact:
    """`t` leaves remainder `r` on division by `m`."""
    fit = _apply("mod", t, m)
    clauses = (
        *_say(t, f"@ leaves remainder {r.symbols} when divided by {m.symbols}"),
        f"the remainder when {t.symbols} is divided by {m.symbols} is {r.symbols}",
    )
    code = f"(mod({t.code},{m.code})=={r.code})"
    turned = f"Eq {r.lean} ({fit})"
    both = f"both leave remainder {r.symbols} when divided by {m.symbols}" if t.is_variable else ""
    return Fact(f"Eq ({fit}) {r.lean}", clauses, code, "remainders", both=both, turned=turned)


def congruent(s: Term, t: Term, m: Term) -> Fact:
    """`s` and `t` are congruent modulo `m`."""
    modulus = m.symbols
    clauses: tuple[str, ...] = (
        f"{s.symbols} is congruent to {t.symbols} modulo {modulus}",
        f"{s.symbols} ≡ {t.symbols} (mod {modulus})",
    )
    if t.lean not in NUMBERS:
        same = "leave the same remainder when divided by"
        clauses += (f"{s.symbols} and {t.symbols} {same} {modulus}",)
    code = f"(mod({s.code},{m.code})==mod({t.code},{m.code}))"
    lean = _apply("Congruent", s, t, m)
    return Fact(lean, clauses, code, "remainders", turned=_apply("Congruent", t, s, m))


def coprime(s: Term, t: Term) -> Fact:
    """`s` and `t` are coprime."""
    pair = f"{s.symbols} and {t.symbols}"
    clauses = (f"{pair} are coprime", f"{pair} are relatively prime")
    code = f"(gcd({s.code},{t.code})==1)"
    return Fact(_apply("Coprime", s, t), clauses, code, "gcd", turned=_apply("Coprime", t, s))


def equal(s: Term, t: Term) -> Fact:
    """An equation; either side may be written first."""
    clauses = (f"{s.symbols} = {t.symbols}", *_say(s, f"@ is equal to {t.symbols}"))
    clauses += tuple(f"{s.symbols} is {w}" for w in t.words[:1])
    turned = _apply("Eq", t, s)
    return Fact(_apply("Eq", s, t), clauses, f"({s.code}=={t.code})", "identities", turned=turned)


def unequal(s: Term, t: Term) -> Fact:
    """An inequation."""
    clauses = (f"{s.symbols} ≠ {t.symbols}", *_say(s, f"@ is not equal to {t.symbols}"))
    turned = _apply("Ne", t, s)
    return Fact(_apply("Ne", s, t), clauses, f"({s.code}!={t.code})", "order", turned=turned)


_ORDER = {
    "Le": ("≤", "at most", "<="),
    "Lt": ("<", "less than", "<"),
    "Gt": (">", "greater than", ">"),
}


def ordered(name: str, s: Term, t: Term) -> Fact:
    """`Le`, `Lt` or `Gt`."""
    sign, words, code = _ORDER[name]
    clauses = (f"{s.symbols} {sign} {t.symbols}", *_say(s, f"@ is {words} {t.symbols}"))
    if name == "Gt" and t.lean == "zero":
        clauses = _say(s, "@ is positive")
    own: tuple[str, ...] = ()
    if s.is_variable and name != "Le" and t.lean in NUMBERS:
        shared = "are positive" if t.lean == "zero" else f"are both {words} {t.symbols}"
        kind = "a positive number" if t.lean == "zero" else f"a number {words} {t.symbols}"
        own = (kind, kind.removeprefix("a ").replace("number", "numbers"), shared)
    return Fact(_apply(name, s, t), clauses, f"({s.code}{code}{t.code})", "order", *own)
