"""Lean 4 text, as far as it can be read without Lean: tokens, comments, commands, declarations.

Invariant: every function is pure, linear in its input, and total on any string except where it
says that it raises. What is read here is never trusted to be what Lean reads: the gate refuses
text on which the two could differ. Out of scope: parsing of terms, elaboration, name resolution.
"""

from leaneval.lean._commands import Command, commands
from leaneval.lean._declaration import BRACKETS, Declaration, Shape, shape, split_declaration
from leaneval.lean._lexer import Kind, Token, UnterminatedError, strip_comments, tokens
from leaneval.lean._words import (
    COMMANDS,
    DECLARATIONS,
    MODIFIERS,
    STARTERS,
    command_word,
    word_set,
)

__all__ = [
    "BRACKETS",
    "COMMANDS",
    "DECLARATIONS",
    "MODIFIERS",
    "STARTERS",
    "Command",
    "Declaration",
    "Kind",
    "Shape",
    "Token",
    "UnterminatedError",
    "command_word",
    "commands",
    "shape",
    "split_declaration",
    "strip_comments",
    "tokens",
    "word_set",
]
