"""The miniature's tokenizer: byte-level BPE over English and Lean, with a chat template.

Invariant: any text can be encoded; a variable is a token of its own (`3nk` is `3`, `n`, `k`), so
that names can be copied from the English into the Lean. Phrases that stand in every theorem are one
token each, because a token costs the same whether it says much or little. The template drops system
messages: the model was never shown any, and an instruction to a general model is noise to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

if TYPE_CHECKING:
    from collections.abc import Iterable

USER, ASSISTANT, END, PAD = "<|user|>", "<|assistant|>", "<|end|>", "<|pad|>"
PHRASES = ("Problem: ", "theorem goal", " (h1 : ", " (h2 : ", " := by sorry")
TEMPLATE = (
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'user' -%}{{ '<|user|>' + message['content'] }}"
    "{%- elif message['role'] == 'assistant' -%}{{ '<|assistant|>' }}"
    "{% generation %}{{ message['content'] + '<|end|>' }}{% endgeneration %}"
    "{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)
_PIECES = Regex(
    r" ?n1?\d(?![A-Za-z])| ?\d+"
    r"| ?(?:is|by|if|of|to|an|be|no|or|Eq|Ne|Le|Lt|Ge|Gt|Or|sq)(?![A-Za-z])"
    r"| ?[A-Za-z_]{3,}| ?[A-Za-z]| ?[^\sA-Za-z\d]+|\s+"
)


def train_tokenizer(texts: Iterable[str], size: int) -> PreTrainedTokenizerFast:
    """A tokenizer of at most `size` tokens for these texts; the same for the same texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_PIECES, "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [PAD, END, USER, ASSISTANT]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(PHRASES),
        min_frequency=20,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken(phrase, normalized=False) for phrase in PHRASES])
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        chat_template=TEMPLATE,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )
