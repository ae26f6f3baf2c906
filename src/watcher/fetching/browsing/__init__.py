"""What stands behind the browser fetcher.

driver.py      Playwright, imported in one place; which browser there is
pool.py        one browser process for all: started late, recycled, replaced when it dies
processes.py   processes of ours that outlived their Watcher
proxy.py       the address guard for everything that a page asks for
visit.py       one visit to one page
journal.py     what one page asked for, and where it went
settling.py    when a page is done filling in
preparing.py   refuse consent, open what is folded, read tabs and lists to their end
steps.py       what a declaration says to do before that
answers.py     the JSON answers that a page was filled from
page/          what is asked of a page, in its own language
trouble.py     what can go wrong in a browser, as verdicts
"""
