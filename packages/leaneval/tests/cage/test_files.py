"""Files: nothing is read or changed beyond what was named."""

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "os.listdir('/')",
        "os.listdir({home!r})",
        "open({secret!r}).read()",
        "open('/proc/%d/environ' % os.getppid()).read()",
        "open('/proc/self/environ').read()",
        "open('/proc/%d/mem' % os.getppid(), 'r+b')",
        "os.link({secret!r}, {scratch!r} + '/link')",
        "os.rename({secret!r}, {scratch!r} + '/stolen')",
    ],
)
def test_nothing_else_is_read(full, secret, tmp_path, attempt):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = attempt.format(secret=str(secret), home=str(Path.home()), scratch=str(scratch))
    full.assert_refused(code, error="Error", writable=[scratch])
    assert secret.read_text() == "hunter2"
    assert list(scratch.iterdir()) == []


def test_a_link_out_of_the_scratch_folder_leads_nowhere(full, secret, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "out").symlink_to(secret)
    full.assert_refused(f"open({str(scratch / 'out')!r}).read()", writable=[scratch])


@pytest.mark.parametrize(
    "attempt",
    [
        "open({secret!r}, 'w')",
        "open({folder!r} + '/new', 'w')",
        "os.open({secret!r}, os.O_RDONLY | os.O_TRUNC)",
        "os.truncate({secret!r}, 0)",
        "os.chmod({secret!r}, 0o777)",
        "os.chown({secret!r}, os.getuid(), os.getgid())",
        "os.utime({secret!r}, (0, 0))",
        "os.setxattr({secret!r}, 'user.x', b'y')",
        "os.remove({secret!r})",
        "os.mkdir({folder!r} + '/new')",
        "os.symlink('/etc/passwd', {folder!r} + '/new')",
        "os.mkfifo({folder!r} + '/new')",
    ],
)
def test_nothing_is_changed_even_where_reading_is_granted(full, secret, tmp_path, attempt):
    before = secret.stat()
    code = attempt.format(secret=str(secret), folder=str(tmp_path))
    full.assert_refused(code, readable=[tmp_path])
    after = secret.stat()
    assert (after.st_mode, after.st_mtime, after.st_uid) == (
        before.st_mode,
        before.st_mtime,
        before.st_uid,
    )
    assert secret.read_text() == "hunter2"
    assert list(tmp_path.iterdir()) == [secret]


def test_what_was_named_can_be_read_and_written(full, secret, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    code = (
        f"open({str(scratch)!r} + '/out', 'w').write(open({str(secret)!r}).read())\n"
        f"os.rename({str(scratch)!r} + '/out', {str(scratch)!r} + '/kept')"
    )
    done = full(code, readable=[secret], writable=[scratch])
    assert done.returncode == 0, done
    assert (scratch / "kept").read_text() == "hunter2"


def test_a_file_cannot_grow_without_bound(limits, tmp_path):
    code = "f = open('big', 'wb'); os.ftruncate(f.fileno(), 300 * 2**20)"
    limits_hit = limits(code, writable=[tmp_path])
    assert limits_hit.returncode != 0
    assert (tmp_path / "big").stat().st_size <= 256 * 2**20


def test_the_environment_is_empty(full, limits, secret):
    for level in (full, limits):
        done = level("print(sorted(os.environ))")
        assert "LEANEVAL_TEST_SECRET" not in done.stdout
        assert "HOME" not in done.stdout, done


def test_limits_only_does_not_guard_files(limits, secret):
    """What the module says of this level: the honest other half of the tests above."""
    done = limits(f"print(open({str(secret)!r}).read())")
    assert done.stdout.strip() == "hunter2"


def test_a_cage_that_cannot_close_runs_nothing(full, tmp_path):
    full.assert_refused("pass", error="FileNotFoundError", readable=[tmp_path / "missing"])
