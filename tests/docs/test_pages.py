"""The pages make a site, lead somewhere, and hold what their languages allow."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"bash", "sh", "console", "python", "json", "yaml", "toml", "lean", "text", ""}
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """As a repository's host and the site make them of headings."""
    titles = _HEADING.findall(re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.M | re.S))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere(page: Path, prose_of):
    for target in _LINK.findall(prose_of(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(found), f"{page.name}: {target}"


def test_a_packages_readme_stands_alone():
    """On a registry's page there is no repository around it."""
    for page in ROOT.glob("packages/*/README.md"):
        relative = [t for t in _LINK.findall(page.read_text()) if not t.startswith("https://")]
        assert not relative, f"{page}: {relative}"


def test_a_block_is_what_it_says(page: Path, blocks_of):
    read = {
        "json": lambda text: [json.loads(line) for line in text.splitlines() if line.strip()],
        "toml": tomllib.loads,
        "yaml": lambda text: yaml.safe_load(text.replace("!function ", "")),
        "python": ast.parse,
    }
    for block in blocks_of(page):
        assert block.language in LANGUAGES, f"{page.name}: ```{block.language}"
        is_output = page.name == "README.md" and page.parent == ROOT
        assert block.language or is_output, f"{page.name}: a block without a language"
        read.get(block.language, str)(block.text)


def test_a_benchmark_of_ones_own_takes_few_lines(blocks_of):
    """From the problems' file to the measured model, as docs/benchmarks.md shows it first."""
    page = ROOT / "docs/benchmarks.md"
    until = page.read_text().index("## Over Mathlib")
    shown = [b.text for b in blocks_of(page) if page.read_text().index(b.text) < until]
    assert sum(len(text.strip().splitlines()) for text in shown) < 40


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with every warning an error: links and anchors that lead nowhere, pages left out."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_on_the_site(site: Path):
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"README"} | {"index"}
    made = {path.stem for path in site.glob("*.html")}
    assert pages <= made, f"not on the site: {pages - made}"


def test_the_site_loads_nothing_from_elsewhere(site: Path):
    loads = re.compile(
        r"""<(?:script|img|iframe)[^>]+src="?https?://|<link[^>]+stylesheet[^>]+href="?https?://"""
    )
    for path in site.glob("*.html"):
        assert not loads.search(path.read_text()), path.name
