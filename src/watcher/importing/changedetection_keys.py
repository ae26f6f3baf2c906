"""What changedetection.io keeps of a watch that needs no declaration here, or has no like; and why.

Its words: https://changedetection.io/docs/api_v1/index.html, the schema of a watch.
"""

from __future__ import annotations

_EVERY_CHANGE = "every change is compared; `significance` of a channel says which are told"
_ONE_FORM = "messages have one form for all"

LOST = {
    "ignore_text": "dismiss such a change once and take the rule offered; it is counted then",
    "trigger_text": _EVERY_CHANGE,
    "extract_text": "whole blocks are compared; a claim with a `pattern` reads one value",
    "text_should_not_be_present": "every change is compared",
    "conditions": _EVERY_CHANGE,
    "headers": "requests carry no headers of yours; a page behind them can be handed in (`watcher snapshot`)",
    "proxy": "a proxy is set for all, by the environment",
    "webdriver_js_execute_code": "scripts are never run; declare `steps`",
    "ignore_status_codes": "a page that answers with an error is never taken for a change",
    "notification_title": _ONE_FORM,
    "notification_body": _ONE_FORM,
    "notification_screenshot": _ONE_FORM,
}

COVERED = {
    "webdriver_delay": "a page is read once it has settled",
    "check_unique_lines": "earlier states are remembered, and a return to one is recognised",
    "sort_text_alphabetically": "a block that only moved is known to have moved",
    "remove_duplicate_lines": "what is repeated is compared block by block",
    "trim_text_whitespace": "white space never counts as a change",
    "extract_title_as_title": "titles stand in sources.yaml",
}

WANTED = {
    "filter_text_added": "what was added matters as much",
    "filter_text_removed": "what was removed matters as much",
    "filter_text_replaced": "what was replaced matters as much",
}
"""What is on unless it says otherwise; told when it is off."""

READ = frozenset(
    {"url", "title", "page_title", "paused", "method", "body", "fetch_backend", "include_filters"}
    | {"css_filter", "subtractive_selectors", "browser_steps", "time_between_check", "tags", "tag"}
    | {
        "minutes_between_check",
        "time_between_check_use_default",
        "time_schedule_limit",
        "processor",
    }
    | {"notification_urls", "notification_muted", "history"}
)
"""What is read one by one, with the page."""

BESIDE = frozenset(
    {"browser_steps_last_error_step", "check_count", "conditions_match_logic", "content-type"}
    | {"content_type", "consecutive_filter_failures", "date_created", "fetch_time", "history_n"}
    | {"filter_failure_notification_send", "follow_price_changes", "has_ldjson_price_data"}
    | {"in_stock_only", "last_changed", "last_check_status", "last_checked", "last_error"}
    | {"last_notification_error", "last_viewed", "link", "newest_history_key", "viewed", "uuid"}
    | {"notification_alert_count", "notification_format", "previous_md5", "remote_server_reply"}
    | {
        "previous_md5_before_filters",
        "price_change_threshold_percent",
        "restock",
        "restock_settings",
    }
    | {
        "strip_ignored_lines",
        "track_ldjson_price_data",
        "use_page_title_in_list",
        "overrides_watch",
    }
)
"""What it notes of its own looks, how it lists watches, and what belongs to something that is told by another name."""
