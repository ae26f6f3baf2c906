"""What the words of a text are: a clause, a line with the document's date, a counter, a duty, a number, a name.

Only the shape of language is looked at; no word names a page or a provider.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

from watcher.changes import phrases
from watcher.text import canonical

_MONTH = (
    r"(?:jan(?:uary|uar|v(?:ier)?)?|feb(?:ruary|ruar)?|f[eé]v(?:rier)?|mar(?:ch|s|zo|[cç]o)?|m[aä]rz|apr(?:il|ile)?"
    r"|avr(?:il)?|abril|may|mai|mayo|june?|juni?|juin|junio|july?|juli|juil(?:let)?|julio|aug(?:ust)?|ao[uû]t|agosto"
    r"|sep(?:t(?:ember|embre|iembre)?)?|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?"
    r"|de[cz](?:ember|embre)?|d[eé]c(?:embre)?|dic(?:iembre)?)\.?"
)
DATE = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?(?:19|20)\d\d\b"
    rf"|\b{_MONTH},?\s+(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b"
    r"|\b\d{1,2}[-/.]\d{1,2}[-/.](?:(?:19|20)\d\d|\d\d)\b"
    r"|(?:19|20)\d\d\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?",
    re.IGNORECASE,
)
"""A calendar date, in the ways that policy pages write one."""

_DATES_A_DOCUMENT = re.compile(
    r"\b(?:updated?|effective|in effect|modified|revised|revision|published|posted|dated?|version|as of|valid"
    r"|entry into force|in force|last (?:change|review|amend)\w*|current as|applicable"
    r"|stand|g[uü]ltig|aktualisiert|g[eé]nderd|ge[aä]ndert|mise? [aà] jour|en vigueur|vigente|actualizad[oa]"
    r"|aggiornat[oa]|bijgewerkt)\b|更新|生效|施行|改定",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b(?:v|ver\.?|version|rev\.?|revision)\s*\d+(?:\.\d+)*\b", re.IGNORECASE)
_DUTY = re.compile(
    r"\b(?:shall|must|may|will|should|can|cannot|required?|requires|prohibit\w*|permit\w*|allow\w*|forbid\w*"
    r"|oblig\w*|agree[sd]?|consent\w*|entitled|responsible|liable|warrant\w*)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|unless|except|excluding|cannot|only|opt[- ]?out|opt[- ]?in"
    r"|\w+n't)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|where|while|until|upon|unless|except|provided|subject to|only|eligible|on request|upon request"
    r"|default|approv\w+|enabled?|disabled?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|ninety|hundred|thousand|million)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_]*[A-Z]\w*(?:[.@-]\w+)*|\S+@\S+|\bhttps?://\S+", re.UNICODE)
_ENDS = re.compile(r"[.!?;:\u3002\uff01\uff1f][\"')\]\u201d\u2019]*$")
_COPYRIGHT = re.compile(r"\u00a9|\(c\)|\bcopyright\b|\ball rights reserved\b", re.IGNORECASE)
_SIGN = re.compile(r"(?:copyright\s*)?(?:\u00a9|\(c\))|copyright\s*(?:19|20)\d\d\b", re.IGNORECASE)
_LONGEST_LINE = 300
"""A line that dates a document has no more characters than this."""

_TWO_DIGITS = re.compile(r"\d\d")
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
"""Where two elements of a page run together, as in "UpdatedMay 2025"."""

_LONGEST_NOTICE = 500
"""A consent notice has no more characters than this."""

_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s*-\s*(?:(?:19|20)?\d\d|present))?\b")
_TOKEN = re.compile(
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{16,}\b"
    r"|\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)\w{20,}\b"
)
_HIDDEN_ADDRESS = re.compile(
    r"\[?\(?e-?mail[\s\u00a0]+(?:protected|address hidden)\)?\]?", re.IGNORECASE
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_clause(text: str) -> bool:
    """Whether `text` says something whole: a sentence, or as many words as one has."""
    words = text.split()
    if not text.isascii() and len(_IDEOGRAPHS.findall(text)) >= 16:
        return True
    return len(words) >= 14 or (len(words) >= 7 and _ENDS.search(text) is not None)


@lru_cache(maxsize=2_048)  # several rules ask it of the same text
def is_date_line(text: str) -> bool:
    """Whether `text` is the line that dates or numbers the document, such as "Last updated: 3 May 2025"."""
    if len(text) > _LONGEST_LINE:
        return False
    text = _GLUED.sub(" ", text)
    words = text.split()
    if len(words) > 30:
        return False
    if phrases.CLOCK.search(text) and not _DATES_A_DOCUMENT.search(text):
        return False
    dates = DATE.findall(text)
    if not dates:
        return _VERSION.search(text) is not None and len(words) <= 12
    rest = DATE.sub(" ", text)
    return _DATES_A_DOCUMENT.search(rest) is not None or len(re.findall(r"[^\W\d_]{2,}", rest)) <= 2


def dates_document(text: str) -> bool:
    """Whether `text` is a line that says in words and figures when the document was made, changed or valid."""
    if len(text) > 120 or _TWO_DIGITS.search(text) is None:
        return False
    text = _GLUED.sub(" ", text)
    if DATE.search(text) is None or is_copyright(text):
        return False
    return _DATES_A_DOCUMENT.search(DATE.sub(" ", text)) is not None and is_date_line(text)


def respells_name(old: str, new: str) -> bool:
    """Whether, of two texts with the same letters, a few words within a clause are spelt with other capitals."""
    if not is_clause(new):
        return False
    capitals_old = [letter for letter in old if letter.isalpha()]
    capitals_new = [letter for letter in new if letter.isalpha()]
    differing = sum(a != b for a, b in zip(capitals_old, capitals_new, strict=False))
    return 0 < differing <= 0.2 * len(capitals_new)


def shape(text: str) -> str:
    """Give `text` with every run of digits as one mark: texts that differ only in digits have one shape."""
    return re.sub(r"\d+(?:[.,:/]\d+)*", "#", canonical(text).casefold())


def without_counts(text: str) -> str:
    """Give the shape of `text` with every date and every "3 days ago" as one mark too."""
    return shape(DATE.sub("#", phrases.AGO.sub("#", text)))


def is_counter(text: str) -> bool:
    """Whether digits in `text` count visitors, minutes or the like, or tell when the page was made."""
    if phrases.PARTNERS.search(text):
        return True
    if _DUTY.search(text) and len(text.split()) > 12:
        return False
    return any(pattern.search(text) for pattern in (phrases.COUNTS, phrases.CLOCK, phrases.AGO))


def shows_day(text: str, at: datetime) -> bool:
    """Whether a date in `text` is the day of `at`, or the one before or after."""
    days = [at + timedelta(days=shift) for shift in (-1, 0, 1)]
    shown = [set(map(int, re.findall(r"\d+", date))) for date in DATE.findall(text)]
    return any({day.day, day.year} <= numbers for day in days for numbers in shown)


def differs_in_day(old: str, new: str) -> bool:
    """Whether nothing differs but a date, and one word at most: the day of the week."""
    rest_old, rest_new = (DATE.sub("#", canonical(text)).split() for text in (old, new))
    differing = sum(a != b for a, b in zip(rest_old, rest_new, strict=False))
    return len(rest_old) == len(rest_new) and differing <= 1


def heads_extras(heading: str) -> bool:
    """Whether a heading says that what follows is not the policy: related articles, feedback, a newsletter."""
    return phrases.HEADS_EXTRAS.fullmatch(canonical(heading)) is not None


def heads_consent(heading: str, following: str) -> bool:
    """Whether a heading and the text after it open a dialog that asks for consent to cookies."""
    return phrases.HEADS_CONSENT.fullmatch(canonical(heading)) is not None and asks_consent(
        following
    )


def is_interface(text: str) -> bool:
    """Whether all of `text` is the label of a control, a message to the visitor, or filler."""
    words = text.split()
    if len(words) >= 6 and len(set(words)) <= 2:
        return True
    return len(words) <= 12 and phrases.INTERFACE.fullmatch(canonical(text)) is not None


def asks_consent(text: str) -> bool:
    """Whether `text` is a short notice that asks for consent to cookies or points to the choice."""
    if "ookie" not in text or len(text) > _LONGEST_NOTICE:
        return False
    return phrases.ASKS_CONSENT.search(text) is not None


def is_copyright(text: str) -> bool:
    """Whether `text` is the line that claims copyright."""
    return len(text.split()) <= 30 and _COPYRIGHT.search(text) is not None


def claims_copyright_alone(text: str) -> bool:
    """Whether `text` is that line from its very start and binds nobody, as in "\u00a9 2025 Example Inc"."""
    return len(text) <= _LONGEST_LINE and _SIGN.match(text) is not None and not duties(text)


def without_years(text: str) -> str:
    """Give `text` with every year, or span of years, as one mark."""
    return _YEARS.sub("#", canonical(text))


def without_tokens(text: str) -> str:
    """Give `text` with random-looking identifiers as one mark."""
    return _TOKEN.sub("#", canonical(text))


def without_addresses(text: str) -> str:
    """Give `text` with e-mail addresses, shown or hidden from robots, as one mark."""
    return _ADDRESS.sub("@", _HIDDEN_ADDRESS.sub("@", canonical(text)))


def hides_address(text: str) -> bool:
    """Whether an e-mail address in `text` is hidden from robots."""
    return _HIDDEN_ADDRESS.search(text) is not None


def duties(text: str) -> list[str]:
    """Give the words of `text` that oblige, permit or forbid."""
    return [word.lower() for word in _DUTY.findall(text)]


def negations(text: str) -> list[str]:
    """Give the words of `text` that negate or except."""
    return [word.lower() for word in _NEGATION.findall(text)]


def conditions(text: str) -> list[str]:
    """Give the words of `text` that bind what it says to a condition."""
    return [word.lower() for word in _CONDITION.findall(text)]


def says_otherwise(old: str, new: str) -> bool:
    """Whether, of two sentences that are alike, figures, negations, conditions or named things differ."""
    return any(sorted(words_of(old)) != sorted(words_of(new)) for words_of in _WEIGHTY)


def figures(text: str) -> list[str]:
    """Give the numbers of `text`, those in digits whole."""
    spelt = [word.lower() for word in _NUMBER.findall(text) if not word.isdigit()]
    return [*_FIGURE.findall(text), *spelt]


def _things(text: str) -> list[str]:
    """Give the names of `text`, without a first word that is written large as in every sentence."""
    first, _, rest = text.partition(" ")
    return names(rest if first.istitle() else text)


def numbers(text: str) -> list[str]:
    """Give what in `text` is a number, digits or words."""
    return _NUMBER.findall(text)


def names(text: str) -> list[str]:
    """Give the capitalised words and addresses of `text`."""
    return _NAME.findall(text)


_WEIGHTY = (figures, negations, conditions, _things)
"""What of a sentence makes it say something else about the same fact."""
