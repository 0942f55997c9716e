"""A generation server for the time of one GRPO stage.

Invariant: a server that we started is gone when the stage ends, with all its processes; one that we
did not start is only asked whether it answers. Out of scope: choosing its options; the recipe holds
the command.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import UnavailableError
from crossfade_train.run._children import end, end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crossfade_train.recipe import LaunchTable

START_SECONDS = 900.0
_POLL_SECONDS = 1.0


def address(grpo: Mapping[str, Any]) -> str | None:
    """Where the GRPO arguments look for a server; None where they use none."""
    if not grpo.get("use_vllm") or grpo.get("vllm_mode", "colocate") != "server":
        return None
    if base := grpo.get("vllm_server_base_url"):
        return str(base).rstrip("/")
    host, port = grpo.get("vllm_server_host", "0.0.0.0"), grpo.get("vllm_server_port", 8000)  # noqa: S104
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104


def answers(url: str) -> bool:
    """Whether a server's health page says that it is well."""
    try:
        with urllib.request.urlopen(f"{url}/health/", timeout=10) as page:  # noqa: S310
            return bool(page.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == 404 and answers_at(f"{url}/health")
    except (OSError, ValueError):
        return False


def answers_at(url: str) -> bool:
    """Whether a page can be had."""
    try:
        with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310
            return bool(page.status == 200)
    except (OSError, ValueError):
        return False


def must_answer(url: str) -> None:
    """Refuse to begin without the server.

    Raises:
        UnavailableError: It does not answer.
    """
    if not answers(url):
        raise UnavailableError(
            f"GRPO with vllm_mode = 'server' needs a server: {url}/health does not answer. Start "
            "it (docs/cluster.md has the command), or give the command in [launch] vllm_command."
        )


@contextlib.contextmanager
def server(
    command: str | None, url: str | None, devices: str | None, log: Path, patience: float
) -> Iterator[None]:
    """Run a server while the block runs; nothing where there is no command.

    Args:
        command: As a shell would split it.
        url: Where it will answer.
        devices: Its CUDA_VISIBLE_DEVICES.
        log: Where its output goes.
        patience: Seconds until it must answer.

    Raises:
        UnavailableError: It ended, or did not answer in time.
    """
    if command is None or url is None:
        yield
        return
    own = {"VLLM_SERVER_DEV_MODE": "1"} | ({"CUDA_VISIBLE_DEVICES": devices} if devices else {})
    with log.open("ab") as output:
        process = subprocess.Popen(
            shlex.split(command),
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **own},
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        try:
            _wait(process, url, command, log, patience)
            yield
        finally:
            end(process)


def _wait(
    process: subprocess.Popen[bytes], url: str, command: str, log: Path, patience: float
) -> None:
    deadline = time.monotonic() + patience
    while not answers(url):
        if process.poll() is not None:
            raise UnavailableError(
                f"The generation server must stay up: `{command}` ended with status "
                f"{process.returncode}. Its output is in {log}."
            )
        if time.monotonic() > deadline:
            raise UnavailableError(
                f"The generation server must answer at {url}/health within {patience:.0f} s: "
                f"`{command}` did not. Its output is in {log}."
            )
        time.sleep(_POLL_SECONDS)


def server_for(
    launch: LaunchTable, grpo: Mapping[str, Any], model: str, folder: Path
) -> contextlib.AbstractContextManager[None]:
    """The server that a recipe asks for, for one start point."""
    url = address(grpo)
    command = server_command(launch, model)
    return server(command, url, launch.vllm_devices, folder / "server.txt", START_SECONDS)


def server_command(launch: LaunchTable, model: str) -> str | None:
    """The server's command for a start point; None where the recipe names none."""
    command = launch.vllm_command
    return command.replace("{model}", shlex.quote(model)) if command else None
