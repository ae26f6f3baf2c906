"""Moving here from another tool: what it watched becomes declarations, what it saw becomes history.

jobs.py              one page that another tool watched: what can be declared, what not, and why
urlwatch.py          jobs of urlwatch and webchanges, with urlwatch_keys.py; yaml_jobs.py reads their YAML
changedetection.py   watches of a backup of changedetection.io, with changedetection_keys.py; archive.py opens it
opentermsarchive.py  declarations of Open Terms Archive
listings.py          lists of addresses, OPML
planning.py          what becomes of jobs in sources.yaml; channels.py of their notifications
kept.py              what other tools kept of pages
databases.py         what urlwatch and webchanges kept of them
history.py           what somebody saw before us, played through the pipeline; taking.py that of many sources
webarchive.py        a web archive as a source of history; mementos.py is what it says it holds
"""

from watcher.importing.archive import Archive, opened_archive
from watcher.importing.changedetection import (
    changedetection_jobs,
    listed_histories,
    settings_secrets,
)
from watcher.importing.channels import write_variables
from watcher.importing.databases import SnapshotDatabase
from watcher.importing.history import History, PastLook
from watcher.importing.jobs import Job, Left
from watcher.importing.kept import Backup, Keeper, Snapshots
from watcher.importing.listings import listed_urls, opml_outlines
from watcher.importing.mementos import Memento, chosen
from watcher.importing.opentermsarchive import terms_jobs
from watcher.importing.planning import Plan, Planned, entries, plan
from watcher.importing.taking import Taken, take_histories
from watcher.importing.urlwatch import urlwatch_jobs
from watcher.importing.webarchive import WebArchive

__all__ = [
    "Archive",
    "Backup",
    "History",
    "Job",
    "Keeper",
    "Left",
    "Memento",
    "PastLook",
    "Plan",
    "Planned",
    "SnapshotDatabase",
    "Snapshots",
    "Taken",
    "WebArchive",
    "changedetection_jobs",
    "chosen",
    "entries",
    "listed_histories",
    "listed_urls",
    "opened_archive",
    "opml_outlines",
    "plan",
    "settings_secrets",
    "take_histories",
    "terms_jobs",
    "urlwatch_jobs",
    "write_variables",
]
