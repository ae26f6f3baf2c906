"""A sweep over several machines: one coordinator hands out units, workers look, PostgreSQL stands between them.

    ledger ─► ClusterEngine ─► unit ─► PostgreSQL ─► Worker ─► the web
      ▲                                    │            │
      └──── record, once, with the unit ◄──┴── result ◄─┘

Only the coordinator has the ledger. A unit is due sources of one host, a lock for each host keeps its units apart, and
what hosts ask for travels with units and comes back with results. `units` has the words, `postgres` the tables.
"""

from watcher.engines.cluster.coordinator import ClusterEngine, coordinating
from watcher.engines.cluster.postgres import Server, opened
from watcher.engines.cluster.units import VERSION, Work
from watcher.engines.cluster.worker import Worker

__all__ = ["VERSION", "ClusterEngine", "Server", "Work", "Worker", "coordinating", "opened"]
