"""Watcher as a contender in a side-by-side measurement of change detectors on loopback.

Use from the folder of peerbench.py (see its README), with a virtual environment linked as v-watcher:

    ln -s PATH/TO/watcher/.venv v-watcher
    python peerbench.py --plugin PATH/TO/benchmarks/peerbench_plugin.py --peers watcher --pages PAGES --venvs .
"""

from __future__ import annotations

import os
from pathlib import Path

DECLARATIONS = """\
hosts:
{hosts}
offerings:
{offerings}
sources:
{sources}
"""


class Watcher(CliContender):  # type: ignore[name-defined, misc]  # noqa: F821 - injected by peerbench
    """One process a round: `watcher sweep --all` over N pages of a loopback server."""

    alert_re = r"(?m)^\S+: change \d+: (?!.*first look)"
    error_re = r"(?m)^\S+: (?!change )\w+: "
    new_re = r"(?m)^\S+: change \d+: .*first look"

    def setup(self, urls: list[str], server: object) -> None:
        """Declare the pages; loopback is allowed, and no pause is kept to one's own machine."""
        hosts = sorted({url.split("/")[2].split(":")[0] for url in urls})
        text = DECLARATIONS.format(
            hosts="\n".join(
                f"  {host}: {{spacing: 0s, concurrency: 2, allow_private: true}}" for host in hosts
            ),
            offerings="\n".join(
                f"  o{n}: {{name: Offering {n}, provider: Provider {n}, type: benchmark}}"
                for n in range(-(-len(urls) // 10))
            ),
            sources="\n".join(
                f"  - {{id: p{n}, url: '{url}', title: Page {n}, kind: official_terms, offerings: [o{n // 10}]}}"
                for n, url in enumerate(urls)
            ),
        )
        Path(self.work, "sources.yaml").write_text(text)
        self.cmd = [self.bin, "sweep", "--all", "--ledger", "watcher.db"]
        self.env = {**os.environ, "WATCHER_CONFIRM_AFTER": "0", "WATCHER_SPACING": "0"}
        # Modules compiled once, as wherever it is installed, also from a checkout that may not keep them. Peerbench
        # adds its own environment to this one, so that a variable taken away would come back.
        self.env["PYTHONDONTWRITEBYTECODE"] = ""
        self.env["PYTHONPYCACHEPREFIX"] = str(Path(self.work, "compiled"))


CONTENDERS = {"watcher": (Watcher, "watcher")}
