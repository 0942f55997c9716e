"""Checking by a Kimina Lean Server: `kimina:URL`."""

from leaneval.checkers.kimina._checker import KiminaChecker, server_url
from leaneval.checkers.kimina._client import KEY_VARIABLE

__all__ = ["KEY_VARIABLE", "KiminaChecker", "server_url"]
