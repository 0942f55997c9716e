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
    """Go on as a process of a new namespace, whose first process ends all others when it ends.

    That one only waits: the kernel shields a first process from signals that should end a program.
    It and the process that was started, which stays outside, end as the program does, and a kill of
    any of the three takes the others along. Raises `OSError` where the system grants no such
    namespace.
    """
    if _libc.unshare(_NEW_PROCESSES) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"unshare: {os.strerror(code)}")
    _go_on_as_child(seen_as=0)  # from inside, every process outside has this number
    _go_on_as_child(seen_as=1)


def _go_on_as_child(seen_as: int) -> None:
    """Return in a child alone; this process waits for its end and ends as it did."""
    child = os.fork()
    if child == 0:
        _limits.die_with(seen_as)
        return
    for descriptor in (0, 1, 2):  # whoever reads must see the program's end
        os.close(descriptor)
    ended, status = os.wait()
    while ended != child:  # orphans of the program's
        ended, status = os.wait()
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
