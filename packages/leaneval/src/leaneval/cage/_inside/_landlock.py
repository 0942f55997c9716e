"""Landlock: which files the process may still touch, through the kernel's raw system calls.

Reading, writing, making, removing and executing files is refused everywhere but beneath the paths
named; so are TCP (kernel interface 4) and signals and abstract sockets to the outside (interface
6). Landlock does not cover `stat`, `chmod`, `chown`, `utime`, extended attributes, and before
interface 3 truncation: `_seccomp` takes those. Source: Documentation/userspace-api/landlock.rst.
"""

import ctypes
import os

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1, 2, 4, 8, 1 << 14
_READ = _READ_FILE | _READ_DIR
# Of what a folder that may be written allows: files and folders, no devices, sockets or links.
_WRITE = _WRITE_FILE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | _TRUNCATE
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_LAST_RIGHT = {1: 12, 2: 13, 3: 14, 4: 14}  # interface -> highest bit it knows; later ones: 15
# What any C library and any Lean opens: randomness, the count of processors.
_ALWAYS_READABLE = ["/dev/urandom", "/dev/null", "/sys/devices/system/cpu/online"]
_TCP_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock call {number}: {os.strerror(code)}")
    return result


def interface() -> int:
    """Version of the kernel's interface; raises `OSError` where there is none."""
    return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))


def close(readable: list[str], writable: list[str], runnable: list[str]) -> None:
    """Refuse this process, for good, every file but these (and what lies beneath folders).

    Needs `no_new_privs`. Raises `OSError` where the kernel refuses or a path is missing.
    """
    version = interface()
    handled = (1 << _LAST_RIGHT.get(version, 15) + 1) - 1
    asked = _Ruleset(handled, _TCP_BIND_AND_CONNECT, _ABSTRACT_SOCKETS_AND_SIGNALS)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _call(_CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(size), ctypes.c_uint32(0))
    for paths, rights in (
        (readable, _READ),
        (filter(os.path.exists, _ALWAYS_READABLE), _READ_FILE),
        (writable, _READ | _WRITE),
        (runnable, _READ | _EXECUTE),
    ):
        for path in paths:
            _allow(ruleset, path, rights & handled)
    _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):  # noqa: PTH112 (pathlib is slow to import)
            rights &= _ON_A_FILE
        rule = ctypes.byref(_PathBeneath(rights, descriptor))
        _call(
            _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)
        )
    finally:
        os.close(descriptor)
