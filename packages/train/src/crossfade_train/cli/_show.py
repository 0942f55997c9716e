"""What the commands print. Results go to standard output, everything else to standard error."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from crossfade_train.errors import UsageError
from crossfade_train.run import Ref, apart, command, launch_of, server_command, spoken

if TYPE_CHECKING:
    from crossfade_train.run import Outlook, Request, Stage

_WIDTH = 120
"""Of tables, where there is no terminal to fit."""
out = Console(width=None if sys.stdout.isatty() else _WIDTH)
err = Console(stderr=True)


def outlook(found: Outlook, folder: Path) -> None:
    """What a run would do: stages, inputs, what is done, time and disk."""
    table = Table(box=None, pad_edge=False)
    for title in ("stage", "from", "state", "time"):
        table.add_column(title, overflow="fold", justify="right" if title == "time" else "left")
    for name in found.wanted:
        stage = found.plan.stages[name]
        done = name in found.done
        seconds = None if done else found.rates.of(stage.kind).seconds
        table.add_row(
            name, _sources(stage), "done" if done else "to run", "" if done else spoken(seconds)
        )
    out.print(table)
    _total(found, folder)
    for name in found.wanted:
        if name not in found.done and (line := _launch(found.plan.stages[name], found, folder)):
            out.print(f"\n{name}:\n  {line}", markup=False, highlight=False, soft_wrap=True)


def _sources(stage: Stage) -> str:
    return ", ".join(
        f"{source.stage}:{source.name}" if isinstance(source, Ref) else source.path
        for source in stage.inputs.values()
    )


def _total(found: Outlook, folder: Path) -> None:
    pending = found.pending
    seconds, unknown = found.rates.total(pending)
    bases = sorted({found.rates.of(kind).basis for kind in pending} - {"not measured"})
    disk = found.rates.disk(pending)
    out.print(
        f"\n{len(found.wanted)} stages, {len(found.wanted) - len(pending)} done, "
        f"{len(pending)} to run in {folder}", markup=False, highlight=False, soft_wrap=True,
    )  # fmt: skip
    if bases:
        out.print(
            f"about {spoken(seconds)} one after the other (from: {'; '.join(bases)})",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
    if unknown:
        out.print(f"no time is known for: {', '.join(unknown)}", markup=False, highlight=False)
    if disk.most:
        stays = f" at most, {disk.kept:.3g} GB in the end" if disk.kept < disk.most else ""
        out.print(f"about {disk.most:.3g} GB of disk{stays}", highlight=False)


def _launch(stage: Stage, found: Outlook, folder: Path) -> str:
    """How a stage in processes of its own would be started, with its server."""
    if not stage.extra.get("launch"):
        return ""
    request = found.requests.get(stage.name) or _unknown(stage)
    launch = launch_of(request)
    lines = []
    server = server_command(launch, _start(stage, request, found, folder))
    if stage.kind == "grpo" and server:
        devices = f"CUDA_VISIBLE_DEVICES={launch.vllm_devices} " if launch.vllm_devices else ""
        lines.append(f"VLLM_SERVER_DEV_MODE=1 {devices}{server} &")
    if apart(request):
        devices = f"CUDA_VISIBLE_DEVICES={launch.devices} " if launch.devices else ""
        where = (
            found.store.folder(request)
            if request.key
            else Path(f"{folder}/stages/{stage.name}-KEY")
        )
        lines.append(devices + shlex.join(command(launch, where)))
    return "\n  ".join(lines)


def _start(stage: Stage, request: Request, found: Outlook, folder: Path) -> str:
    """The model that a stage starts from, or where it will be."""
    if "model" in request.inputs:
        return request.inputs["model"].path
    source = stage.inputs.get("model")
    if not isinstance(source, Ref):
        return source.path if source else ""
    base = found.plan.stages[source.stage].table.get("base")
    return str(base or f"{folder}/stages/{source.stage}-KEY/{source.name}")


def _unknown(stage: Stage) -> Request:
    """The request of a stage whose inputs are not made yet."""
    from crossfade_train.run import Request

    return Request(stage.name, stage.kind, "", stage.table, stage.seed, {}, stage.extra, {})


def report(folder: Path, *, to: Path | None = None, texts: bool = True) -> None:
    """Write the report's files and print its tables."""
    from crossfade_train.report import summarise, tables, write
    from leaneval.tables import put

    if to is not None:
        _require_writable(to)
    found = summarise(folder)
    pages = write(found, folder, out=to, texts=texts)
    if found.collected.missing:
        missing = ", ".join(found.collected.missing)
        out.print(f"Not evaluated (yet): {missing}", markup=False, highlight=False)
    for task in found.tasks:
        for warning in task.numbers.shared.warnings:
            out.print(f"Warning: {warning}", markup=False, highlight=False)
    for table in tables(found):
        out.print()
        put(table, out)
    out.print()
    for page in pages:
        out.print(str(page), markup=False, highlight=False, soft_wrap=True)


def _require_writable(out: Path) -> None:
    """Refused before anything is reckoned."""
    from leaneval.errors import LeanevalError
    from leaneval.page import require_writable

    try:
        require_writable(out)
    except LeanevalError as error:
        raise UsageError(str(error)) from error


def recipes() -> None:
    """The shipped recipes."""
    from crossfade_train.recipe import load_recipe, shipped

    table = Table(box=None, pad_edge=False, show_header=False)
    for name in shipped():
        table.add_row(name, load_recipe(name).about)
    out.print(table)


def failure(text: str) -> None:
    """An error, as one message."""
    err.print(f"crossfade: {text}", style="red", markup=False, highlight=False, soft_wrap=True)


def as_json(value: object) -> str:
    """Plain data for machines."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1)
