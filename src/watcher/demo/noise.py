"""What a real site changes at every request although nothing changed."""

from __future__ import annotations

import random
from dataclasses import dataclass

RELATED = (
    "Batches that finish before breakfast",
    "How we test a model before you meet it",
    "Five ways to spend fewer tokens",
    "Inside our region in Dublin",
    "What a good evaluation looks like",
    "Migrating from the preview endpoints",
    "A field guide to embeddings",
    "Meet the team behind rate limits",
    "Why your prompts deserve version control",
)


@dataclass(frozen=True, slots=True)
class Noise:
    """The parts of one response that mean nothing."""

    nonce: str
    token: str
    session: str
    element: str
    clock: str
    cache: str
    milliseconds: int
    minutes: int
    helpful: int
    banner: bool
    related: tuple[str, ...]
    mask: int


def noise_of(path: str, day: int, request: int) -> Noise:
    """Give the noise of the `request`-th response for `path` on `day`: always the same for the same three.

    A consent dialog stands in about half of all responses. `mask` hides addresses of people from robots.
    """
    dice = random.Random(f"{path} {day} {request}")
    moment = dice.randrange(24 * 3600)
    return Noise(
        nonce=f"{dice.getrandbits(128):032x}",
        token=f"{dice.getrandbits(96):024x}",
        session=f"{dice.getrandbits(64):016x}",
        element=f"r{dice.getrandbits(20):05x}",
        clock=f"{moment // 3600:02d}:{moment // 60 % 60:02d}:{moment % 60:02d}",
        cache=dice.choice(("HIT", "MISS", "STALE")),
        milliseconds=dice.randint(3, 240),
        minutes=dice.randint(2, 9),
        helpful=100 + 7 * day + dice.randint(0, 6),
        banner=dice.random() < 0.5,
        related=tuple(dice.sample(RELATED, 3)),
        mask=dice.randint(1, 255),
    )
