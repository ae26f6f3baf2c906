"""The shapes of `sources.yaml`: pydantic models at the border, and only there.

Every scalar arrives as the text that stands in the file; these models say what it must be. Editors show the
descriptions through `watcher schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from watcher.model import (
    Authority,
    Cron,
    FetchMode,
    Key,
    QuietHours,
    SourceKind,
    StepAction,
    Vocabulary,
)
from watcher.sources.patterns import check_pattern
from watcher.sources.problems import suggestion
from watcher.sources.scalars import (
    read_every,
    read_host,
    read_language,
    read_name,
    read_number,
    read_patience,
    read_place,
    read_quiet_hours,
    read_selector,
    read_source_url,
    read_spacing,
    read_truth,
    read_url,
    read_way,
    read_words,
)
from watcher.values import normalise, render


@dataclass(frozen=True, slots=True)
class Known:
    """What a declaration may refer to: the slugs and providers that the file declares, and the vocabulary."""

    slugs: frozenset[str]
    vocabulary: Vocabulary
    providers: frozenset[str] = frozenset()


def _listed(raw: object) -> object:
    """Let one item stand for a list of one."""
    return [raw] if isinstance(raw, str) else raw


def _checked_pattern(raw: str) -> str:
    check_pattern(raw)
    return raw


_NAME = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
_SCALAR = {"type": ["string", "number", "boolean"]}
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Prose = Annotated[str, AfterValidator(str.strip)]
Words = Annotated[str, AfterValidator(read_words)]
Name = Annotated[
    str, AfterValidator(read_name), WithJsonSchema({"type": "string", "pattern": _NAME})
]
Host = Annotated[str, AfterValidator(read_host)]
Address = Annotated[
    str,
    AfterValidator(read_url),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"}),
]
SourceAddress = Annotated[
    str,
    AfterValidator(read_source_url),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^[a-z][a-z0-9+.-]*://"}),
]
Way = Annotated[
    FetchMode | str,
    PlainValidator(read_way),
    WithJsonSchema({"anyOf": [{"enum": list(FetchMode)}, {"type": "string"}]}),
]
Every = Annotated[
    timedelta | Cron,
    BeforeValidator(read_every),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^(\d+[mhdw]|cron (@[a-z]+|\S+ \S+ \S+ \S+ \S+)( \S+)?)$",
            "examples": ["12h", "1d", "2w", "cron 0 9 * * mon-fri Europe/Berlin"],
        }
    ),
]
Quiet = Annotated[
    QuietHours,
    BeforeValidator(read_quiet_hours),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d?\d:\d\d ?- ?\d?\d:\d\d( \S+)?$",
            "examples": ["22:00-06:00 Europe/Berlin"],
        }
    ),
]
Spacing = Annotated[
    float,
    BeforeValidator(read_spacing),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s|m)$", "examples": ["2s"]}),
]
Patience = Annotated[
    float,
    BeforeValidator(read_patience),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s)$", "examples": ["20s"]}),
]
Truth = Annotated[
    bool,
    BeforeValidator(read_truth),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no", "true", "false"]}]}),
]
Count = Annotated[
    int,
    BeforeValidator(read_number),
    WithJsonSchema({"type": ["integer", "string"], "pattern": r"^[1-9]\d*$", "minimum": 1}),
]
Language = Annotated[str, AfterValidator(read_language)]
Pattern = Annotated[
    str, AfterValidator(_checked_pattern), WithJsonSchema({"type": "string", "maxLength": 500})
]
Selector = Annotated[str, AfterValidator(read_selector)]
Place = Annotated[str, AfterValidator(read_place)]
Selectors = Annotated[list[Selector], BeforeValidator(_listed), WithJsonSchema(_TEXTS)]
Slugs = Annotated[
    list[Words], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_TEXTS)
]
Values = Annotated[
    list[str],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}),
]

AttributeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Shape(BaseModel):
    """A mapping of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid")


class OfferingShape(Shape):
    """One product of one provider: what the registry has an entry for."""

    name: Words = Field(description="How people call it.")
    provider: Words = Field(description="Who offers it.")
    type: Words = Field(description="What it is, in a few words: API, chat assistant, IDE plug-in.")
    status: Literal["active", "beta", "deprecated", "retired"] = Field(
        "active", description="Whether it is offered today."
    )
    summary: Prose = Field("", description="One or two neutral sentences for the top of its entry.")
    official_site: Address | None = Field(None, description="Its home page.")
    official_docs: Address | None = Field(None, description="Its documentation.")
    guidance: Prose = Field("", description="Free text for readers of its entry, in Markdown.")


class ClaimShape(Shape):
    """A claim whose place a person names, for what the rules cannot know."""

    key: Words = Field(description="A key of the vocabulary.")
    selector: Place | None = Field(
        None, description="CSS selector, JSON path ($.a.b) or PDF page (page(3)) of what says it."
    )
    pattern: Pattern | None = Field(
        None,
        description="Regular expression; its first group, or else the whole match, is the value.",
    )
    value: Values | None = Field(None, description="The value, when the text only proves it.")
    condition: Words | None = Field(None, description="When the claim holds, if not always.")
    attributes: dict[AttributeName, Values] = Field(
        {}, description="Finer points: tier, route, default, scope, geography …"
    )
    offering: Words | None = Field(
        None, description="The one offering of the source that it is about, if not about all."
    )

    @field_validator("key")
    @classmethod
    def is_in_the_vocabulary(cls, key: str, info: ValidationInfo) -> str:
        """Refuse a key that the vocabulary does not have."""
        vocabulary = known_to(info).vocabulary
        if key not in vocabulary:
            hint = suggestion(key, vocabulary) or "see `watcher schema`, or docs/declarations.md"
            raise ValueError(f"{key!r} is not a claim key", hint)
        return key

    @field_validator("value")
    @classmethod
    def fits_its_key(cls, value: list[str] | None, info: ValidationInfo) -> list[str] | None:
        """Give the value in its normal form; refuse what its key cannot be."""
        key = known_to(info).vocabulary.get(info.data.get("key", ""))
        return value if key is None or value is None else [_normal(key, value)]

    @model_validator(mode="after")
    def has_a_place(self) -> ClaimShape:
        """Refuse a claim without a place: it can only add to what rules read, which has its quote from the page."""
        adds = bool(self.attributes or self.condition) and not (self.value or self.offering)
        if self.selector is None and self.pattern is None and not adds:
            raise ValueError(
                "says nothing about where the page says so",
                "add a `selector` or a `pattern`; without one, `attributes` and a `condition` add to what rules read",
            )
        return self


class StepShape(Shape):
    """One thing to do to a page in the browser before it is read; says exactly one of the first six."""

    click: Selector | None = Field(None, description="CSS selector of what is clicked.")
    click_text: Words | None = Field(
        None, description="The words on what is clicked, all of them, in any case."
    )
    expand: Selector | None = Field(
        None, description="Selector of the part in which all that is folded is opened; or all."
    )
    tabs: Selector | None = Field(
        None, description="Selector of tabs, each chosen in turn and its text kept; or all."
    )
    scroll: Selector | None = Field(
        None, description="Selector of a box that is scrolled to its end; or end, for the page."
    )
    wait_for: Selector | None = Field(
        None, description="Selector of what must have text before the look goes on."
    )
    panel: Selector | None = Field(
        None, description="What the tabs fill, where the page does not say so itself."
    )
    times: Count = Field(
        1, description="How often a click is repeated at most, while there is something to click."
    )
    within: Patience = Field(10.0, description="How long to wait for it: 100ms to 30s.")
    optional: Truth = Field(False, description="Whether the look goes on when the step fails.")

    @property
    def actions(self) -> list[StepAction]:
        """What the step says to do; one thing, when it is valid."""
        return [action for action in StepAction if getattr(self, action) is not None]

    @model_validator(mode="after")
    def does_one_thing(self) -> StepShape:
        """Refuse a step that does nothing, or several things, or has limits that are not its own."""
        actions = self.actions
        if not actions:
            raise ValueError("does nothing", f"say one of {', '.join(StepAction)}")
        if len(actions) > 1:
            raise ValueError(f"does {len(actions)} things", "write each as a step of its own")
        if self.panel is not None and actions != [StepAction.TABS]:
            raise ValueError("has a `panel`, but no `tabs` that fill it", "remove one")
        if self.times > 1 and actions[0] not in (StepAction.CLICK, StepAction.CLICK_TEXT):
            raise ValueError("is repeated, but only clicks are", "remove `times`")
        return self


class SourceShape(Shape):
    """One URL that is watched, evidence for one or more offerings."""

    url: SourceAddress = Field(description="The page; http or https, or what a plug-in fetches.")
    title: Words = Field(description="How people call the page.")
    kind: SourceKind = Field(description="What sort of page it is.")
    offerings: Slugs = Field(description="Slugs of the offerings that it is evidence for.")
    id: Name | None = Field(
        None, description="Name of the source; derived from the address if absent."
    )
    authority: Authority = Field(
        Authority.PRIMARY,
        description="primary: the provider speaks. secondary: others speak of it.",
    )
    every: Every | None = Field(
        None, description="How often to look: 30m, 12h, 1d, 2w; or cron 0 9 * * mon-fri UTC."
    )
    fetch: Way | None = Field(
        None, description="auto, http, browser for pages that need JavaScript, or a plug-in's name."
    )
    language: Language | None = Field(None, description="The language it is expected in: en.")
    keep: Selectors = Field([], description="CSS selectors: only these parts are read.")
    drop: Selectors = Field([], description="CSS selectors: these parts are left out.")
    claims: list[ClaimShape] = Field([], description="Claims whose place you name yourself.")
    steps: list[StepShape] = Field(
        [], max_length=30, description="What to do to the page in the browser before it is read."
    )
    allow_private: Truth = Field(False, description="Whether it may be at a private address.")

    @model_validator(mode="after")
    def has_a_browser_for_its_steps(self) -> SourceShape:
        """Refuse steps where nothing could take them."""
        if self.steps and self.fetch not in (None, FetchMode.AUTO, FetchMode.BROWSER):
            raise ValueError(
                f"has `steps`, but `fetch: {self.fetch}`", "steps need `fetch: browser`"
            )
        return self

    @field_validator("offerings")
    @classmethod
    def are_declared(cls, offerings: list[str], info: ValidationInfo) -> list[str]:
        """Refuse what is not declared under `offerings`, and what stands here twice."""
        slugs = known_to(info).slugs
        for slug in offerings:
            if slug not in slugs:
                hint = suggestion(slug, slugs) or "declare it under `offerings`"
                raise ValueError(f"there is no offering {slug!r}", hint)
        if len(set(offerings)) < len(offerings):
            raise ValueError("names an offering twice", "remove one")
        return offerings


class DefaultsShape(Shape):
    """What holds for every source that does not say otherwise."""

    every: Every | None = Field(None, description="How often to look: 30m, 12h, 1d (default), 2w.")
    fetch: FetchMode = Field(FetchMode.AUTO, description="auto, http or browser.")
    language: Language | None = Field(None, description="The language of the pages: en.")
    quiet: Quiet | None = Field(None, description="Hours without looks: 22:00-06:00 Europe/Berlin.")


class HostShape(Shape):
    """How a host is treated."""

    spacing: Spacing | None = Field(None, description="Pause between two requests: 500ms, 2s.")
    concurrency: Count = Field(1, description="Requests at the same time.")
    robots: Truth = Field(True, description="Whether its robots.txt is obeyed.")
    allow_private: Truth = Field(False, description="Whether it may be at a private address.")
    quiet: Quiet | None = Field(
        None, description="Hours in which it is left alone: 22:00-06:00 Europe/Berlin."
    )


def known_to(info: ValidationInfo) -> Known:
    """Give what the file that is being checked may refer to."""
    assert isinstance(info.context, Known)  # load_declarations gives it with every file
    return info.context


def _normal(key: Key, value: list[str]) -> str:
    try:
        return render(key, normalise(key, value if len(value) > 1 else value[0]))
    except ValueError as error:
        raise ValueError(str(error), key.normal_form) from None
