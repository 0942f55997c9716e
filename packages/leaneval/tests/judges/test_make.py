import subprocess
import sys

import pytest

from leaneval.errors import UsageError
from leaneval.judges import JUDGES, make_judge


def test_none_is_no_judge(settings):
    assert make_judge(settings(judge="none"), None) is None


def test_specs_come_back(settings):
    assert make_judge(settings(judge="llm:org/model:free"), None).spec == "llm:org/model:free"
    assert make_judge(settings(judge="defeq"), object()).spec == "defeq"


@pytest.mark.parametrize(
    ("spec", "near"),
    [("defek", "'defeq'"), ("lm:x", "'llm:MODEL'"), ("llm", "'llm:MODEL'"), ("llm:", "'llm:MODEL'"),
     ("non", "'none'"), ("zzz", ""), ("none:1", "'none'"), ("", "")],
)  # fmt: skip
def test_an_unknown_spec_is_told_what_exists(settings, spec, near):
    with pytest.raises(UsageError) as caught:
        make_judge(settings(judge=spec), None)
    message = str(caught.value)
    assert all(name in message for name in JUDGES)
    assert repr(spec) in message
    assert (f"Did you mean {near}" in message) if near else ("Did you mean" not in message)


def test_defeq_needs_a_checker(settings):
    with pytest.raises(UsageError, match="checker"):
        make_judge(settings(judge="defeq"), None)


def test_importing_and_making_loads_no_client(tmp_path):
    code = (
        "import sys; from leaneval.judges import make_judge;"
        "from leaneval.settings import Settings;"
        "make_judge(Settings(judge='llm:m', cache='off'), None);"
        "sys.exit(', '.join({'openai', 'httpx', 'torch', 'lm_eval'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
