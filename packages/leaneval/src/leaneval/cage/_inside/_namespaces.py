"""User, network and IPC namespaces of the process's own, and no capabilities left.

The network namespace holds a loopback device that is down: nothing gets out even where a socket
could be had. The user namespace lets an ordinary user ask for the others, and gives
`RLIMIT_NPROC` a count of its own. Mounts are left as they are (Landlock guards files), and there
is no process namespace (the cage lets no process be started).
"""

import ctypes
import os

_NEW_USER, _NEW_NETWORK, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000
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
