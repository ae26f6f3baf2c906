"""The registry as a static site that any host can serve. Pure: facts in, files out, each to be made when it is wanted.

facts.py           Facts → Registry: everything sorted once to where pages need it; refuses what is not accepted
addresses.py       where every page is, for good
making.py          what each file is made of, as a digest: what is the same need not be made again
rendering.py       templates → pages          showing.py        what they show: escaped, printable, bounded
entry_pages.py     an offering, and each question that it answers
question_pages.py  a question across offerings        matrix.py        offerings side by side
source_pages.py    a source and its checks            change_pages.py  a change: claims, then words
lists.py           front page, providers, how to use the data
data_files.py      JSON, CSV, schema, search index    feed_files.py    Atom and JSON Feed    sitemap.py
build.py           the order
"""

from watcher.registry.site.build import data_of, site_files
from watcher.registry.site.facts import Facts, SiteInfo
from watcher.registry.site.making import File
from watcher.registry.site.rendering import is_correction_place
from watcher.registry.site.source_pages import LOOKS_COUNTED

__all__ = [
    "LOOKS_COUNTED",
    "Facts",
    "File",
    "SiteInfo",
    "data_of",
    "is_correction_place",
    "site_files",
]
