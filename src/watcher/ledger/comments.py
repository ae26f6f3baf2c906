"""Comments on changes; the table refuses to alter or delete a row."""

from __future__ import annotations

from watcher.ledger.connection import Connection
from watcher.ledger.times import from_text, to_text
from watcher.model import Comment


class Comments:
    """The comments on all changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, comment: Comment) -> int:
        """Record a comment and give its id."""
        return self._connection.write(
            "INSERT INTO comments (change_id, author, written_at, text) VALUES (?, ?, ?, ?)",
            (comment.change_id, comment.author, to_text(comment.written_at), comment.text),
        )

    def of(self, change_id: int) -> list[Comment]:
        """Give the comments on a change, oldest first."""
        rows = self._connection.rows(
            "SELECT change_id, author, written_at, text FROM comments WHERE change_id = ? ORDER BY id",
            (change_id,),
        )
        return [Comment(row[0], row[1], from_text(row[2]), row[3]) for row in rows]
