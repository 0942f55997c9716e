"""A seccomp filter: what the process may still ask of the kernel.

It refuses new processes and programs, sockets, signals to others, reaching into other processes,
memory that no resource limit counts, and changes to files that Landlock overlooks. It needs no
namespace, so it holds in containers that grant none, and binds root, whom `RLIMIT_NPROC` does not.
It is a list of what is refused, not of what is allowed: an allowlist would break with the next
libc. The kernel's attack surface is reduced by it, not closed.
"""

import ctypes
import errno
import os

from ._syscalls import NUMBERS

_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000  # x86_64's second table of the same calls

_SET_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_AT_NUMBER, _AT_ARCHITECTURE, _AT_ARGUMENTS = 0, 4, 16

_CLONE_THREAD = 0x00010000
_O_TRUNC_OR_MODE = os.O_TRUNC | os.O_ACCMODE
_F_SETOWN, _F_SETOWN_EX = 8, 15

_NEW_PROCESS = ("fork", "vfork")
_NEW_PROGRAM = ("execve", "execveat")
# Absent rather than forbidden: callers then fall back to `clone`, `openat` and plain reads.
_ABSENT = ("clone3", "openat2", "io_uring_setup", "io_uring_enter", "io_uring_register")
_OWN_PROCESS_ONLY = ("kill", "tgkill", "prlimit64")


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return code.to_bytes(2, "little") + bytes((if_true, if_false)) + value.to_bytes(4, "little")


def _when(number: int, *steps: bytes) -> bytes:
    """`steps`, which must end in a return on every path, for this call alone."""
    return _step(_EQUAL, number, 0, len(steps)) + b"".join(steps)


def _argument(index: int) -> bytes:
    return _step(_LOAD, _AT_ARGUMENTS + 8 * index)  # low word; both architectures are little-endian


_REFUSE = _step(_RETURN, _ERRNO | errno.EPERM)
_MISSING = _step(_RETURN, _ERRNO | errno.ENOSYS)
_GRANT = _step(_RETURN, _ALLOW)


def _conditional(number: dict[str, int], may_fork: bool) -> list[bytes]:
    own = os.getpid()
    rules = [
        _when(
            number[name], _argument(0), _step(_EQUAL, 0, 2), _step(_EQUAL, own, 1), _REFUSE, _GRANT
        )
        for name in _OWN_PROCESS_ONLY
    ]
    rules.append(
        _when(
            number["fcntl"],
            _argument(1),
            _step(_EQUAL, _F_SETOWN, 1),
            _step(_EQUAL, _F_SETOWN_EX, 0, 1),
            _REFUSE,
            _GRANT,
        )
    )
    # Opening for reading with O_TRUNC empties a file that Landlock lets one read (interface < 3).
    for name, index in (("open", 1), ("openat", 2)):
        if name in number:
            mode = (_argument(index), _step(_MASK, _O_TRUNC_OR_MODE))
            rules.append(
                _when(number[name], *mode, _step(_EQUAL, os.O_TRUNC, 0, 1), _REFUSE, _GRANT)
            )
    if not may_fork:
        thread = _step(_ANY_BIT, _CLONE_THREAD, 1)
        rules.append(_when(number["clone"], _argument(0), thread, _REFUSE, _GRANT))
    return rules


def _program(machine: str, may_execute: bool, may_fork: bool) -> bytes:
    number = {name: n[machine] for name, n in NUMBERS.items() if machine in n}
    special = {*_ABSENT, *_OWN_PROCESS_ONLY, "fcntl", "open", "openat", "clone"}
    special |= {*_NEW_PROGRAM} if may_execute else set()
    special |= {*_NEW_PROCESS} if may_fork else set()
    refused = [_when(n, _REFUSE) for name, n in number.items() if name not in special]
    absent = [_when(number[name], _MISSING) for name in _ABSENT]
    foreign = _step(_EQUAL, _ARCHITECTURES[machine], 1) + _step(_RETURN, _KILL)
    x32 = _step(_AT_LEAST, _X32, 0, 1) + _step(_RETURN, _KILL)
    return b"".join(
        [
            _step(_LOAD, _AT_ARCHITECTURE),
            foreign,
            _step(_LOAD, _AT_NUMBER),
            x32,
            *absent,
            *refused,
            *_conditional(number, may_fork),
            _GRANT,
        ]
    )


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def close(*, may_execute: bool, may_fork: bool = False) -> None:
    """Put the filter on this process for good; raises `OSError` where it cannot be had."""
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no seccomp table for the architecture {machine}")
    steps = _program(machine, may_execute, may_fork)
    program = _Program(len(steps) // 8, steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program), 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"seccomp: {os.strerror(code)}")
