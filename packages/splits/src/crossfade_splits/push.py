"""Upload a verified data set to a hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.proof import verify

if TYPE_CHECKING:
    from pathlib import Path


def push(folder: Path, repository: str, private: bool = True, endpoint: str | None = None) -> str:
    """Upload a data set; only one that passes `verify` is uploaded.

    Args:
        folder: made by `make`.
        repository: `owner/name`, always given explicitly.
        private: whether a new repository is private.
        endpoint: another hub than the default.

    Returns:
        The address of the commit.

    Raises:
        DataError: the data set does not verify, or the hub refused it.
        UsageError: the repository id is not `owner/name`, or the extra is not installed.
    """
    if repository.count("/") != 1 or not all(repository.split("/")):
        raise UsageError(f"A repository must be named owner/name, got {repository!r}.")
    for check in verify(folder):
        if not check.holds:
            raise DataError(f"Only a verified data set is pushed: {check.name}: {check.problem}.")
    try:
        from huggingface_hub import HfApi
    except ImportError:
        raise UsageError("push needs the extra: pip install 'crossfade-splits[hub]'.") from None
    api = HfApi(endpoint=endpoint)
    try:
        api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        done = api.upload_folder(repo_id=repository, repo_type="dataset", folder_path=folder)
    except Exception as error:
        said = " ".join(str(error).split()).rstrip(".")
        raise DataError(
            f"The hub did not take {repository}: {type(error).__name__}: {said}. "
            "Check the token (HF_TOKEN) and the name, then push again."
        ) from None
    return str(done.commit_url)
