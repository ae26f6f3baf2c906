"""Where a sweep runs: `local` is this process, waiting in asyncio."""

from watcher.engines.fetchers import fetcher, http_fetcher
from watcher.engines.local import Fetcher, LocalEngine, Report

__all__ = ["Fetcher", "LocalEngine", "Report", "fetcher", "http_fetcher"]
