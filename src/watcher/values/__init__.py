"""Values of claims in their one normal form, and as a reader sees them.

`normalise` is idempotent, and reads back what `render` writes. It mends spelling, never meaning: what does not fit
is refused with a message that says what would. `dispute` tells what two statements about one key disagree on.
"""

from watcher.values.agreement import Statement, dispute, is_compared
from watcher.values.normal import normalise, render

__all__ = ["Statement", "dispute", "is_compared", "normalise", "render"]
