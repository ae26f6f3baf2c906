"""What is true of the provider on which day: the history that the site's pages tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

RETENTION_CHANGES = 5
TERMS_BREAK = 6
ADVISOR_IS_SILENT = 8
LIST_MOVES = 9
CERTIFICATION_VANISHES = 12
LAST_DAY = 13

_DEPLOYMENTS = (1, 4, 9)

_CERTIFICATIONS = (
    ("SOC 2 Type 2", "security, availability and confidentiality, audited every year"),
    ("ISO/IEC 27001:2022", "information security management"),
    ("ISO/IEC 27701:2019", "privacy information management"),
    ("ISO/IEC 42001:2023", "management of artificial intelligence"),
)
_VANISHING = "ISO/IEC 42001:2023"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the pages say on one day; `deployment` counts the releases of the site's software."""

    today: date
    deployment: int
    retention_days: int
    data_usage_updated: date
    certifications: tuple[tuple[str, str], ...]
    terms_broken: bool
    list_moved: bool
    terms_effective: date
    privacy_updated: date
    subprocessors_updated: date
    service_levels_effective: date
    dpa_effective: date
    news_published: date
    article_reviewed: date

    @property
    def dpa_version(self) -> str:
        """The version in the addendum's footer, made of its date as lawyers do: v.MMDDYY."""
        return f"v.{self.dpa_effective:%m%d%y}"


def facts_on(day: int, opened_at: datetime) -> Facts:
    """Give what is true on `day` (1 is the day of the first look) of a history that begins at `opened_at`."""
    first = opened_at.date()
    today = first + timedelta(days=day - 1)
    lengthened = day >= RETENTION_CHANGES
    shrunk = day >= CERTIFICATION_VANISHES
    return Facts(
        today=today,
        deployment=sum(day >= deployed for deployed in _DEPLOYMENTS),
        retention_days=90 if lengthened else 30,
        data_usage_updated=first + timedelta(days=RETENTION_CHANGES - 1 if lengthened else -118),
        certifications=tuple(
            (name, line) for name, line in _CERTIFICATIONS if not (shrunk and name == _VANISHING)
        ),
        terms_broken=day == TERMS_BREAK,
        list_moved=day >= LIST_MOVES,
        terms_effective=first - timedelta(days=203),
        privacy_updated=first - timedelta(days=151),
        subprocessors_updated=first - timedelta(days=64),
        service_levels_effective=first - timedelta(days=203),
        dpa_effective=first - timedelta(days=97),
        news_published=first - timedelta(days=240),
        article_reviewed=first - timedelta(days=75),
    )
