"""The second reader: any OpenAI-compatible endpoint that may propose claims, and can do nothing else.

What it is asked, how its answer is checked, and what its disagreement weighs are pure; `Endpoint` alone waits for it.

messages    the prompt for one document, its text as data between marks that it cannot hold
stances     how proposals stand to what the rules read
weigh       how much a change matters when the second reader is heard, never less than without it
told        a proposal as a sentence

`answers.proposals` says what of an answer may be shown (known keys, values that fit, quotes that are there), and
`endpoint.Endpoint` asks; both are imported where they are wanted, as most sweeps do without.
"""

from watcher.second.prompt import PROMPT, messages
from watcher.second.telling import against, as_data, shown, told
from watcher.second.weighing import concerns, stances, weigh

__all__ = [
    "PROMPT",
    "against",
    "as_data",
    "concerns",
    "messages",
    "shown",
    "stances",
    "told",
    "weigh",
]
