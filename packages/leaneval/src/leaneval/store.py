"""A small durable map from key to JSON text, for verdicts and scores.

Invariant: what `get` returns was once given whole to `put` under that key. A kill at any moment
loses at most the last writes, any number of processes may use one file at once, and trouble with
the file (corrupt, full disk, no permission) costs the cache, never the run: it is reported once and
work goes on without.

Out of scope: eviction, and telling when a cached answer has become wrong. Whatever an answer
depends on belongs into its key; see `digest`.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import sqlite3
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger("lm_eval.leaneval")

_BUSY_SECONDS = 30.0
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SIDECARS = ("", "-wal", "-shm")
_told: set[Path] = set()
"""Files whose trouble was reported: a process opens one several times and says so once."""


def digest(*parts: str) -> str:
    """SHA-256, in hexadecimal, of a sequence of strings; no two sequences share their bytes.

    Each part is preceded by its length in bytes, so `("ab", "c")` and `("a", "bc")` differ.
    Lone surrogates, which a hostile rollout may hold, are hashed like any other character.
    """
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def cache_folder(setting: str | None) -> Path | None:
    """The folder that `Settings.cache` names: None gives the user's own, `off` gives None."""
    if setting == "off":
        return None
    named = Path(setting).expanduser() if setting else None
    return named or platformdirs.user_cache_path("leaneval", appauthor=False)


def lasting_folder(setting: str | None) -> Path:
    """As `cache_folder`, for what is no memo (data, projects): `off` gives the user's own too."""
    folder = cache_folder(None if setting == "off" else setting)
    assert folder is not None, "only `off` has none"
    return folder


class Store:
    """Key -> JSON text, in one SQLite file (write-ahead log).

    Never raises for what the disk does: a corrupt file is renamed to `<name>.corrupt-<time>` and a
    new one begun; when the disk is full or not writable, writing stops with one warning.

    Attributes:
        path: The file.
        writing: False once writing was given up.
    """

    def __init__(self, path: Path | str) -> None:
        """Open or create `path` and its folder."""
        self.path = Path(path)
        self.writing = True
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with self._surviving("opened"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_sound()

    def get(self, key: str) -> str | None:
        """The text last put under `key`, or None."""
        with self._surviving("read"):
            row = self._execute("SELECT value FROM entries WHERE key = ?", key)
            return row[0] if row and isinstance(row[0], str) else None
        return None

    def put(self, key: str, value: str) -> None:
        """Keep `value` under `key`; committed when this returns, unless writing was given up."""
        if self.writing:
            with self._surviving("written"):
                self._execute("INSERT OR REPLACE INTO entries VALUES (?, ?)", key, value)

    def close(self) -> None:
        """Release the file; the store then answers None and keeps nothing."""
        self.writing = False
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _execute(self, sql: str, *arguments: str) -> tuple[object, ...] | None:
        with self._lock:
            if self._connection is None:
                return None
            try:
                return self._row(self._connection, sql, arguments)
            except sqlite3.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                self._connection.close()
                self._connection = None
                self._connection = self._open_sound()
                return self._row(self._connection, sql, arguments)

    @staticmethod
    def _row(
        connection: sqlite3.Connection, sql: str, arguments: tuple[str, ...]
    ) -> tuple[object, ...] | None:
        row: tuple[object, ...] | None = connection.execute(sql, arguments).fetchone()
        return row

    def _open_sound(self) -> sqlite3.Connection:
        """Open, setting a corrupt file aside; one process at a time decides that it is corrupt."""
        with _exclusive(self.path.with_name(self.path.name + ".lock")):
            try:
                return _open(self.path)
            except sqlite3.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                self._set_aside(error)
            return _open(self.path)

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        stamp = f"corrupt-{time.time_ns()}"
        for suffix in _SIDECARS:
            with suppress(FileNotFoundError):
                old = self.path.with_name(self.path.name + suffix)
                old.rename(self.path.with_name(f"{self.path.name}.{stamp}{suffix}"))
        logger.warning(
            "the cache %s is corrupt (%s); it was set aside as %s.%s and a new one begun",
            self.path, error, self.path.name, stamp,
        )  # fmt: skip

    @contextmanager
    def _surviving(self, what: str) -> Iterator[None]:
        """Turn trouble with the file into one warning and the end of writing."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            is_news = self.writing and self.path not in _told
            self.writing = False
            if is_news:
                _told.add(self.path)
                logger.warning(
                    "the cache %s cannot be %s (%s); going on without writing to it. Free space "
                    "on its disk, or name another folder with LEANEVAL_CACHE.",
                    self.path, what, error,
                )  # fmt: skip


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
        )
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    if verdict is None or verdict[0] != "ok":
        connection.close()
        damage = sqlite3.DatabaseError(str(verdict and verdict[0]))
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage
    return connection


def _is_corrupt(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", None) in _CORRUPT


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
