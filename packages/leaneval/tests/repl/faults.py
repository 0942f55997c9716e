"""Faults for tests, kept apart from the protocol: files in a project's `faults/` folder.

Each file `NAME.json` holds `{"match": TEXT, "do": WHAT, ...}` and acts on a request that contains
`match` (every request where it is empty), before Lean sees it:

    {"do": "sleep", "seconds": 5}       answer late
    {"do": "die"}                       end as if killed
    {"do": "answer", "text": "{..."}    print this in place of Lean's answer
    {"do": "memory", "bytes": 1000000}  take that much resident memory and keep it

A fault acts once, whichever process meets it first; with `"again": true` it stays. Where the folder
cannot be written (in a cage) every fault stays.
"""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

_hoard: list[bytearray] = []


def before(folder: Path, request: str) -> str | None:
    """Do what the faults in `folder` say; an answer to give in Lean's place, or None."""
    for path in sorted(folder.glob("*.json")):
        try:
            fault = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        if fault.get("match", "") in request and (fault.get("again") or _claimed(path)):
            said = _act(fault)
            if said is not None:
                return said
    return None


def _claimed(path: Path) -> bool:
    """Whether this process is the one that takes the fault away."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _act(fault: dict[str, Any]) -> str | None:
    match fault["do"]:
        case "sleep":
            time.sleep(fault["seconds"])
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "memory":
            _hoard.append(bytearray(b"x") * fault["bytes"])
        case "answer":
            return str(fault["text"])
        case other:
            raise ValueError(f"no fault is called {other!r}")
    return None
