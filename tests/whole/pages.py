"""The pages of the documentation, and what stands in them: commands, links, headings, tables."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.conftest import ROOT

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "instances").glob("**/*.md")),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTIONS = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
RESULTS = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
SWEEPS = (ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")


def title(page: Path) -> str:
    """What a page is called: its place in the repository."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[list[str]]:
    """Each call of a script in a page, as words that follow ``python``: from ``sh`` blocks and indented lines."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    lines += re.findall(r"^    (python .*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    calls = [shlex.split(call, comments=True) for line in lines for call in line.split("&&")]
    return [call[1:] for call in calls if call and call[0] in ("python", ".venv/bin/python")]


def links(page: Path) -> list[tuple[str, str]]:
    """Each link of a page to a file of the repository: the file, from the page, and the heading in it."""
    found = re.findall(r"\]\(([^)\s#]*)#?([^)\s]*)\)", page.read_text(encoding="utf-8"))
    return [(file, heading) for file, heading in found if "://" not in file]


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked to."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def sections(text: str) -> dict[str, str]:
    """The text under each heading of the second level."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
