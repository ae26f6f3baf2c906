"""The review desk as web pages. Handlers parse, call the desk and render; no rule of the domain lives here.

    request ─► Visit (who, what, the desk) ─► page ─► Response

One thread owns the ledger and runs every page; the event loop reads forms and writes answers. Everything works without
JavaScript; with it there are keys, and decisions do not reload the page.
"""
