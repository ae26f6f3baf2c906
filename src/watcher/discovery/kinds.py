"""What sort of page an address, a link or a title tells of: words, from the most telling to the least."""

from __future__ import annotations

import re
from dataclasses import dataclass

from watcher.model import SourceKind
from watcher.text import canonical
from watcher.urls import host_of, path_words

_CUES: tuple[tuple[SourceKind, str], ...] = (
    (
        SourceKind.SUBPROCESSORS,
        r"sub ?processors?( list)?|third party service providers|unterauftragsverarbeiter|sous traitants ultérieurs|"
        r"subencargados|subverwerkers",
    ),
    (
        SourceKind.DPA,
        r"dpa|data (processing|protection) (addendum|agreement|terms|amendment)|data processing|avv|"
        r"auftrags(daten)?verarbeitung(s ?vertrag|svereinbarung)?|accord (de|sur le) traitement des données|"
        r"encargo de(l)? tratamiento|verwerkersovereenkomst",
    ),
    (SourceKind.SLA, r"sla|service levels?( agreement| objectives?)?|uptime commitment"),
    (
        SourceKind.USAGE_POLICY,
        r"(acceptable|prohibited|permitted) uses?( policy)?|usage polic(y|ies)|use polic(y|ies)|aup",
    ),
    (
        SourceKind.PRIVACY_POLICY,
        r"privacy|data protection (notice|statement|policy)|datenschutz(erkl(ä|ae)rung|hinweise?|richtlinien?)?|"
        r"confidentialité|confidentialite|protection des données|privacidad|privacidade|protección de datos|"
        r"privacybeleid|privacyverklaring",
    ),
    (
        SourceKind.DATA_USAGE,
        r"data (usage|use|controls|retention|handling)|(how|where) .*\byour data|your data|zero retention",
    ),
    (SourceKind.TRUST_PORTAL, r"trust (cent(er|re)|portal|hub)|trust"),
    (
        SourceKind.OFFICIAL_TERMS,
        r"terms|tos|eula|conditions of (use|service|sale)|(services?|subscription|customer|licen[cs]e|master|business)"
        r" agreement|agb|(allgemeine )?gesch(ä|ae)ftsbedingungen|nutzungsbedingungen|"
        r"conditions (générales|generales|d utilisation)|cgu|cgv|términos|terminos|condiciones (de uso|generales)|"
        r"termos|termini e condizioni|condizioni (d uso|generali)|(algemene|gebruiks) ?voorwaarden",
    ),
    (SourceKind.SECURITY, r"security|certifications?|compliance"),
    (
        SourceKind.OTHER,
        r"cookies?( policy| notice)|responsible ai|ai act|transparency|law enforcement|government requests|impressum|"
        r"mentions légales|aviso legal|note legali",
    ),
)
"""What names a kind of policy page, in the languages of most providers; the first that fits decides."""

_ELSEWHERE: tuple[tuple[SourceKind, str], ...] = (
    (SourceKind.ANNOUNCEMENT, r"blog|news|press|announcements?|changelog|release notes"),
    (SourceKind.OFFICIAL_DOCS, r"docs?|documentation|help|support|guides?|reference|developers?"),
)
"""What names a page that is no policy, and may speak of one."""

_HOSTS: tuple[tuple[SourceKind, str], ...] = (
    (SourceKind.TRUST_PORTAL, r"trust|trustcenter|security-portal"),
    (SourceKind.PRIVACY_POLICY, r"privacy"),
    (SourceKind.OFFICIAL_DOCS, r"docs|help|support|developers?|platform"),
    (SourceKind.ANNOUNCEMENT, r"blog|news|press"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind of page, and the words that say so."""

    kind: SourceKind
    evidence: str


def guess_kind(url: str, *titles: str) -> Guess:
    """Give the kind that a page's `titles` (its own, its headings, a link's words) tell, else its path, else its host.

    What none of them tells is `other`, without evidence.
    """
    texts = [(f"title “{title.strip()[:80]}”", _plain(title)) for title in titles if title.strip()]
    path = [("path", " ".join(path_words(url)))]
    for cues in (_CUES, _ELSEWHERE):
        for where, text in (*texts, *path):
            if found := _first(cues, text):
                return Guess(found[0], f"{where}: {found[1]}")
    label = host_of(url).split(".")[0]
    for kind, words in _HOSTS:
        if re.fullmatch(words, label):
            return Guess(kind, f"host: {label}")
    return Guess(SourceKind.OTHER, "")


def guess_policy(url: str, words: str) -> Guess | None:
    """Give the kind of policy page that a link with these `words` leads to; None where nothing names a policy."""
    for where, text in (("link", _plain(words)), ("path", " ".join(path_words(url)))):
        if found := _first(_CUES, text):
            return Guess(found[0], f"{where}: {found[1]}")
    return None


def _first(cues: tuple[tuple[SourceKind, str], ...], text: str) -> tuple[SourceKind, str] | None:
    for kind, words in cues:
        if hit := re.search(rf"\b(?:{words})\b", text):
            return kind, hit[0]
    return None


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+|_", " ", canonical(text[:400]).lower())
