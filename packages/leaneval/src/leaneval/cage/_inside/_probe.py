"""Tries the fences for real: closes those of the order, then does what they should refuse."""

import ctypes
import errno
import os

from ._entry import FAILED, READY, close


def main(arguments: list[str]) -> None:
    """Never returns: writes `READY`, or the reason why a fence does not hold, to standard error."""
    fences = [word.partition("=")[2] for word in arguments]
    network = _network() if "namespaces" in fences else ""
    try:
        # One path is named, so that the way rules are added is tried as well.
        close({"memory": [str(2**33)], "cpu": ["5"], "fence": fences, "read": ["/dev/null"]})
        for fence in fences:
            _holds(fence, network)
    except OSError as error:
        os.write(2, FAILED + os.fsencode(f"{error}\n"))
        os._exit(1)
    os.write(2, READY)
    os._exit(0)


def _holds(fence: str, network: str) -> None:
    if fence == "landlock":
        try:
            os.listdir("/")  # noqa: PTH208 (pathlib is slow to import)
        except PermissionError:
            return
        raise OSError(errno.EPROTO, "the kernel said yes, yet the root folder can be read")
    libc = ctypes.CDLL(None)
    if fence == "seccomp" and (libc.socket(1, 1, 0) >= 0 or _forks(libc)):
        raise OSError(errno.EPROTO, "the kernel said yes, yet a socket or a process can be made")
    if fence == "namespaces" and _network() == network:
        raise OSError(errno.EPROTO, "the kernel said yes, yet the network is the old one")


def _forks(libc: ctypes.CDLL) -> bool:
    child = libc.fork()
    if child == 0:
        os._exit(0)
    return bool(child > 0)


def _network() -> str:
    try:
        return os.readlink("/proc/self/ns/net")  # noqa: PTH115
    except PermissionError:
        return ""
