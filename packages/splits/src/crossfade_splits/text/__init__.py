"""Normal forms: what counts as the same prompt, the same numbers, the same Lean target."""

from crossfade_splits.text._lean import normalise_target, split_header
from crossfade_splits.text._prompt import normalise_prompt, numbers
from crossfade_splits.text._same import same_prompts

__all__ = ["normalise_prompt", "normalise_target", "numbers", "same_prompts", "split_header"]
