"""Which language a text is in, guessed from its script and its smallest words."""

from __future__ import annotations

import re
from collections import Counter

_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_SMALL_WORDS = {
    "en": "the of and to in that is for with your you we or this are by not may our any",
    "de": "der die und das von zu mit ist nicht für sie wir oder den des auf eine werden ihre durch",
    "fr": "le la les des et que vous nous pour dans est une du vos par sur avec au ou ne",
    "es": "el los las que para con una por sus del usted nosotros se su como más al puede este lo",
    "it": "il che gli per con una dei del della nostro sono alla nel anche più vostri delle si non lo",
    "pt": "os que para com uma por você nós do da dos das não em ao seus sua como pela pode",
    "nl": "het een van en dat voor met zijn niet wij uw aan door ook deze onze wordt bij kunnen op",
    "sv": "och att som för med är inte vi ditt din den det av till på kan om våra när eller",
    "pl": "że nie się na do jest oraz przez dla które lub może nasze pod jak aby dane są od po",
}
_SETS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 60
"""Below so many words (or characters of a script) a guess is not made."""

_SAMPLE = 20_000
"""Characters that are looked at."""


def language_of(text: str) -> str:
    """Give the language of `text` as a two-letter code, or an empty text when it cannot be told."""
    text = text[:_SAMPLE].lower()
    if not text.isascii():
        for language, script in _SCRIPTS:
            if len(script.findall(text)) >= max(_ENOUGH, 0.2 * len(text)):
                return language
    words = Counter(_WORD.findall(text))
    if words.total() < _ENOUGH:
        return ""
    found = {
        language: sum(words[word] for word in small) / words.total()
        for language, small in _SETS.items()
    }
    best, second = sorted(found, key=lambda language: -found[language])[:2]
    return best if found[best] >= 0.08 and found[best] >= 1.3 * found[second] else ""
