"""What a page says reaches the terminal as words: nothing in it moves the cursor, sets a title, or turns the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from click.testing import Result

from watcher.cli.words import harmless

ORDERS = "\x1b]0;evil\x07\x1b[2J\x9b31m\u202e\x08"
_HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_no_command_passes_on_what_is_an_order_to_a_terminal(
    watcher: Callable[..., Result], site: Any
) -> None:
    def page(days: int) -> tuple[int, bytes]:
        sound = site.pages["/data"][1].decode()
        hostile = re.sub(r"(<title>|<p>|<h1>)", rf"\1A{ORDERS} word ", sound)
        return 200, hostile.replace("30 days", f"{days} days{ORDERS}").encode()

    first, second = page(30), page(90)
    said = []
    for content in (first, second):
        site.pages["/data"] = content
        said += [watcher("sweep", "--all"), watcher("sweep", "--all")]
    offering, source = "lumen-api", "data-policy"
    for command in (
        ("status",),
        ("changes",),
        ("changes", "--json"),
        ("show", "1"),
        ("show", "2"),
        ("claims", offering),
        ("claims", offering, "--json"),
        ("explain", source, "retention_days"),
        ("entry", offering, "--unreviewed"),
        ("noise", source),
        ("try", source),
        ("feed",),
        ("export", "json"),
    ):
        said.append(watcher(*command))
        assert said[-1].exit_code in (0, 1), said[-1].output
    assert any("90 days" in each.output for each in said)
    for each in said:
        assert not _HARM.search(each.output), repr(each.output)


def test_words_stay_as_they_are() -> None:
    assert harmless("Zwei Zeilen –\nñ 漢字 “quoted”") == "Zwei Zeilen –\nñ 漢字 “quoted”"
    assert harmless("30\u00a0days\x1b[2J") == "30 days[2J"
