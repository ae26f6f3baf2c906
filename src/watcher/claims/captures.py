"""What a phrase can capture, and the value that the captured words stand for.

The expressions here are ours; a rule can name them but not write them. Each is free of nested repetition. They run
over folded text (see `passages.fold`), which has the same length as the original, so that a place in one is the
same place in the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from watcher.claims.alternatives import one_of
from watcher.claims.companies import CLOSE, OPEN

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {
    **{word: number for number, word in enumerate(_UNITS)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
    **{
        f"{tens}-{unit}": 10 * number + one
        for number, tens in enumerate(_TENS, 2)
        for one, unit in enumerate(_UNITS[1:10], 1)
    },
    "a": 1, "an": 1, "hundred": 100, "a hundred": 100, "one hundred": 100, "one hundred twenty": 120,
    "one hundred and twenty": 120, "one hundred eighty": 180, "one hundred and eighty": 180, "one thousand": 1000,
    "a thousand": 1000, "thousand": 1000, "five hundred": 500, "ten thousand": 10_000, "fifty thousand": 50_000,
    "one million": 1_000_000, "two hundred": 200,
}  # fmt: skip
_UNIT = one_of(sorted(_UNITS[1:10], key=len, reverse=True))
# The longest first; what tens go on with is told once for each of them, since expressions are long to compile.
_WORD = one_of(
    f"{word}(?:[- ]{_UNIT})?" if word in _TENS else word
    for word in sorted(_WORDS, key=len, reverse=True)
    if "-" not in word and word not in ("a", "an")
)
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,7}}(?:\.\d{{1,4}})?|(?:{_WORD})\b)"
_TWICE = rf"{_NUMBER}(?:\s{{0,2}}\(\s?{_NUMBER}\s?\))?"
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for name in names.split(" ")
}
_MONTH = one_of(sorted(_MONTHS, key=len, reverse=True))
_DATE = (
    rf"(?:(?:{_MONTH})\b\.?\s{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?\s?,?\s{{0,2}}\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:day\sof\s)?(?:of\s)?(?:{_MONTH})\b\.?,?\s{{0,2}}\d{{4}}"
    rf"|\d{{1,2}}-(?:{_MONTH})-\d{{4}}"
    r"|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    r"|\d{4}年\d{1,2}月\d{1,2}日"
    rf"|(?:{_MONTH})\b,?\s\d{{4}})"
)
_CURRENCY = r"(?:us\$|u\.s\.\s?\$|usd\s?\$?|\$|€|£|eur|gbp|cad|aud|chf)"
_AFTER = r"(?:(?:us|u\.s\.)\s?dollars?|dollars?|usd|euros?|eur|pounds(?:\ssterling)?|gbp)"
_AMOUNT = r"\d{1,3}(?:,\d{3}){1,3}(?:\.\d\d)?|\d{1,9}(?:\.\d\d)?"
_MONEY = (
    rf"(?:{_CURRENCY}\s?(?:{_AMOUNT})(?:\s(?:million|thousand))?"
    rf"|{_NUMBER}\s(?:\w+\s)?{_AFTER}(?:\s\(\s?{_CURRENCY}\s?(?:{_AMOUNT})(?:\s\w{{3}})?\s?\))?)"
)
_HOST = r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63}){1,5}"

_PATTERNS: Mapping[str, str] = {
    "number": _TWICE,
    "duration": (
        rf"(?:{_TWICE}|\ba\b|\ban\b)[\s-]{{0,2}}(?:(?:calendar|business|working|rolling|consecutive|full|additional)[\s-])?"
        r"(?:hours?|days?|weeks?|months?|years?)\b"
    ),
    "date": _DATE,
    "money": _MONEY,
    "percent": rf"{_NUMBER}\s?(?:%|percent|per\scent)",
    "email": (
        r"[a-z0-9][\w.+-]{0,62}(?:@|\s?[\[(]at[\])]\s?)"
        r"(?:[a-z0-9-]{1,63}(?:\.|\s?[\[(]dot[\])]\s?)){1,5}[a-z]{2,10}(?!\w)"
    ),
    "url": rf"(?:https?://[^\s<>\"'(){{}}]{{3,300}}|(?:www\.)?{_HOST}/[^\s<>\"'(){{}}]{{1,300}})",
    "company": f"{OPEN}[^{CLOSE}]{{0,120}}{CLOSE}",
    "name": r"[\w.&'-]+(?:\s[\w.&'-]+){0,5}?",
    "version": r"v?\.?\d{1,8}(?:\.\d{1,6}){0,3}",
    "endpoint": r"/v\d{1,2}/[a-z0-9_][\w./{}-]{1,80}",
    "model": r"[a-z][a-z0-9]{0,20}(?:[-.][a-z0-9]{1,12}){0,3}[-.]\d[a-z0-9.]{0,8}(?:-[a-z0-9]{1,12}){0,2}",
    "age": rf"(?:{_TWICE})(?:\W{{0,3}}(?:\w+\W{{1,2}})?years?)?",
}
# A word must begin there: asked first, so that the many words for numbers are not tried at every letter.
# Only a date may be glued to its label ("UpdatedMay 4, 2025").
PATTERNS: Mapping[str, str] = {
    name: pattern
    if name in ("company", "url", "email", "name", "date", "endpoint")
    else rf"(?<!\w)(?:{pattern})"
    for name, pattern in _PATTERNS.items()
}
"""Name of a capture → its expression over folded text."""

NEEDS: Mapping[str, frozenset[str]] = {
    "duration": frozenset(
        ["hour", "hours", "day", "days", "week", "weeks", "month", "months", "year", "years"]
    ),
    "date": frozenset(["20*", "19*"]),
    "money": frozenset(
        [
            "#money",
            "dollar",
            "dollars",
            "euro",
            "euros",
            "usd",
            "eur",
            "gbp",
            "pounds",
            "cad",
            "aud",
            "chf",
        ]
    ),
    "percent": frozenset(["#percent", "percent", "cent"]),
    "email": frozenset(["#email"]),
    "url": frozenset(["#url"]),
    "company": frozenset(["#company"]),
    "age": frozenset(
        [
            *map(str, range(10, 26)),
            *(word.split("-")[0] for word, number in _WORDS.items() if 10 <= number <= 25),
        ]
    ),
}
"""Name of a capture → words or marks of which a sentence must hold one for it to match."""

MARKS: Mapping[str, tuple[str, ...]] = {
    "#email": ("@", "[at]", "(at)"),
    "#percent": ("%",),
    "#money": ("$", "€", "£"),
    "#url": ("/",),
    "#company": (OPEN,),
}
"""Name of a mark → the signs that bear it: what is no word, but what a capture needs."""

_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}


def number(words: str) -> float:
    """Give the number that `words` write: "30", "thirty (30)", "1,000", "ninety". Raises ValueError."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", words)
    if digits:
        return float(digits.group().replace(",", ""))
    spelled = re.search(rf"(?:{_WORD}|\ban?\b)", words)
    if spelled is None:
        raise ValueError(f"{words!r} holds no number")
    text = spelled.group()
    return float(_WORDS.get(text) or _WORDS[text.replace(" ", "-")])


def duration_in(unit: str) -> Callable[[str], float]:
    """Give a reader of durations in `unit` ("hours", "days", "months"): two years are 730 days, six months 180."""
    per = _DAYS[unit.removesuffix("s")]

    def read(words: str) -> float:
        named = re.search(r"(hour|day|week|month|year)s?\W*\Z", words)
        if named is None:
            raise ValueError(f"{words!r} names no unit of time")
        count, own = number(words), named.group(1)
        if own == unit.removesuffix("s"):
            return count
        if own == "year" and unit == "months":
            return 12 * count
        days = 365 * (count // 12) + 30 * (count % 12) if own == "month" else count * _DAYS[own]
        return round(days / per, 4)

    return read


def day(words: str) -> str:
    """Give a date as YYYY-MM-DD; a month without a day raises ValueError, as does no date at all."""
    digits = [int(group) for group in re.findall(r"\d+", words)]
    month = next((_MONTHS[w] for w in re.findall(r"[a-z]+", words) if w in _MONTHS), None)
    if month is not None and len(digits) == 2:
        return date(digits[1], month, digits[0]).isoformat()
    if len(digits) == 3:
        first, second, third = digits
        if first > 31:
            return date(first, second, third).isoformat()
        month_first = second > 12 or (first <= 12 and "." not in words)
        return date(third, *((first, second) if month_first else (second, first))).isoformat()
    raise ValueError(f"{words!r} is not a full date")


def money(words: str) -> str:
    """Give an amount in short: "$100", "100 euros"."""
    amount = number(words)
    text = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
    scale = next((f" {word}" for word in ("million",) if re.search(rf"\d {word}", words)), "")
    if "thousand" in words and re.search(r"\d thousand", words):
        text = f"{amount * 1000:,.0f}"
    if "€" in words or "eur" in words:
        return f"{text}{scale} euros"
    if "£" in words or "gbp" in words or "pound" in words:
        return f"£{text}{scale}"
    return f"${text}{scale}"


def email(words: str) -> str:
    """Give an address in lower case, "name[at]host[dot]org" written out."""
    plain = re.sub(r"\s?[\[(]at[\])]\s?", "@", words.lower())
    return re.sub(r"\s?[\[(]dot[\])]\s?", ".", plain)


def url(words: str) -> str:
    """Give an address without the punctuation that ended its sentence."""
    return words.rstrip(".,;:!?)]}'\"")


def company(words: str) -> str:
    """Give a legal name on one line, without what stands around it."""
    return " ".join(words.split()).strip(" ,;:()")


_NAME_WORD = r"(?:[^\W_]|[.&'-])*"
_CAPITALISED = re.compile(
    rf"(?:[a-z]{{1,5}}(?=[A-Z]))?[A-Z]{_NAME_WORD}"
    rf"(?:[ \u00a0](?:[A-Z0-9]{_NAME_WORD}|&|of(?=[ \u00a0][A-Z])))*"
)
"""A run of capitalised words; one with an underscore is a blank that nobody filled in ("LEGAL_NAME")."""


def capitalised(words: str) -> str:
    """Give the run of capitalised words with which `words` begins. Raises ValueError when there is none."""
    run = _CAPITALISED.match(words)
    if run is None:
        raise ValueError(f"{words[:40]!r} begins with no name")
    return run.group().rstrip(".,")
