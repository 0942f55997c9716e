"""One natural sentence that states an answer, in the problem's language.

Invariant: the sentence asserts exactly what the Lean target does; where the answer has no plain
reading, or speaks of letters that the problem does not use, `Unreadable` is raised.

A sentence is good if (1) it says what the Lean target says, no more and no less; (2) it answers
what the problem asks; (3) its letters are the problem's; (4) no Lean syntax, cast or namespace is
left; (5) brackets, floors and signs leave one reading; (6) a mathematician could have written it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._exact import cut_off, floor_divisions
from crossfade_splits.inject._finding import TRUTHS, Finding
from crossfade_splits.inject._kinds import (
    as_fraction,
    free_letters,
    is_quantified,
    is_set,
    is_statement,
    parts_of,
    reuses_names,
)
from crossfade_splits.inject._letters import has_letter, rename_letters
from crossfade_splits.inject._pattern import ORDER
from crossfade_splits.inject._reduce import reduce
from crossfade_splits.inject._render import Unreadable
from crossfade_splits.inject._sets import SetWriter
from crossfade_splits.inject._terms import Term, ident, is_op, names, substitute

if TYPE_CHECKING:
    from crossfade_splits.inject._wording import Wording

_WHICH = re.compile(r"\b(?:for (?:which|what)|when|conditions?|if and only if)\b", re.I)
_EXTREMES = {"lower bound": "minimum", "upper bound": "maximum"}
_SUPERLATIVE = {"minimum": "least", "infimum": "least", "maximum": "most", "supremum": "most"}


def write_sentence(finding: Finding, prompt: str, wording: Wording) -> tuple[str, str]:
    """The sentence, and the answer alone as plain text.

    Raises:
        Unreadable: where no honest sentence can be made.
    """
    return _Writer(prompt, wording).write(finding)


class _Writer(SetWriter):
    def write(self, finding: Finding) -> tuple[str, str]:
        finding = replace(
            finding, terms=tuple(floor_divisions(t, finding.type) for t in finding.terms)
        )
        if any(cut_off(t, finding.type) for t in finding.terms):
            raise Unreadable("a difference that is cut off at 0")
        if any(map(reuses_names, finding.terms)):
            raise Unreadable("one letter for two things")
        role = _EXTREMES.get(finding.role, finding.role)
        if role == "truths":
            return self._truths(finding)
        if role in TRUTHS:
            return self._truth(finding), finding.answer
        if role in {"several", "either"}:
            return self._several(finding, role)
        term = finding.terms[0]
        if role in {"set", "condition"} or is_set(term):
            return self._set_or_condition(finding, term)
        if role in {"claim", "range", "family", "parity"}:
            return self._claim(finding, term)
        if role == "function" or (term.kind == "bind" and term.text == "fun"):
            return self._function(finding, term)
        return self._value(role, finding, term)

    def _truth(self, finding: Finding) -> str:
        judged = self.wording.language == "en" and any(
            w in self.prompt.lower() for w in ("prove or disprove", "true or false")
        )
        yes, no = ("true", "false") if judged else ("yes", "no")
        return self.phrases[yes if finding.answer == "yes" else no]

    def _truths(self, finding: Finding) -> tuple[str, str]:
        """One yes or no for each part of the question."""
        if self.language != "en":
            raise Unreadable("truth values")
        words = ["yes" if a.text.lower() == "true" else "no" for a in finding.terms]
        text = ", ".join(words[:-1]) + " and " + words[-1]
        return self.phrases["several"].format(text), text

    def _several(self, finding: Finding, role: str) -> tuple[str, str]:
        texts = [self._plain(t) for t in finding.terms]
        joined = self.renderer.words["comma"].join(texts[:-1])
        joined += self.renderer.words["or" if role == "either" else "list"] + texts[-1]
        variable = finding.subject
        if role == "either" and variable is not None and variable.kind == "ident":
            renamed = rename_letters({variable.text}, self.prompt)
            if renamed is not None:
                return self._equal_to(renamed.get(variable.text, variable.text), texts), joined
        return self.phrases[role].format(joined), joined

    def _equal_to(self, letter: str, texts: list[str]) -> str:
        """`x = 1 or x = 2` in words."""
        equations = self.renderer.words["or"].join(f"{letter} = {t}" for t in texts)
        return self.phrases["claim"].format(equations)

    def _plain(self, term: Term) -> str:
        if term.kind == "bind" and term.text == "fun":
            return self.renderer.functional(term)
        self.check_letters(term)
        return self.renderer.math(term)

    def _value(self, role: str, finding: Finding, term: Term) -> tuple[str, str]:
        if term.kind == "tuple" and all(a.kind == "bind" or is_set(a) for a in term.args):
            return self._functions_in_order(term)
        text = self._plain(as_fraction(finding, term))
        if finding.subject is not None and finding.subject.kind == "tuple" and role == "value":
            text = self._named_tuple(finding.subject, term, text)
        if role == "limit" and not any(w in self.prompt.lower() for w in ("lim", "极限")):
            role = "value"
        if finding.carrier == "goal" and self.wording.several and role == "value":
            return self._one_of_several(finding.subject, text)
        needed = _SUPERLATIVE.get(role)
        asked = not needed or (self.wording.least if needed == "least" else self.wording.most)
        key = role if role in self.phrases and asked else "value"
        return self.phrases[key].format(text), text

    def _one_of_several(self, subject: Term | None, text: str) -> tuple[str, str]:
        """`x = 3` where the problem asks for other things as well."""
        if subject is None or subject.kind != "ident" or not has_letter(self.prompt, subject.text):
            raise Unreadable("which of the questions it answers")
        return self._equal_to(subject.text, [text]), text

    def _functions_in_order(self, term: Term) -> tuple[str, str]:
        """Several functions, by their values where the problem uses their letters."""
        texts = []
        for function in term.args:
            self.check_letters(function)
            if function.kind != "bind":
                texts.append(self.renderer.math(function))
                continue
            letters = {n for b in function.binders for n in names(b.pattern)}
            known = all(has_letter(self.prompt, n) for n in letters)
            body = function.args[0] if known and len(function.binders) == 1 else function
            texts.append(self.renderer.functional(body))
        joined = self.renderer.words["comma"].join(texts[:-1])
        joined += self.renderer.words["list"] + texts[-1]
        return self.phrases["several"].format(joined), joined

    def _named_tuple(self, names_: Term, term: Term, text: str) -> str:
        """`(a, b, c) = (3, 1, 5)` where the problem asks for a, b and c."""
        letters = [a.text for a in names_.args if a.kind == "ident"]
        known = len(letters) == len(names_.args) == len(term.args)
        if (
            not known
            or term.kind != "tuple"
            or not all(has_letter(self.prompt, n) for n in letters)
        ):
            return text
        return f"{self.renderer.math(names_)} = {text}"

    def _claim(self, finding: Finding, term: Term) -> tuple[str, str]:
        if finding.role == "family":
            return self._family(finding, term)
        letters = free_letters(term)
        renamed = rename_letters(letters, self.prompt)
        if renamed is None:
            return self._bare_values(term)
        self.renderer.renamed = self.variables | renamed
        if finding.role == "range" or finding.pattern != "pointwise_function_eq":
            text = self.renderer.phrase(term)
            return self.phrases["claim"].format(text), text
        text = self.renderer.phrase(term)
        everywhere = self._everywhere(finding, term)
        said = self.phrases["for all"].format(text, everywhere) if everywhere else text
        return self.phrases["claim"].format(said), text

    def _everywhere(self, finding: Finding, term: Term) -> str:
        """The arguments at which a function is given, with the bounds that the goal sets them."""
        if finding.subject is None:
            return self.renderer.listed(term.args[0].args[1:])
        if not all(is_op(p, *ORDER) for p in parts_of(finding.subject, "∧")):
            return ""
        self.check_letters(finding.subject)
        return self.renderer.phrase(finding.subject)

    def _bare_values(self, term: Term) -> tuple[str, str]:
        """`a = 6 ∧ b = 12` where the problem names no a and b: the values in their order."""
        parts = parts_of(term, "∧")
        if not all(is_op(p, "=") and not free_letters(p.args[1]) for p in parts):
            raise Unreadable("letters that the problem does not use")
        text = self.renderer.math(Term("tuple", "(", tuple(p.args[1] for p in parts)))
        text = text if len(parts) > 1 else text[1:-1]
        return self.phrases["value"].format(text), text

    def _family(self, finding: Finding, equation: Term) -> tuple[str, str]:
        assert finding.subject is not None
        constants = [self.renderer.math(b.pattern) for b in finding.subject.binders]
        function = equation.args[0].args[0]
        if not has_letter(self.prompt, function.text):
            raise Unreadable("letters that the problem does not use")
        text = self.renderer.phrase(equation)
        key = "for some" if len(constants) == 1 else "for some several"
        joined = self.renderer.words["list"].join(constants)
        return self.phrases["claim"].format(self.phrases[key].format(text, joined)), text

    def _function(self, finding: Finding, term: Term) -> tuple[str, str]:
        name = ""
        if finding.subject is not None and finding.subject.kind == "ident":
            letter = finding.subject.text
            name = letter if has_letter(self.prompt, letter) else ""
        if not name and finding.carrier == "answer-binder" and len(term.binders) == 1:
            letter = term.binders[0].pattern.text.split("_")[0]
            if has_letter(self.prompt, letter):
                body = substitute(term.args[0], {term.binders[0].pattern.text: ident(letter)})
                text = self.renderer.math(body)
                return self.phrases["value"].format(text), text
        self.check_letters(term)
        text = self.renderer.functional(term, name)
        return self.phrases["function"].format(text), text

    def _set_or_condition(self, finding: Finding, term: Term) -> tuple[str, str]:
        if term.kind == "tuple" and all(is_set(a) for a in term.args):
            return self._functions_in_order(term)
        if term.kind == "bind" and term.text == "fun":
            return self._unapplied(finding, term)
        if is_statement(term):
            return self._condition(term, settles=finding.pattern == "iff_equation(s)")
        named = self._named_condition(finding.subject, term)
        if named is not None and finding.pattern != "set_equality":
            return self._condition(named)
        return self.set_of(finding, term)

    def _unapplied(self, finding: Finding, term: Term) -> tuple[str, str]:
        """A condition or set that depends on arguments the goal did not supply."""
        if not is_statement(term.args[0]):
            return self._function(finding, term)
        return self._condition(term.args[0])

    def _condition(self, term: Term, *, settles: bool = False) -> tuple[str, str]:
        """A condition; where it settles the unknowns, the equations alone are the sentence."""
        self.check_letters(term)
        text = self.renderer.clause(term)
        equations = all(is_op(p, "=") for p in parts_of(term, "∧"))
        asked = self.wording.language == "en" and not _WHICH.search(self.wording.question)
        key = "claim" if equations and asked and settles else "condition"
        return self.phrases[key].format(text), text

    def _named_condition(self, subject: Term | None, term: Term) -> Term | None:
        """`x ∈ {y | P y}` as the condition P x, where the problem itself speaks of x."""
        if subject is None or term.kind != "setof" or term.binders[0].bound is not None:
            return None
        element, body = term.args
        if element.kind == "ident" and subject.kind == "tuple":
            body = reduce(substitute(body, {element.text: subject}))
            element = subject
        asked = self.wording.question
        if not all(has_letter(asked, n) for n in names(subject)) or is_quantified(body):
            return None
        if subject.kind == "ident" and element.kind == "ident":
            return substitute(body, {element.text: subject})
        plain = subject.kind == "tuple" and all(a.kind == "ident" for a in subject.args)
        if plain and element.kind == "tuple" and len(element.args) == len(subject.args):
            pairs = zip(element.args, subject.args, strict=True)
            return substitute(body, {e.text: s for e, s in pairs if e.kind == "ident"})
        return None
