"""What urlwatch and webchanges call things that need no declaration here, or have no like; and why.

Their words: https://urlwatch.readthedocs.io/en/latest/jobs.html, https://webchanges.readthedocs.io/en/stable/jobs.html
"""

from __future__ import annotations

_IN_TEXT = "the text of every page is read anyway"
_WHITE_SPACE = "white space never counts as a change"
_MARKUP = "markup never counts as a change"
_REPEATED = "what is repeated is compared block by block"
_BLOCKS = "whole blocks are compared; `keep` and `drop` select parts of the page"
_RULE = "use `drop`, or dismiss such a change once and take the rule offered"
_NEVER_RUN = "runs a program; nothing that is declared is ever run"
_NOISE = "noise is recognised as such; what is silenced is counted (`watcher noise`)"
_PATH = "declare a claim with a path such as `$.terms[0].days`"

COVERED_FILTERS = {
    "html2text": _IN_TEXT,
    "pdf2text": "the text of PDFs is read anyway",
    "pypdf": "the text of PDFs is read anyway",
    "csv2text": _IN_TEXT,
    "ical2text": "a calendar is read as the text that it is",
    "strip": _WHITE_SPACE,
    "striplines": _WHITE_SPACE,
    "strip_each_line": _WHITE_SPACE,
    "strip_empty_lines": _WHITE_SPACE,
    "beautify": _MARKUP,
    "html2markdown": _IN_TEXT,
    "format-json": "JSON is read by its values",
    "jsontoyaml": "JSON is read by its values",
    "pretty-xml": _MARKUP,
    "format-xml": _MARKUP,
    "remove_repeated": _REPEATED,
    "remove-duplicate-lines": _REPEATED,
    "absolute_links": "links are made absolute anyway",
}

LOST_FILTERS = {
    "shellpipe": _NEVER_RUN,
    "execute": _NEVER_RUN,
    "ocr": "text in pictures is not read",
    "keep_lines_containing": _BLOCKS,
    "delete_lines_containing": _RULE,
    "grep": _BLOCKS,
    "grepi": _RULE,
    "re.sub": _NOISE,
    "re.findall": "a claim with a `pattern` reads one value",
    "sort": "a block that only moved is known to have moved",
    "reverse": "the order of a page is kept",
    "jq": _PATH,
    "jsonpath": _PATH,
    "sha1sum": "what stands there is compared, not its digest",
    "hexdump": "what stands there is compared, not its bytes",
    "ascii85": "what stands there is compared, not its bytes",
    "base64": "what stands there is compared, not its bytes",
}

_UNREACHABLE = "a page that cannot be reached is never taken for a change"
_TROUBLE = "a source in trouble is told of once the trouble lasts"
_SETTLED = "a page is read once it has settled"
_REPORT = "it is a matter of the report"
_ANSWERS = "changes are shown by claims and words"

COVERED = {
    "max_tries": _TROUBLE,
    "retries": _TROUBLE,
    "suppress_errors": _TROUBLE,
    "suppress_repeated_errors": _TROUBLE,
    "suppress_error_ended": _TROUBLE,
    "ignore_connection_errors": _UNREACHABLE,
    "ignore_timeout_errors": _UNREACHABLE,
    "ignore_too_many_redirects": _UNREACHABLE,
    "ignore_dh_key_too_small": _UNREACHABLE,
    "ignore_http_error_codes": "a page that answers with an error is never taken for a change",
    "empty_as_transient": "an empty page is never taken for a change",
    "ignore_cached": "what is not modified is only confirmed",
    "no_conditional_request": "what is not modified is only confirmed",
    "diff_tool": _ANSWERS,
    "differ": _ANSWERS,
    "contextlines": _ANSWERS,
    "is_markdown": "the format is recognised",
    "mime_type": "the format is recognised",
    "encoding": "the encoding is recognised",
    "wait_until": _SETTLED,
    "wait_for_timeout": _SETTLED,
    "options": _SETTLED,
    "compared_versions": "earlier states are remembered, and a return to one is recognised",
    "block_elements": "what a page need not load is not loaded",
    "monospace": _REPORT,
    "markdown_padded_tables": _REPORT,
    "loop_count": "there is one browser for all",
    "delay": "requests to one host are spaced out by themselves",
    "same_site_delay": "requests to one host are spaced out by themselves",
    "http_client": "there is one way of asking for all",
}

_PROXY = "a proxy is set for all, by the environment"
_HANDED_IN = "a page behind a login can be handed in (`watcher snapshot`)"
_BROWSER = "the browser is started the same way for all"
_SCRIPT = "scripts are never run; declare `steps`"
_CERTIFICATES = "certificates are always checked"

LOST = {
    "headers": "requests carry no headers of yours; a page behind them can be handed in (`watcher snapshot`)",
    "cookies": f"requests carry no cookies of yours; {_HANDED_IN}",
    "http_credentials": f"requests carry no password; {_HANDED_IN}",
    "referer": "requests carry no headers of yours",
    "impersonate": "requests say who asks",
    "stealth": "requests say who asks",
    "http_proxy": _PROXY,
    "https_proxy": _PROXY,
    "proxy": _PROXY,
    "ssl_no_verify": _CERTIFICATES,
    "ignore_https_errors": _CERTIFICATES,
    "timeout": "one deadline holds for all: WATCHER_DEADLINE",
    "diff_filter": "changes are compared by block, and what is silenced is counted",
    "diff_filters": "changes are compared by block, and what is silenced is counted",
    "additions_only": "what was removed matters as much",
    "deletions_only": "what was added matters as much",
    "user_visible_url": "the address that is looked at is the one that is shown",
    "note": "there is no field for notes; a comment in sources.yaml will do",
    "tags": "sources are grouped by their offerings: --offering",
    "no_redirects": "redirects are followed and recorded",
    "evaluate": _SCRIPT,
    "init_script": _SCRIPT,
    "initialization_js": _SCRIPT,
    "initialization_url": "each look begins at the page itself",
    "wait_for_function": _SCRIPT,
    "wait_for_navigation": "declare `steps: wait_for` with something that is on the page then",
    "wait_for_url": "declare `steps: wait_for` with something that is on the page then",
    "switches": _BROWSER,
    "ignore_default_args": _BROWSER,
    "connect_over_cdp": _BROWSER,
    "user_data_dir": "the browser keeps nothing between looks",
    "method": "pages are read with GET",
    "alert": "every change is compared; `significance` of a channel says which are told",
}
