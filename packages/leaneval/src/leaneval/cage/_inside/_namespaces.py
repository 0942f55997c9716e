"""User, network and IPC namespaces of the process's own, and no capabilities left.

The network namespace holds a loopback device that is down: nothing gets out even where a socket
could be had. The user namespace lets an ordinary user ask for the others, and gives
`RLIMIT_NPROC` a count of its own. Mounts are left as they are (Landlock guards files). There is a
process namespace only where the program may start processes: they all end with the first of them.
"""

import ctypes
import os

from . import _limits

_NEW_USER, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
_NEW_PROCESSES = 0x20000000
_NOBODY = 65534
_CAPABILITIES_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def close(*, may_execute: bool) -> None:
    """Enter new namespaces; raises `OSError` where the system grants none."""
    user, group = os.geteuid(), os.getegid()
    if user == 0 and not may_execute:
        # The kernel exempts root's real user id from RLIMIT_NPROC; files go by the effective one.
        # Not before a new program: it would be run as the real user, who may read nothing.
        os.setresuid(_NOBODY, user, user)
    if _libc.unshare(_NEW_USER | _NEW_NETWORK | _NEW_IPC) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"unshare: {os.strerror(code)}")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def contain_processes() -> None:
    """Go on as the first process of a new namespace, whose end is the end of all in it.

    The process that was started stays outside as its keeper and ends as it does; a kill of either
    takes the other along. Raises `OSError` where the system grants no such namespace.
    """
    if _libc.unshare(_NEW_PROCESSES) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"unshare: {os.strerror(code)}")
    inside = os.fork()
    if inside:
        _keep(inside)
    # from inside, every process outside has the number 0
    _limits.die_with(0)


def _keep(inside: int) -> None:
    """Wait for the first process and end as it did; never returns."""
    for descriptor in (0, 1, 2):  # whoever reads must see its end
        os.close(descriptor)
    _, status = os.waitpid(inside, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def drop_capabilities() -> None:
    """Give up every capability, also those that a root without namespaces holds."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    if _libc.capset(ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)())) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"capset: {os.strerror(code)}")


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
