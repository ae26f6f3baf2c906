"""Several notices as one message, understood without opening anything: subject, text, HTML, JSON. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from watcher.model import Message, NoticeKind, Offering
from watcher.notify.notices import Notice
from watcher.registry import lines_as_html, lines_as_text
from watcher.registry.entry_data import claim_note_as_data
from watcher.registry.printable import one_line, stamp, web_link

_WIDTH = 76
_SUBJECT = 160
_CHAT = 1_900
"""Characters of a chat message: Discord takes 2,000, most others more."""
_CHAT_NOTICE = 700
_NAMED = 3
"""So many offerings are named in the subject of a message with several notices."""

_COUNTED = {
    NoticeKind.CHANGE: ("change", "changes"),
    NoticeKind.HEALTH: ("source in trouble", "sources in trouble"),
    NoticeKind.FRESHNESS: ("overdue", "overdue"),
    NoticeKind.CORRECTION: ("correction", "corrections"),
}
_AGAIN = "You may have this already: the first try to send it was cut off."
_STYLE = "body{font:15px/1.5 sans-serif;max-width:44em}ins{background:#dfd}del{background:#fdd}h2{font-size:1.1em}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the review desk is, for links; an empty address when nobody said."""

    url: str = ""

    def links(self, notice: Notice) -> Iterator[tuple[str, str]]:
        """Give what to open for a notice: a word and an address each."""
        base = web_link(self.url).rstrip("/")
        if base and notice.change is not None:
            yield "Review", f"{base}/changes/{notice.change.id}"
        for offering in notice.offerings if base else ():
            yield f"Entry of {one_line(offering.name)}", f"{base}/offerings/{offering.slug}"
        if base and notice.kind is NoticeKind.FRESHNESS:
            yield "Sources", f"{base}/sources"
        if address := web_link(notice.item.source_url):
            yield "Page", address


def compose(
    message_id: str, notices: Sequence[Notice], at: datetime, desk: Desk, *, again: bool = False
) -> Message:
    """Give the message that tells `notices`, at least one; `again` tells that a try before may have arrived."""
    head = [_AGAIN] if again else []
    text = "\n\n\n".join([*head, *(_text(each, desk) for each in notices)]) + "\n"
    parts = [f"<p><em>{escape(_AGAIN)}</em></p>"] if again else []
    parts += [_html(each, desk) for each in notices]
    return Message(
        id=message_id,
        subject=_subject(notices),
        text=text,
        html=f'<!doctype html><html lang="en"><head><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body>{''.join(parts)}</body></html>\n",
        short=_short(notices, desk, head),
        data={
            "type": "watcher.notices",
            "timestamp": stamp(at),
            "data": {"notices": [_as_data(each, desk) for each in notices]},
        },
    )


def rehearsal(channel: str, at: datetime) -> Message:
    """Give the message that `watcher notify test` sends."""
    text = f"Watcher can reach you here, by the channel “{channel}”. Nothing has changed; this is a test.\n"
    return Message(
        id=f"msg_test_{channel}_{at:%Y%m%dT%H%M%S}",
        subject=f"Watcher: a test of the channel {channel}",
        text=text,
        html=f'<!doctype html><html lang="en"><body><p>{escape(text.strip())}</p></body></html>\n',
        short=text.strip(),
        data={"type": "watcher.test", "timestamp": stamp(at), "data": {"notices": []}},
    )


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        return one_line(_named(notices[0]))[:_SUBJECT]
    counts = Counter(each.kind for each in notices)
    told = ", ".join(
        f"{number} {_COUNTED[kind][number > 1]}" for kind in NoticeKind if (number := counts[kind])
    )
    names = list(dict.fromkeys(each.name for notice in notices for each in notice.offerings))
    about = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    mark = "[unreviewed] " if any(each.item.state == "unreviewed" for each in notices) else ""
    return one_line(f"{mark}{told}{': ' if about else ''}{about}")[:_SUBJECT]


def _named(notice: Notice) -> str:
    """Give the title of a notice, with the offering where the title does not name it."""
    title = notice.item.title
    names = [each.name for each in notice.offerings if each.name not in title]
    return f"{title} ({', '.join(names[:_NAMED])})" if names else title


def _text(notice: Notice, desk: Desk) -> str:
    title = one_line(notice.item.title)
    body = lines_as_text(notice.item.lines, _WIDTH).rstrip("\n")
    links = "\n".join(f"{word}: {address}" for word, address in desk.links(notice))
    return "\n\n".join(
        part for part in (f"{title}\n{'=' * min(len(title), _WIDTH)}", body, links) if part
    )


def _html(notice: Notice, desk: Desk) -> str:
    links = " · ".join(
        f'<a href="{escape(address)}">{escape(word)}</a>' for word, address in desk.links(notice)
    )
    title = escape(one_line(notice.item.title))
    return f"<h2>{title}</h2>{lines_as_html(notice.item.lines)}" + (
        f"<p>{links}</p>" if links else ""
    )


def _short(notices: Sequence[Notice], desk: Desk, head: Sequence[str]) -> str:
    """Give what fits into a chat: whole notices, each cut where it is long, and how many are left out."""
    parts, left = list(head), len(notices)
    for each in notices:
        part = _cut(each, desk, titled=len(notices) > 1)
        if left < len(notices) and sum(map(len, parts)) + len(part) > _CHAT - 100:
            break
        parts.append(part)
        left -= 1
    if left:
        base = web_link(desk.url).rstrip("/")
        parts.append(f"… and {left} more{f': {base}/queue' if base else ''}")
    return "\n\n".join(parts)[:_CHAT]


def _cut(notice: Notice, desk: Desk, *, titled: bool) -> str:
    """Give a notice short; the title of the only one is the subject, which chats show above."""
    body = lines_as_text(notice.item.lines, 10_000).strip()
    body = body if len(body) <= _CHAT_NOTICE else f"{body[:_CHAT_NOTICE].rsplit(None, 1)[0]} …"
    links = "\n".join(f"{word}: {address}" for word, address in desk.links(notice))
    title = one_line(notice.item.title) if titled else ""
    return "\n".join(part for part in (title, body, links) if part)


def _as_data(notice: Notice, desk: Desk) -> dict[str, Any]:
    item, source, change = notice.item, notice.source, notice.change
    return {
        "id": notice.name,
        "kind": notice.kind,
        "state": item.state,
        "title": one_line(item.title),
        "text": lines_as_text(item.lines, _WIDTH),
        "raised_at": stamp(item.published_at),
        "first_seen_at": stamp(item.changed_at),
        "effective_on": item.effective_on.isoformat() if item.effective_on else None,
        "significance": change.significance.level if change else None,
        "offerings": [_offering_as_data(each) for each in notice.offerings],
        "source": {"id": source.id, "title": source.title, "url": source.url} if source else None,
        "claims": [claim_note_as_data(note) for note in item.claims],
        "links": [{"title": word, "url": address} for word, address in desk.links(notice)],
    }


def _offering_as_data(offering: Offering) -> dict[str, str]:
    return {"slug": offering.slug, "name": offering.name, "provider": offering.provider}
