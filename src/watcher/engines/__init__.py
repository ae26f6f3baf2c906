"""Where a sweep runs: `local` is this process, waiting in asyncio; `cluster` are workers, on this machine or others.

`watcher.engines.cluster` is imported by who asks for it: it needs libraries that the local engine does without.
"""

from watcher.engines.engine import Engine, Report
from watcher.engines.fetchers import fetcher, http_fetcher, longest_spacing
from watcher.engines.local import LocalEngine
from watcher.engines.looking import Fetcher

__all__ = [
    "Engine",
    "Fetcher",
    "LocalEngine",
    "Report",
    "fetcher",
    "http_fetcher",
    "longest_spacing",
]
