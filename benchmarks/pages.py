"""Synthetic policy pages of the size and shape of real ones, made from a seed: `python benchmarks/pages.py DIR`."""

from __future__ import annotations

import argparse
import random
from pathlib import Path

SUBJECTS = ["We", "You", "The provider", "The customer", "Each party", "Our affiliates"]
VERBS = ["may disclose", "shall protect", "will delete", "must not resell", "retains", "processes"]
OBJECTS = [
    "account records", "customer content", "usage data", "billing details", "confidential information",
    "support messages", "diagnostic logs", "the documentation",
]  # fmt: skip
ENDS = [
    "unless the law requires otherwise", "for as long as the account is open", "upon written request",
    "within thirty days of termination", "as described in this section", "in accordance with this agreement",
]  # fmt: skip
MENU = ["Product", "Pricing", "Customers", "Developers", "Company", "Careers", "Blog", "Support"]


def sentence(rng: random.Random) -> str:
    """Give one sentence in the manner of a policy."""
    parts = [rng.choice(words) for words in (SUBJECTS, VERBS, OBJECTS, ENDS)]
    return " ".join(parts) + "."


def page(seed: int, kilobytes: int = 118) -> str:
    """Give a page of about `kilobytes`: a fifth of it is text, the rest what real pages carry."""
    rng = random.Random(seed)
    menu = "".join(
        f'<li class="nav-item" data-k="{rng.randrange(10**9)}"><a href="/{word.lower()}/{n}">{word} {n}</a></li>'
        for word in MENU
        for n in range(6)
    )
    sections, text = [], 0
    while text < kilobytes * 200:
        heading = f"{len(sections) + 1}. {rng.choice(OBJECTS).title()} {rng.randrange(100)}"
        paragraphs = [" ".join(sentence(rng) for _ in range(4)) for _ in range(3)]
        text += sum(map(len, paragraphs))
        body = "".join(f'<p class="t-{rng.randrange(999)}">{p}</p>' for p in paragraphs)
        sections.append(f"<section><h2>{heading}</h2>{body}</section>")
    html = (
        f"<!doctype html><html lang=en><head><title>Terms of Service {seed}</title></head><body>"
        f"<header><nav><ul>{menu}</ul></nav></header><main><h1>Terms of Service {seed}</h1>"
        f"{''.join(sections)}</main></body></html>"
    )
    padding = max(0, kilobytes * 1024 - len(html))
    script = f"<script>/*{rng.randbytes(padding // 2).hex()}*/</script>"
    return html.replace("</head>", f"{script}</head>")


def write_pages(folder: Path, count: int = 31) -> None:
    """Write `count` pages to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        (folder / f"page{seed:02}.html").write_text(page(seed), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    write_pages(parser.parse_args().folder)
