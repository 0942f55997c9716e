"""Connections: none of any kind, and each fence alone holds what it claims."""

import socket
import sys

import pytest


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


@pytest.fixture
def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.2)
        yield server


CONNECT = "socket.create_connection(('127.0.0.1', {port}), 2)"
BIND = "socket.create_server(('127.0.0.1', 0))"
SEND = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))"
ABSTRACT = "socket.socket(socket.AF_UNIX).connect(chr(0) + {name!r})"


def nobody_came(server):
    with pytest.raises(TimeoutError):
        server.accept() if server.type == socket.SOCK_STREAM else server.recv(1)


def test_tcp(full, listener):
    full.assert_refused(CONNECT.format(port=listener.getsockname()[1]))
    full.assert_refused(BIND)
    nobody_came(listener)


def test_udp(full, datagrams):
    full.assert_refused(SEND.format(port=datagrams.getsockname()[1]))
    nobody_came(datagrams)


def test_landlock_alone_refuses_tcp(fence, listener):
    alone = fence("landlock")
    alone.assert_refused(CONNECT.format(port=listener.getsockname()[1]))
    alone.assert_refused(BIND)
    nobody_came(listener)


def test_the_namespace_alone_lets_no_datagram_out(fence, datagrams, listener):
    alone = fence("namespaces")
    alone.assert_refused(SEND.format(port=datagrams.getsockname()[1]), error="OSError")
    alone.assert_refused(CONNECT.format(port=listener.getsockname()[1]), error="OSError")
    nobody_came(datagrams)


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
@pytest.mark.parametrize("name", ["landlock", "seccomp", "namespaces"])
def test_each_fence_alone_refuses_abstract_sockets(fence, name, tmp_path):
    address = f"leaneval-test-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0" + address)
        server.listen()
        server.settimeout(0.2)
        fence(name).assert_refused(ABSTRACT.format(name=address), error="Error")
        nobody_came(server)


def test_no_ring_makes_sockets_unseen(full):
    libc = "libc = ctypes.CDLL(None, use_errno=True)\n"
    code = libc + "print(libc.syscall(425, 8, None), ctypes.get_errno())"
    assert full(code).stdout.split() == ["-1", "38"]  # ENOSYS


def test_limits_only_does_not_guard_the_network(limits, listener):
    assert limits(CONNECT.format(port=listener.getsockname()[1])).returncode == 0
    listener.accept()[0].close()
