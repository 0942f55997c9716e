"""The report's files in a run folder: report.html, report.md, results.json, runs.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_train.errors import UnavailableError
from crossfade_train.report._page import page
from crossfade_train.report._summary import attributes
from crossfade_train.run._files import write_json
from leaneval.errors import LeanevalError
from leaneval.page import write as write_page
from leaneval.results import Entry, write_index

if TYPE_CHECKING:
    from pathlib import Path

    from crossfade_train.report._summary import Summary


def write(
    summary: Summary, folder: Path, *, out: Path | None = None, texts: bool = True
) -> list[Path]:
    """Write a run's report; each file at once or not at all.

    Args:
        summary: Its numbers.
        folder: The run's.
        out: Write the page here too, as HTML or Markdown by its suffix.
        texts: Whether problems' and rollouts' texts may be shown.

    Returns:
        The pages that were written.

    Raises:
        UnavailableError: A file cannot be written.
    """
    pages = [folder / "report.html", folder / "report.md", *([out] if out else [])]
    made = page(summary, texts=texts)
    try:
        write_json(folder / "results.json", summary.to_json())
        write_index(folder, entries(summary))
        for path in pages:
            write_page(made, path)
    except (OSError, LeanevalError) as error:
        raise UnavailableError(f"The report must be written into {folder}: {error}") from error
    return pages


def entries(summary: Summary) -> list[Entry]:
    """The run's evaluations, as `leaneval compare RUN` and `leaneval report RUN` read them."""
    found = summary.collected
    return [
        Entry(
            found.name(group), one.seed,
            run.path.relative_to(found.folder).as_posix(), attributes(group),
        )
        for group, several in found.groups.items()
        for one in several
        for run in one.runs.values()
    ]  # fmt: skip
