"""Which Lean and which library a Kimina Lean Server checks with, as far as it can be asked.

The API names neither, so Lean is asked through it: `#version`, and under Init what the server's
project says of itself (`lake-manifest.json` and `.git/HEAD` in the folder that REPLs run in; by
default that is a clone of Mathlib). Where the revision cannot be had, the server's URL stands for
it in the cache key: whoever changes the library behind a URL must change the cache folder too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from leaneval.store import digest
from leaneval.types import Toolchain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.checkers._messages import Message
    from leaneval.checkers._world import World

_MANIFEST, _HEAD = "lake-manifest.json", ".git/HEAD"
_MARK = "leaneval: "
_ASK = f"""\
#eval Lean.versionString
#eval show IO Unit from do
  for name in ["{_MANIFEST}", "{_HEAD}"] do
    if ← System.FilePath.pathExists name then
      IO.println ("{_MARK}" ++ name)
      IO.println (← IO.FS.readFile name)"""
_VERSION = re.compile(r'(?:Lean |")(\d+\.\d+\.\d+[\w.+-]*)(?:"|\n|$)')
_REVISION = re.compile(r"[0-9a-f]{40}")


def questions(world: World) -> str:
    """Commands whose messages tell the toolchain; under `world`'s imports."""
    return "\n".join(["#version", _ASK] if world.has_init else ["#version"])


def toolchain(world: World, messages: Sequence[Message], url: str) -> Toolchain:
    """The toolchain as the messages tell it.

    Args:
        world: Whose imports were in force.
        messages: Lean's, to `questions`.
        url: The server's, part of the identity where the revision is not known.
    """
    said = [message.text for message in messages if message.severity == "information"]
    versions = [match[1] for text in said if (match := _VERSION.match(text))]
    lean = versions[0] if versions else f"of unknown version at {url}"
    library = ", ".join(
        line.removeprefix("import ") for line in world.imports.splitlines() if line != "prelude"
    )
    text = next((text for text in said if text.startswith(_MARK)), "")
    revision = _revision(_files(text)) or f"of unknown revision at {url}"
    return Toolchain(lean, f"{library or 'Init'} {revision}")


def _files(text: str) -> dict[str, str]:
    """File name -> content."""
    parts = re.split(rf"^{_MARK}(.*)\n", text, flags=re.MULTILINE)
    return {name: content.strip() for name, content in zip(parts[1::2], parts[2::2], strict=True)}


def _revision(files: dict[str, str]) -> str:
    """Mathlib's commit, as a dependency or as the project itself, else what pins everything."""
    text = files.get(_MANIFEST, "")
    try:
        manifest = json.loads(text)
        packages = {package["name"]: str(package.get("rev")) for package in manifest["packages"]}
        name = manifest.get("name")
    except (ValueError, TypeError, KeyError, AttributeError):
        packages, name, text = {}, None, ""
    head = files.get(_HEAD, "")
    if "mathlib" in packages:
        return packages["mathlib"][:12]
    if name == "mathlib" and _REVISION.fullmatch(head):
        return head[:12]
    return f"manifest {digest(text)[:12]}" if text else ""
