"""The views that people query, in Datasette or the sqlite3 shell: words for codes, ISO times to the second."""

_PLAIN_VALUE = """CASE json_type({value})
           WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no'
           WHEN 'array' THEN (SELECT group_concat(item.value, ', ') FROM json_each({value}) AS item)
           ELSE {value} ->> '$' END"""


def _second(column: str) -> str:
    return f"substr({column}, 1, 19) || 'Z'"


# When we change (a new reader, a new rule), a claim's row begins anew; the source did not change then.
_LAST_OBSERVED = """coalesce(
           (SELECT max(observed.seen_from) FROM claims AS observed
             WHERE observed.source = claims.source AND observed.claim_id = claims.claim_id
               AND observed.cause = 'observed'), claims.seen_from)"""

VIEWS = f"""
CREATE VIEW change_status AS
SELECT changes.id AS change_id,
       CASE standing.decision
           WHEN 'accept' THEN 'accepted' WHEN 'amend' THEN 'amended'
           WHEN 'dismiss' THEN 'dismissed' WHEN 'defer' THEN 'deferred'
           ELSE CASE WHEN closings.change_id IS NULL THEN 'open' ELSE 'closed' END END AS status,
       standing.decided_at, standing.reviewer, standing.reason, standing.note, standing.deferred_until,
       standing.id AS review_id, closings.closed_at, closings.why AS closed_why
  FROM changes
  LEFT JOIN reviews AS standing ON standing.id = (
           SELECT latest.id FROM reviews AS latest
            WHERE latest.change_id = changes.id AND latest.decision <> 'undo'
              AND NOT EXISTS (SELECT 1 FROM reviews AS undo WHERE undo.undoes = latest.id)
            ORDER BY latest.id DESC LIMIT 1)
  LEFT JOIN closings ON closings.change_id = changes.id;

CREATE VIEW current_claims AS
SELECT sources.source_id, sources.offerings, claims.key AS claim_key, claims.scope,
       {_PLAIN_VALUE.format(value="claims.value")} AS value,
       claims.condition, claims.quote,
       (SELECT group_concat(heading.value, ' > ') FROM json_each(claims.section) AS heading) AS section,
       sources.title AS source_title, sources.url, sources.authority,
       {_second("source_states.last_good_at")} AS checked_at,
       {_second(_LAST_OBSERVED)} AS changed_at,
       claims.cause, claims.rule, claims.document_id
  FROM claims
  JOIN sources ON sources.id = claims.source
  LEFT JOIN source_states ON source_states.source = claims.source
 WHERE claims.seen_until IS NULL
 ORDER BY sources.source_id, claims.key, claims.scope;

CREATE VIEW recent_changes AS
SELECT changes.id AS change_id, {_second("changes.changed_at")} AS changed_at,
       {_second("changes.raised_at")} AS raised_at,
       sources.source_id, sources.title AS source_title, sources.url, sources.offerings,
       changes.kind, changes.level, changes.title,
       (SELECT group_concat(reason.value, '; ') FROM json_each(changes.reasons) AS reason) AS reasons,
       (SELECT group_concat(
                   coalesce(claim.value ->> '$.after.key', claim.value ->> '$.before.key') || ': '
                   || coalesce(claim.value ->> '$.before.value', 'not stated') || ' -> '
                   || coalesce(claim.value ->> '$.after.value', 'not stated'), '; ')
          FROM json_each(changes.claims) AS claim) AS claims,
       change_status.status, change_status.reviewer,
       {_second("change_status.decided_at")} AS decided_at,
       {_second("change_status.deferred_until")} AS deferred_until,
       changes.before_snapshot, changes.after_snapshot
  FROM changes
  JOIN sources ON sources.id = changes.source
  JOIN change_status ON change_status.change_id = changes.id
 ORDER BY changes.raised_at DESC, changes.id DESC;

CREATE VIEW source_health AS
SELECT sources.source_id, sources.title, sources.url, sources.kind, sources.authority, sources.offerings,
       {_second("source_states.last_check_at")} AS last_check_at, source_states.last_verdict,
       (SELECT checks.signal FROM checks WHERE checks.source = sources.id
         ORDER BY checks.checked_at DESC, checks.id DESC LIMIT 1) AS last_signal,
       {_second("source_states.last_good_at")} AS last_good_at,
       coalesce(source_states.failures, 0) AS failures_in_a_row,
       coalesce(source_states.pending, 0) AS waits_for_second_look,
       {_second("source_states.next_due_at")} AS next_due_at,
       sources.every_seconds,
       {_second("sources.retired_at")} AS retired_at
  FROM sources
  LEFT JOIN source_states ON source_states.source = sources.id
 ORDER BY sources.source_id;

CREATE VIEW check_history AS
SELECT checks.id AS check_id, sources.source_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', checks.checked_at / 1000000, 'unixepoch') AS checked_at,
       checks.verdict, checks.signal, checks.status AS http_status, checks.elapsed / 1000 AS elapsed_ms,
       checks.snapshot_id
  FROM checks
  JOIN sources ON sources.id = checks.source
 ORDER BY checks.id DESC;
"""
