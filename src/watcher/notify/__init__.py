"""Notifications: what the outbox holds, told to the channels that want it; each event once to each.

    outbox ─► notices (who wants it?) ─► messages ─► mail | chat | webhook ─► marked

notices.py   what an event says, and whether a channel wants to hear it
messages.py  several notices as one message: subject, text, HTML, JSON
post.py      the ways out, each with its secrets
courier.py   the order of it all: sort, begin, send, mark; patience with what fails
"""

from watcher.model import Message
from watcher.notify.courier import Courier, Sent
from watcher.notify.messages import rehearsal
from watcher.notify.post import Post, complaints

__all__ = ["Courier", "Message", "Post", "Sent", "complaints", "rehearsal"]
