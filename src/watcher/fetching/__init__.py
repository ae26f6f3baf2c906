"""From a source to a response: polite, guarded, bounded, and judged.

    http.py        one client for all sources: conditional requests, redirects, retries, deadline
    politeness.py  who may ask a host now
    robots.py      what a host asks of machines
    guard.py       which addresses may be reached, checked when connecting
    unpacking.py   what travels compressed, unpacked under a cap
    retry.py       when to ask again
    trouble.py     what can go wrong on the way, as verdicts
    verdict.py     what came back, judged before anyone reads it

Nothing here raises for a page's trouble: it is in `Response.trouble`, and becomes the verdict of the check.
"""

import sys

# httpx has a command line of its own, and loads rich and pygments for it where they are at hand: a tenth of what starts
# a sweep. A module that is None is one that cannot be imported, and httpx does without.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
