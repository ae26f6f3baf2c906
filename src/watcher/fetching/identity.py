"""Is this the source's own document? Judged from what was read, against the source's own history.

Phrases count only on a page that says hardly anything else: a policy may speak of captchas, errors and logins as it
likes. A policy that was rewritten from end to end is still the source's own; another page of its site is not. What
is refused again and again, and is the same each time, may be believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from watcher.fetching.endings import cut_off, share_said_before
from watcher.fetching.likeness import (
    clause_rate,
    length_of,
    likeness_of_words,
    prose_share,
    share_kept,
)
from watcher.fetching.tongues import language_of
from watcher.model import Document, Judgement, Known, Response, Verdict

SHORT = 1_200
FIRST_SHORT = 600
"""A page with fewer characters than this may be judged by its phrases; the second at a first look, when nothing is
known of the source. The error and challenge pages of the record have 20 to 700."""

TINY = 60
"""A page with fewer characters than this says nothing."""

OTHER_WORDS = 0.5
"""Below this likeness of vocabulary, with no sentence kept, it is another document: rewrites of the record keep .63
and more, other pages of the same site reach .45."""

LONG, REWRITTEN = 1_500, 0.3
"""A page of this length that reads as a policy is taken for a rewrite down to this likeness."""

NO_CLAUSES, CLAUSES = 2.5, 4.0
"""Words of law and data in a hundred: fewer than the first is no policy, as many as the second is one."""

HALF = 0.7
"""A page that lost more than the rest of its text and says nothing new was not rendered to its end."""

BELIEVED_AFTER = timedelta(hours=12)
BELIEVED_LOOKS = 3
"""A refused document that came back the same at so many looks, over so long, is believed: no text waits for longer
than a day. A fault of the moment (a deployment, a cache, half a rendering) is seldom the same twice, nor lasts so
long."""

CUT_BELIEVED_AFTER = timedelta(days=14)
"""A page that looks cut off is put before a person within the day, as trouble of the source. Only when it stays so
for this long is it believed without one, so that what is left of it is watched."""

_FAULT = 200
"""A line that tells of a fault has no more characters than this."""

_BELIEVABLE = frozenset((Verdict.PARTIAL, Verdict.WRONG_DOCUMENT, Verdict.MOVED))

_ERROR = re.compile(
    r"application error|client-side exception|server-side exception|internal server error|bad gateway|"
    r"service (?:is )?(?:temporarily )?unavailable|gateway time-?out|something went wrong|an (?:unexpected )?error "
    r"(?:has )?occurred|unexpected error|try again later|error on line \d+|start tag expected|fatal error|"
    r"under maintenance|be (?:right )?back (?:soon|shortly)|temporarily (?:down|offline)|"
    r"(?:page|site|service|content|document) (?:isn['’]t|is not|is currently not|is) (?:currently )?(?:un)?available|"
    r"this app has encountered|minified react error|ein fehler ist aufgetreten|une erreur (?:est survenue|s'est "
    r"produite)",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?:page|document|article|file|url|resource)(?: (?:you|that|were|are|requested|is|was|looking|for|have|['’\w]+))"
    r"{0,8} (?:not (?:be )?found|could(?: not|n['’]t) be found|can(?:not|['’]t| ?not) be found|"
    r"does(?: not|n['’]t) exist|no longer (?:exists?|available)|has (?:been )?(?:moved|removed|deleted))|"
    r"\b(?:not found|404)\b|"
    r"(?:can['’]?t|cannot|couldn['’]?t|could not|unable to) find (?:the|that|this|your) (?:page|document|article)|"
    r"seite (?:wurde )?nicht gefunden|page introuvable|página no encontrada",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"verify(?:ing)? (?:that )?you(?:['’]re| are) (?:a )?(?:not a (?:ro)?bot|human)|checking (?:your|if the site) "
    r"(?:browser|connection)|are you (?:a )?(?:ro)?(?:bot|human)|unusual (?:traffic|activity)|prove you(?:['’]re| are) "
    r"(?:a )?human|complete the (?:security check|captcha)|enable javascript and cookies to continue|just a moment|"
    r"press (?:and|&) hold|security verification|ddos protection",
    re.IGNORECASE,
)
_BLOCKED = re.compile(
    r"access (?:to this (?:page|site|resource) )?(?:has been |is |was )?(?:denied|blocked|restricted)|"
    r"you (?:have been|are|were) blocked|request (?:was )?(?:blocked|rejected)|"
    r"not available in your (?:country|region|location)|you don['’]t have permission",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log|sign) ?in (?:to|with) (?:continue|your|access|view|google|sso)|please (?:log|sign) ?in|"
    r"forgot (?:your )?password|enter your (?:e-?mail|password)|create an account",
    re.IGNORECASE,
)
_SHELL = re.compile(
    r"(?:enable|requires?|need(?:s)?|turn on)(?: to)?(?: \w+){0,3} javascript|javascript (?:is|must be) "
    r"(?:disabled|required|enabled)|^(?:loading|please wait)\W*$|browser is (?:not supported|out of date)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Case:
    """What is to be judged, with the measures that several rules ask for, each taken at most once."""

    response: Response
    document: Document
    known: Known
    previous: Document | None

    @cached_property
    def length(self) -> int:
        return length_of(self.document)

    @cached_property
    def words(self) -> str:
        """Title and policy text; for a page without any, all its text."""
        blocks = self.document.main or self.document.blocks
        return "\n".join((self.document.title, *(block.text for block in blocks)))

    @cached_property
    def kept(self) -> float:
        return share_kept(self.previous, self.document) if self.previous else 0.0

    @cached_property
    def cut(self) -> str | None:
        return cut_off(self.previous, self.document) if self.previous else None

    @cached_property
    def likeness(self) -> float:
        return likeness_of_words(self.previous, self.document) if self.previous else 0.0

    @property
    def is_short(self) -> bool:
        """Whether phrases may decide: it says little, and is not the short page that this source usually is."""
        limit = FIRST_SHORT if self.known.usual is None else SHORT
        return self.length < limit and self.kept < 0.5

    @property
    def lost(self) -> bool:
        """Whether most of what the source usually says is gone; true for a first look."""
        usual = self.known.usual
        return usual is None or self.length < 0.5 * usual.length


Rule = Callable[[_Case], Judgement | None]


def judge_document(
    response: Response, document: Document, known: Known, previous: Document | None
) -> Judgement:
    """Judge whether `document` is the source's own; `ok` when nothing speaks against it.

    `previous` is the last good document, None at a first look: then only strong signals of phrase and shape count.
    """
    case = _Case(response, document, known, previous)
    for rule in _RULES:
        judgement = rule(case)
        if judgement is not None:
            return _believed(case, judgement) or judgement
    return Judgement(Verdict.OK, "document: reads as the source's own")


def _by_phrase(case: _Case) -> Judgement | None:
    """Error pages, soft 404s, walls and shells, on pages that say hardly anything else."""
    if not case.is_short or not case.lost:
        return None
    for verdict, name, pattern in _PHRASES:
        if found := pattern.search(case.words):
            return Judgement(_missing(case, verdict), f'{name}: "{found.group()[:80].strip()}"')
    return None


def _by_emptiness(case: _Case) -> Judgement | None:
    if case.length >= TINY or case.kept >= 0.5:
        return None
    return Judgement(Verdict.EMPTY, f"empty: {case.length} characters of text on the page")


def _missing(case: _Case, verdict: Verdict) -> Verdict:
    """A page that was well at the last look may be back at the next; one missed twice is gone."""
    if verdict is Verdict.GONE and case.known.failures == 0 and case.known.last_good_at is not None:
        return Verdict.ERROR_PAGE
    return verdict


def _by_password(case: _Case) -> Judgement | None:
    if case.is_short and case.lost and b'type="password"' in case.response.payload:
        return Judgement(Verdict.LOGIN, "login: a password field, and hardly any text")
    return None


def _by_language(case: _Case) -> Judgement | None:
    if case.previous is None or case.kept >= 0.3:
        return None
    usual, found = _language(case.previous), _language(case.document)
    if not usual or not found or usual == found:
        return None
    return Judgement(Verdict.WRONG_LANGUAGE, f"language: {found}, where it was {usual}")


def _by_words(case: _Case) -> Judgement | None:
    """Another document: hardly a sentence of the old one, and other words."""
    if case.previous is None or case.kept >= 0.1 or case.likeness >= OTHER_WORDS:
        return None
    is_policy = case.length >= LONG and clause_rate(case.document) >= CLAUSES
    if is_policy and case.likeness >= REWRITTEN:
        return None
    return Judgement(
        Verdict.WRONG_DOCUMENT,
        f"another document: {case.kept:.0%} of the text kept, words {case.likeness:.0%} alike",
    )


def _by_kind(case: _Case) -> Judgement | None:
    """A page of another kind: the usual one reads as a policy and this one does not."""
    if case.previous is None or case.kept >= 0.3:
        return None
    usual, found = clause_rate(case.previous), clause_rate(case.document)
    if usual < CLAUSES or found >= NO_CLAUSES:
        return None
    return Judgement(
        Verdict.WRONG_DOCUMENT,
        f"another document: {found:.1f} of a hundred words are those of a policy, where it was {usual:.1f}; "
        f"{case.kept:.0%} of the text kept",
    )


def _by_rest(case: _Case) -> Judgement | None:
    """A page that did not come whole: much is missing and nothing is new. Two renderings that agree, and what a
    person saw, are believed."""
    usual = case.known.usual
    if case.response.agreed or case.response.seen_by:
        return None
    if case.previous is None or usual is None or case.kept >= HALF or not usual.length:
        return None
    shrank = case.length < HALF * usual.length
    rest = _without_faults(case.document) if shrank else case.document
    if share_said_before(case.previous, rest) < 0.995:
        return None
    shown = f"; {case.cut}" if case.cut else ""
    return Judgement(
        Verdict.PARTIAL,
        f"partial: {1 - case.kept:.0%} of the text is missing and nothing is new{shown}",
    )


def _without_faults(document: Document) -> Document:
    """Give the document without the lines in which a page tells of an error, or of waiting for the rest."""
    kept = tuple(block for block in document.blocks if not _tells_of_fault(block.text))
    return replace(document, blocks=kept)


def _tells_of_fault(text: str) -> bool:
    return len(text) <= _FAULT and bool(_ERROR.search(text) or _SHELL.search(text))


def _believed(case: _Case, judgement: Judgement) -> Judgement | None:
    """Accept what was refused, when the same document kept coming back and it may be a policy."""
    doubt = case.known.doubt
    if doubt is None or judgement.verdict not in _BELIEVABLE:
        return None
    lasted = case.response.fetched_at - doubt.since
    same = doubt.document_digest == case.document.main_digest
    is_cut = judgement.verdict is Verdict.PARTIAL and case.cut is not None
    enough = CUT_BELIEVED_AFTER if is_cut else BELIEVED_AFTER
    if not same or doubt.looks + 1 < BELIEVED_LOOKS or lasted < enough:
        return None
    if judgement.verdict is Verdict.WRONG_DOCUMENT and not _may_be_policy(case):
        return None
    hours = int(lasted.total_seconds() // 3600)
    return Judgement(
        Verdict.OK, f"believed: the same at {doubt.looks + 1} looks over {hours} hours"
    )


def _may_be_policy(case: _Case) -> bool:
    """Whether it is of the kind that the source was, as far as words and paragraphs can tell."""
    if case.previous is None:
        return clause_rate(case.document) >= CLAUSES
    if prose_share(case.document) < 0.5 * prose_share(case.previous):
        return False
    return clause_rate(case.document) >= min(CLAUSES, clause_rate(case.previous))


def _language(document: Document) -> str:
    return language_of(" ".join(block.text for block in document.main))


_PHRASES = (
    (Verdict.ERROR_PAGE, "error page", _ERROR),
    (Verdict.GONE, "soft 404", _MISSING),
    (Verdict.CHALLENGE, "challenge", _CHALLENGE),
    (Verdict.BLOCKED, "refusal", _BLOCKED),
    (Verdict.LOGIN, "login", _LOGIN),
    (Verdict.EMPTY, "empty shell", _SHELL),
)
_RULES: tuple[Rule, ...] = (
    _by_phrase,
    _by_password,
    _by_emptiness,
    _by_language,
    _by_kind,
    _by_words,
    _by_rest,
)
