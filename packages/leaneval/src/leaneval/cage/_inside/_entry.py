"""The child: read the order, close the cage, run the program. It fails closed.

Order of the command line: `key=value` words, `--`, then the program's own arguments, of which the
first is its name. Keys: `parent`, `memory` and `cpu` (no limits without them), `fence` (repeated:
`namespaces`, `landlock`, `seccomp`), `read`, `write`, `execute` (paths, repeated), `fork` (the
program may start processes), and what to run:
`library` (a shared library whose `lean_main` is called) or `program` (an executable).

Before the program runs, one line goes to standard error: `READY`, or why it does not run.
"""

import ctypes
import os
import sys
from collections.abc import Callable

from . import _landlock, _limits, _namespaces, _seccomp

READY = b"\x01caged\n"
FAILED = b"\x01cage failed: "
_SET_NO_NEW_PRIVS = 38
_LINE_BUFFERED = 1  # `_IOLBF`, in glibc, musl and macOS alike


def main(arguments: list[str]) -> None:
    """Never returns: the process ends with the program's exit status."""
    split = arguments.index("--")
    order: dict[str, list[str]] = {}
    for word in arguments[:split]:
        key, _, value = word.partition("=")
        order.setdefault(key, []).append(value)
    try:
        _limits.die_with(int(order["parent"][0]))
        library = _load(order["library"][0]) if "library" in order else None
        close(order)
    except OSError as error:
        os.write(2, FAILED + os.fsencode(f"{error}\n"))
        os._exit(1)
    os.write(2, READY)
    if library is not None:
        library(arguments[split + 1 :])
    _execute(order["program"][0], arguments[split + 1 :])


def close(order: dict[str, list[str]]) -> None:
    """Close every fence of the order, outermost first; raises `OSError` at the first that fails."""
    fences, may_fork = order.get("fence", []), "fork" in order
    writable, executable = order.get("write", []), order.get("execute", [])
    if "memory" in order:
        _limits.close(int(order["memory"][0]), int(order["cpu"][0]), bool(writable))
    if "namespaces" in fences:
        _namespaces.close(may_execute=bool(executable))
        if may_fork:
            _namespaces.contain_processes()
        _limits.close_tasks()
    if "landlock" in fences or "seccomp" in fences:
        _namespaces.drop_capabilities()
        ctypes.CDLL(None).prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if "landlock" in fences:
        _landlock.close(order.get("read", []), writable, executable)
    if "seccomp" in fences:
        _seccomp.close(may_execute=bool(executable), may_fork=may_fork)


def _load(path: str) -> Callable[[list[str]], None]:
    """Load Lean while its files can still be read."""
    library = ctypes.CDLL(path, ctypes.RTLD_GLOBAL)

    def run(arguments: list[str]) -> None:
        _by_line()
        words = [os.fsencode(word) for word in arguments]
        # it ends the process itself; the exit is for a Lean that would not
        code = library.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None))
        ctypes.CDLL(None).fflush(None)
        os._exit(code & 0xFF)

    return run


def _by_line() -> None:
    """Have every line written at once: what a killed Lean has said must not die with it."""
    libc = ctypes.CDLL(None)
    output = ctypes.c_void_p.in_dll(libc, "__stdoutp" if sys.platform == "darwin" else "stdout")
    libc.setvbuf(output, None, _LINE_BUFFERED, ctypes.c_size_t(0))


def _execute(program: str, arguments: list[str]) -> None:
    try:
        os.execv(program, arguments)  # noqa: S606
    except OSError as error:
        os.write(2, FAILED + os.fsencode(f"{program}: {error}\n"))
        os._exit(1)
