"""Legal names in running text: "Palewater Systems, Inc.", "Northlight B.V.", "Fell Labs AB"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from watcher.claims.alternatives import one_of

OPEN, CLOSE = "\ue000", "\ue001"
"""What stands in folded text for the first and last character of a legal name, so that rules can ask for one."""

_LEGAL_FORMS = (
    r"Inc(?:orporated)?|INC|LLC|L\.L\.C|LLP|Ltd|LTD|Limited|LIMITED|Corp(?:oration)?|PLC|plc|GmbH|AG|AB|AS|A/S|ApS|OY|Oy|Oyj|"
    r"SAS|S\.A\.S|SA|S\.A|SARL|S\.A\.R\.L|SRL|S\.r\.l|B\.V|BV|N\.V|NV|PBC|P\.B\.C|Pte|Pty|Co|KK|K\.K|LP|L\.P|SE|SL|S\.L|"
    r"ULC|DAC|Public Benefit Corporation|Pvt|PVT|PTE|PTY|CORP|GMBH|SpA|S\.p\.A|s\.r\.o|d\.o\.o|O\u00dc|UAB|Kft|Lda|"
    r"Ltda|Srl|Sarl|SASU|ASA|FZE|FZCO|FZ-LLC|PLLC|UG|Sdn|S\.R\.L|SLU|S\.L\.U|Sp\. z o\.o|EOOD|OOD|VCC|Zrt|"
    r"sp\. z o\.o|"
    r"\(Pty\)\.? Ltd|\(PTY\)\.? LTD|\(Pvt\)\.? Ltd|\(PVT\)\.? LTD|\(Private\) Limited"
)
_LEGAL_FORM = rf"{one_of(_LEGAL_FORMS.split('|'))}\b\.?(?!\w)"
_FORM = re.compile(rf"(?<=[\s,]){_LEGAL_FORM}")
# What begins with one of a few letters is scanned for several times as fast as what looks behind itself.
_FORM_ANYWHERE = re.compile(_LEGAL_FORM)
_WORD = r"(?:[A-Z0-9]|[a-z]{1,5}\.?(?=[A-Z]))[\w.&'\u2019/-]*"
_NAME_BEFORE = re.compile(
    rf"(?<![\w.])(?:{_WORD}[ \u00a0](?:(?:of|and|&)[ \u00a0](?=[A-Z]))?){{0,5}}{_WORD},?[ \u00a0]$"
)
_SMALL_NAME_BEFORE = re.compile(r"(?<![\w.@/])[a-z][a-z0-9-]{1,30}(?:\.[a-z]{2,3})?,?[ \u00a0]$")
"""A name that its owner writes in small letters ("palewater GmbH")."""
_ABBREVIATED = (
    "Inc.",
    "INC.",
    "Ltd.",
    "LTD.",
    "Corp.",
    "Co.",
    "Pte.",
    "Pty.",
    "Pvt.",
    "PVT.",
    "PTE.",
)
_LONGEST = 90
_BEFORE_LIMITED = frozenset(
    [
        "BE",
        "IS",
        "ARE",
        "NOT",
        "BUT",
        "WITHOUT",
        "SHALL",
        "HEREBY",
        "EXPRESSLY",
        "STRICTLY",
        "WAS",
        "A",
        "THE",
    ]
)
"""Words before "LIMITED" in a shouted clause about liability, where it is no legal form."""
_SHORT_FORMS = frozenset(
    [
        "AG",
        "AB",
        "AS",
        "SA",
        "SE",
        "SL",
        "NV",
        "BV",
        "KK",
        "LP",
        "OY",
        "Co",
        "UG",
        "ASA",
        "UAB",
        "FZE",
        "SLU",
    ]
)
_AFTER_SMALL_NAMES = re.compile(
    r"(?:Inc|LLC|L\.L\.C|Ltd|GmbH|B\.V|S\.A\.S|SARL|S\.r\.l|O\u00dc|PBC|s\.r\.o|sp\. z o\.o)\.?"
)
"""Forms that follow a name alone, so that a word in small letters before one is a name."""
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "a an the our your their its his her this that these those each every any some no not one such other another "
        "own new former parent single private limited liability and or as of by is was be with to in into for from "
        "called named german american dutch us uk eu",
    )
)
"""Words in small letters that may stand before such a form and are no name: "an LLC"."""
_LEADING = frozenset(
    [
        "At",
        "By",
        "The",
        "We",
        "In",
        "If",
        "With",
        "And",
        "Between",
        "To",
        "Welcome",
        "For",
        "This",
        "These",
        "Company",
        "Provider",
        "Us",
        "Our",
        "When",
        "Contact",
        "Name",
        "Copyright",
        "Address",
        "Or",
        "Of",
        "From",
        "Controller",
        "Processor",
        "Service",
        "Services",
        "Please",
        "Questions",
        "Email",
        "Data",
        "Attn",
        "Attention",
        "Legal",
        "As",
        "Where",
        "While",
        "Since",
        "Licensor",
        "Supplier",
        "Vendor",
        "Party",
        "Entity",
        "Notices",
    ]
)


def company_spans(text: str) -> Iterator[tuple[int, int]]:
    """Give where each legal name begins and ends: a run of capitalised words up to a legal form."""
    reached = 0
    for found in _forms(text):
        start, form = found.start(), found.group()
        if start < reached:
            continue
        before = _name_before(text, max(reached, start - _LONGEST), start, form)
        if before is None:
            continue
        begin = before.start() + _leaders(before.group())
        end = _end_of_forms(text, found.end())
        if (
            text[end - 1] == "."
            and not text.endswith(_ABBREVIATED, 0, end)
            and "." not in form[:-1]
        ):
            end -= 1
        if begin < start:
            yield begin, end
            reached = end


def _name_before(text: str, earliest: int, start: int, form: str) -> re.Match[str] | None:
    """The name that ends where the legal form begins, if one does."""
    found = _NAME_BEFORE.search(text, earliest, start)
    if found:
        return found if _is_name(found.group(), form) else None
    if not _AFTER_SMALL_NAMES.fullmatch(form):
        return None
    small = _SMALL_NAME_BEFORE.search(text, max(earliest, start - 40), start)
    return small if small and small.group().strip(" ,\u00a0") not in _NO_NAMES else None


def _forms(text: str) -> Iterator[re.Match[str]]:
    """Every legal form that follows a blank or a comma."""
    found = _FORM_ANYWHERE.search(text)
    while found:
        before = text[max(0, found.start() - 1) : found.start()]
        stands_alone = before == "," or before.isspace()
        if stands_alone:
            yield found
        found = _FORM_ANYWHERE.search(text, found.end() if stands_alone else found.start() + 1)


def _is_name(words: str, form: str) -> bool:
    """Whether the words before a legal form are a name; two capitals in a shouted sentence are no legal form."""
    last = words.rsplit(maxsplit=1)[-1]
    if form == "LIMITED" and last.strip(" ,\u00a0") in _BEFORE_LIMITED:
        return False
    return form.rstrip(".") not in _SHORT_FORMS or any(letter.islower() for letter in last)


def _leaders(words: str) -> int:
    """How many characters of `words` belong to the sentence rather than to the name."""
    skipped = 0
    for word in re.finditer(r"\S+\s*", words):
        if word.group().strip(" ,\u00a0").capitalize() not in _LEADING and not re.fullmatch(
            r"[\d.]+\s*", word.group()
        ):
            break
        skipped = word.end()
    return skipped


def _end_of_forms(text: str, end: int) -> int:
    """The end of the last of several forms in a row ("Co., Ltd.")."""
    while following := re.compile(r",?[ \u00a0]").match(text, end):
        form = _FORM.match(text, following.end())
        if form is None:
            break
        end = form.end()
    return end


def mark_companies(text: str, folded: str) -> str:
    """Give `folded` with the first and last character of each legal name replaced by marks, length unchanged."""
    parts, at = [], 0
    for begin, end in company_spans(text):
        parts += [folded[at:begin], OPEN, folded[begin + 1 : end - 1], CLOSE]
        at = end
    return "".join(parts) + folded[at:]
