"""Sentences that state a set of values or of functions.

Invariant: as in `_sentence`, which says what a good sentence is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crossfade_splits.inject._kinds import (
    element_type,
    free_letters,
    is_functional,
    is_vector,
    parts_of,
    whole_numbers,
    with_type,
)
from crossfade_splits.inject._known import last
from crossfade_splits.inject._letters import has_letter, indexed_letters, rename_letters
from crossfade_splits.inject._phrases import SENTENCES, plural
from crossfade_splits.inject._render import Renderer, Unreadable
from crossfade_splits.inject._terms import Binder, Term, head, ident, is_op, substitute

if TYPE_CHECKING:
    from crossfade_splits.inject._finding import Finding
    from crossfade_splits.inject._wording import Wording


class SetWriter:
    """What every sentence needs, and the sentences about sets."""

    def __init__(self, prompt: str, wording: Wording) -> None:
        self.prompt = prompt
        self.wording = wording
        self.language = wording.language
        self.phrases = SENTENCES[self.language]
        # Lean writes polynomials in X, problems mostly in x.
        self.variables = {
            upper: upper.lower()
            for upper in "XY"
            if has_letter(prompt, upper.lower()) and not has_letter(prompt, upper)
        }
        self.renderer = Renderer(self.language, self.variables, indexed_letters(prompt))

    def check_letters(self, term: Term) -> None:
        """Free letters of an answer must be the problem's own."""
        renamed = rename_letters(free_letters(term), self.prompt)
        if renamed is None:
            raise Unreadable("letters that the problem does not use")
        self.renderer.renamed = self.variables | renamed

    def set_of(self, finding: Finding, term: Term) -> tuple[str, str]:
        """The sentence that states a set, and the set alone."""
        noun = self._noun(finding, term)
        term = with_type(whole_numbers(term, finding), element_type(finding.type))
        functional = is_functional(finding, term)
        if (term.kind == "set" and not term.args) or term == ident("∅"):
            noun = "function noun" if functional else noun
            return self.phrases["none"].format("", self.phrases[noun]), "∅"
        if functional:
            return self._functions(finding, term)
        self.check_letters(term)
        order = self._order(finding)
        if term.kind == "set" and len(term.args) == 1:
            text = self.renderer.math(term.args[0])
            return self.phrases["only"].format(text, self.phrases[noun] + order), text
        self.renderer.universe = self._universe(finding)
        text = self.renderer.math(term)
        nouns = plural(self.phrases[noun], self.language)
        return self.phrases["set"].format(text, nouns + order), text

    def _order(self, finding: Finding) -> str:
        """` (y, x)` where the problem does not name the parts of a set's tuples in their order."""
        subject = finding.subject
        if subject is None or subject.kind != "tuple":
            return ""
        letters = [a.text for a in subject.args if a.kind == "ident"]
        ours = len(letters) == len(subject.args) and all(
            has_letter(self.prompt, n) for n in letters
        )
        joined = r"[\s$(){}\\]*(?:,|，|、|and|和|与)[\s$(){}\\]*"
        listed = rf"(?<![A-Za-z]){joined.join(map(re.escape, letters))}(?![A-Za-z])"
        return (
            f" {self.renderer.math(subject)}" if ours and not re.search(listed, self.prompt) else ""
        )

    def _universe(self, finding: Finding) -> str:
        typed = element_type(finding.type)
        while typed is not None and typed.kind == "app":
            typed = element_type(typed)
        return self.renderer.math(typed) if typed is not None and typed.kind == "ident" else ""

    def _noun(self, finding: Finding, term: Term) -> str:
        element = term.args[0] if term.kind in {"set", "setof", "image"} and term.args else None
        size = len(element.args) if element is not None and element.kind == "tuple" else 0
        typed = element_type(finding.type)
        if not size and typed is not None:
            size = len(parts_of(typed, "×")) if is_op(typed, "×") else 0
        if size > 1:
            return {2: "pair", 3: "triple", 4: "quadruple"}.get(size, "tuple")
        if typed is not None and is_vector(typed):
            return "tuple" if head(typed.args[0]) == "ZMod" else "vector"
        kind = head(typed) if typed is not None else ""
        named = {"Polynomial": "polynomial", "Matrix": "matrix", "Set": "set noun",
                 "Finset": "set noun", "List": "list", "MvPolynomial": "polynomial"}  # fmt: skip
        return named.get(last(kind), "value noun")

    def _functions(self, finding: Finding, term: Term) -> tuple[str, str]:
        name = "f"
        if finding.subject is not None and finding.subject.kind == "ident":
            name = finding.subject.text
        if not has_letter(self.prompt, name):
            other = next((n for n in "fgFhuPpGaxs" if has_letter(self.prompt, n)), "f")
            name = other
        pieces = [p for part in parts_of(term, "∪") for p in self._pieces(part, name)]
        if len(pieces) == 1 and term.kind == "set":
            return self.phrases["only function"].format(pieces[0]), pieces[0]
        if all(p.count(" = ") == 1 and "with" not in p for p in pieces) and len(pieces) > 1:
            text = self.renderer.words["comma"].join(pieces[:-1])
            text += self.renderer.words["list"] + pieces[-1]
        else:
            text = self.phrases["together"].join(pieces)
        return self.phrases["solutions"].format(text), text

    def _pieces(self, part: Term, name: str) -> list[str]:
        self.check_letters(part)
        if part.kind == "set":
            return [self.renderer.functional(e, name) for e in part.args]
        if part.kind == "image":
            where = ", ".join(self._range(b) for b in part.binders)
            return [
                self.phrases["family"].format(self.renderer.functional(part.args[0], name), where)
            ]
        if part.kind == "setof":
            element, body = part.args
            renamed = substitute(body, {element.text: ident(name)})
            noun = plural(self.phrases["function noun"], self.language)
            return [self.phrases["such that"].format(self.renderer.phrase(renamed), noun, name)]
        raise Unreadable(part.kind)

    def _range(self, binder: Binder) -> str:
        letter = self.renderer.math(binder.pattern)
        if binder.bound is not None:
            return f"{letter} {binder.relation} {self.renderer.math(binder.bound)}"
        return f"{letter} ∈ {self.renderer.math(binder.type)}" if binder.type else letter
