"""Hooks of the documentation's site: the README is its first page, and the examples belong to it.

In the repository a page links to its neighbours outside `docs` by relative paths, so that the links work where people
read code. In the site those files stand elsewhere; here the links are led there.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
_OUTSIDE = re.compile(r"\]\((?:\.\./)+(examples/[^)#]+|CHANGELOG\.md)([)#])")
_SOURCE = re.compile(r"\[([^]]+)\]\((?:\.\./)+(?:src|tools|benchmarks|tests)/[^)]+\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the README, the changelog and the examples to the site."""
    files.append(File.generated(config, "index.md", content=_readme()))
    files.append(File.generated(config, "CHANGELOG.md", content=_text("CHANGELOG.md")))
    for path in sorted((ROOT / "examples").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = str(path.relative_to(ROOT))
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links that leave `docs` to where those files stand in the site; name files of the source without a link."""
    depth = page.file.src_uri.count("/")
    markdown = _OUTSIDE.sub(lambda found: f"]({'../' * depth}{found[1]}{found[2]}", markdown)
    return _SOURCE.sub(r"\1", markdown)


def _readme() -> str:
    text = _text("README.md")
    return text.replace("](docs/", "](").replace('src="docs/', 'src="')


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
