"""Resource limits, and the death of the child with its parent.

These hold on every system. They bound memory, processor time, file sizes, open files and core
dumps of one process; they keep nothing secret and stop no connection.
"""

import ctypes
import os
import resource
import sys

_SET_PARENT_DEATH_SIGNAL = 1
_SIGKILL, _SIGPIPE, _SIGXFSZ = 9, 13, 25  # the module `signal` takes 4 ms to import
_OPEN_FILES = 256
_LARGEST_FILE = 256 * 2**20
_TASKS = 512


def close(memory: int, cpu_seconds: int, may_write: bool) -> None:
    """Bound this process: `memory` bytes of address space, `cpu_seconds` of all its threads.

    A bound of 0 is none.
    """
    _set(resource.RLIMIT_CORE, 0)
    if cpu_seconds:
        _set(resource.RLIMIT_CPU, cpu_seconds)
    _set(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _set(resource.RLIMIT_FSIZE, _LARGEST_FILE if may_write else 0)
    if memory and sys.platform == "linux":  # macOS takes this limit and does not keep it
        _set(resource.RLIMIT_AS, memory)
    # The interpreter ignores these two; the caged program shall have the usual ones.
    libc = ctypes.CDLL(None)
    libc.signal(_SIGPIPE, None)
    libc.signal(_SIGXFSZ, None)


def close_tasks() -> None:
    """Bound threads and processes; only where a user namespace keeps the count apart."""
    _set(resource.RLIMIT_NPROC, _TASKS)


def die_with(parent: int) -> None:
    """Be killed when `parent` dies, also if it is dead already. Linux alone can do this."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, _SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _set(which: int, value: int) -> None:
    _, most = resource.getrlimit(which)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(which, (value, value))
