from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.changes.compare import compare_blocks, compare_documents
from watcher.model import Block, BlockKind, Difference, Document, Link

Page = Callable[..., Document]
WORDS = st.sampled_from(
    ["We keep logs.", "We keep no logs.", "Fees are due.", "Data stays here.", "Contact", "Scope"]
)


def blocks_of(texts: list[str]) -> list[Block]:
    return [Block(BlockKind.PARAGRAPH, text) for text in texts]


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=9), st.lists(WORDS, max_size=9))
def test_every_block_is_accounted_for(old: list[str], new: list[str]) -> None:
    comparison = compare_blocks(blocks_of(old), blocks_of(new))
    left = sorted(old)
    for piece in comparison.pieces:
        if piece.change.before:
            left.remove(piece.change.before.text)
    for group, _ in comparison.regrouped:
        for block in group:
            left.remove(block.text)
    for piece in comparison.pieces:
        if piece.change.after:
            left.append(piece.change.after.text)
    for _, group in comparison.regrouped:
        left.extend(block.text for block in group)
    assert sorted(left) == sorted(new)


def test_nothing_differs_from_itself(page: Page, policy: tuple[str, ...]) -> None:
    assert compare_documents(page(*policy), page(*policy)) == ()


def test_a_reworded_clause_is_one_change(page: Page, policy: tuple[str, ...]) -> None:
    after = [line.replace("30 days", "90 days") for line in policy]
    (change,) = compare_documents(page(*policy), page(*after))
    assert change.difference is Difference.CHANGED
    assert [edit.text for edit in change.words if edit.kind == "added"] == ["90"]


def test_a_moved_section_is_told_as_moved(page: Page, policy: tuple[str, ...]) -> None:
    after = [*policy[:2], *policy[5:9], *policy[2:5], *policy[9:]]
    changes = compare_documents(page(*policy), page(*after))
    assert {change.difference for change in changes} == {Difference.MOVED}


def test_rows_in_another_order_are_told_as_moved() -> None:
    lines = ("Acorn Mail | support | Japan", "Beech Cloud | support | France",
             "Cedar Logs | support | Canada", "Damson Voice | support | Japan")  # fmt: skip
    rows = [Block(BlockKind.ROW, line) for line in lines]
    for order in permutations(range(4)):
        pieces = compare_blocks(rows, [rows[at] for at in order]).pieces
        assert {piece.change.difference for piece in pieces} <= {Difference.MOVED}


def test_lines_alike_but_for_their_numbers_are_the_same_line(page: Page) -> None:
    before = page("1644 views60 likes", "Some words that stay as they are.", "Answers: 7")
    after = page("1650 views61 likes", "A comment", "Some words that stay as they are.")
    changes = compare_documents(before, after)
    assert [change.difference for change in changes] == [
        Difference.CHANGED, Difference.ADDED, Difference.REMOVED,
    ]  # fmt: skip


def test_a_split_paragraph_is_no_difference(page: Page) -> None:
    before = page("First we collect data. Then we store it. In the end we delete it.")
    after = page("First we collect data.", "Then we store it. In the end we delete it.")
    comparison = compare_blocks(before.main, after.main)
    assert comparison.pieces == ()
    assert len(comparison.regrouped) == 1


def test_a_link_that_leads_elsewhere_is_a_difference_of_its_own() -> None:
    def terms(target: str) -> list[Block]:
        link = (Link("this page", target),)
        return [Block(BlockKind.PARAGRAPH, "See this page for our list.", links=link)]

    comparison = compare_blocks(terms("https://a.example/list"), terms("https://a.example/trust"))
    assert comparison.pieces == ()
    assert len(comparison.relinked) == 1


def test_comparing_two_large_documents_is_cheap() -> None:
    lines = [f"Clause {n}: the provider keeps record number {n} for {n} days." for n in range(900)]
    edited = [
        line.replace("keeps", "may keep") if n % 90 == 0 else line for n, line in enumerate(lines)
    ]
    before, after = blocks_of(lines), blocks_of(edited)
    for block in (*before, *after):
        _ = block.fingerprint
    begun = time.process_time()
    comparison = compare_blocks(before, after)
    assert len(comparison.pieces) == 10
    assert time.process_time() - begun < 0.05


ALIKE = """
from watcher.changes.compare import compare_documents
from watcher.model import Block, BlockKind, Document

def document(*texts):
    return Document(tuple(Block(BlockKind.PARAGRAPH, text) for text in texts))

common = "all of these words stand in every block of it"
old = [f"{common} r0 r1 r2 r3 r4 r5 r6 r7", *(f"quite other words {n}" for n in range(3))]
new = [f"{common} r{n % 8} " + " ".join(f"f{n}x{k}" for k in range(n)) for n in range(20)]
for change in compare_documents(document(*old), document(*new)):
    print(change.difference, change.before and change.before.text, change.after and change.after.text)
"""


def test_blocks_equally_alike_are_paired_the_same_in_every_process() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", ALIKE],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "1234"
    }
    assert len(told) == 1 and "changed" in told.pop()
