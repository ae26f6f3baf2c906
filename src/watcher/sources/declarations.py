"""`sources.yaml`, checked as a whole and turned into the nouns of Watcher."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from watcher.cron import longest_gap
from watcher.errors import DeclarationError
from watcher.model import (
    Channel,
    Chat,
    Cron,
    DeclaredClaim,
    Email,
    FetchMode,
    HostRules,
    Offering,
    PlugInWay,
    QuietHours,
    Slug,
    Source,
    SourceId,
    Step,
    Vocabulary,
    Way,
    Webhook,
)
from watcher.sources.channel_shapes import ChannelShape
from watcher.sources.file_shape import FileShape
from watcher.sources.nodes import Place, Written, read_yaml
from watcher.sources.problems import complain_all, suggestion, validated
from watcher.sources.scalars import id_of, read_source_url
from watcher.sources.shapes import (
    ClaimShape,
    DefaultsShape,
    HostShape,
    Known,
    OfferingShape,
    SourceShape,
    StepShape,
)
from watcher.urls import host_of

DAILY = timedelta(days=1)
"""How often a source is looked at when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that one file declares, in the order of the file."""

    offerings: dict[Slug, Offering]
    sources: dict[SourceId, Source]
    path: Path
    hosts: dict[str, HostRules] = field(default_factory=dict)
    channels: tuple[Channel, ...] = ()


def load_declarations(path: Path, vocabulary: Vocabulary) -> Declarations:
    """Give what the file at `path` declares.

    Raises DeclarationError with every problem at once, in the order of the file.
    """
    written = read_yaml(path)
    shape = None if written.broken else _shape(written, vocabulary)
    if shape is None or written.problems:
        raise DeclarationError(sorted(written.problems, key=lambda problem: problem.line or 0))
    return Declarations(
        offerings={Slug(slug): _offering(slug, of) for slug, of in shape.offerings.items()},
        sources={source.id: source for source in _sources(shape)},
        path=path,
        hosts={host: _host_rules(of) for host, of in shape.hosts.items()},
        channels=tuple(_channel(name, of) for name, of in shape.notifications.items()),
    )


def _shape(written: Written, vocabulary: Vocabulary) -> FileShape | None:
    """Check everything; problems are noted in `written`."""
    if not written.data:
        written.complain((), "the file is empty", "`watcher init` writes one to begin with")
        return None
    if not isinstance(written.data, dict):
        written.complain(
            (), "must be a mapping with `offerings` and `sources`", "see `watcher init`"
        )
        return None
    offerings = written.data.get("offerings")
    slugs = frozenset(offerings) if isinstance(offerings, dict) else frozenset[str]()
    known = Known(slugs, vocabulary, _providers(offerings))
    shape, errors = validated(FileShape, written.data, known)
    complain_all(written, (), errors, FileShape)
    _find_doubles(written, written.data)
    _find_strangers(written, written.data)
    if shape is not None:
        _find_twins(written, shape)
    return shape


def _providers(offerings: object) -> frozenset[str]:
    told = offerings.values() if isinstance(offerings, Mapping) else ()
    names = (each.get("provider") for each in told if isinstance(each, Mapping))
    return frozenset(name.strip() for name in names if isinstance(name, str))


def _find_doubles(written: Written, data: Mapping[str, object]) -> None:
    """Note sources that share an id or a page with one above, also when something else is wrong with them."""
    ids: dict[str, Place] = {}
    pages: dict[tuple[str, ...], Place] = {}
    sources, defaults = data.get("sources"), data.get("defaults")
    fetch = defaults.get("fetch") if isinstance(defaults, Mapping) else None
    for at, source in enumerate(sources if isinstance(sources, list) else []):
        if not isinstance(source, Mapping):
            continue
        place, given, url = ("sources", at), source.get("id"), _address(source, fetch)
        page = (url, *_kept(source))
        if url and (first := pages.setdefault(page, place)) != place:
            hint = f"see line {written.line(first)}; a part of it can be kept as another source"
            written.complain((*place, "url"), "is watched already", hint)
            url = ""
        name = given if isinstance(given, str) else id_of(url) if url else ""
        if name and (first := ids.setdefault(name, place)) != place:
            hint = "" if given else "; give one of them an `id`"
            hint = f"see line {written.line(first)}{hint}"
            written.complain((*place, "id"), f"the id `{name}` is taken", hint)


def _find_strangers(written: Written, data: Mapping[str, object]) -> None:
    """Note claims about an offering that their source is no evidence for, also when something else is wrong."""
    sources = data.get("sources")
    for at, source in enumerate(sources if isinstance(sources, list) else []):
        claims = source.get("claims") if isinstance(source, Mapping) else None
        own = _texts(source.get("offerings")) if isinstance(source, Mapping) else []
        for number, claim in enumerate(claims if isinstance(claims, list) else []):
            named = claim.get("offering") if isinstance(claim, Mapping) else None
            if isinstance(named, str) and named.strip() and named.strip() not in own:
                hint = suggestion(named, own) or f"one of: {', '.join(own)}"
                place = ("sources", at, "claims", number, "offering")
                written.complain(place, f"the source is no evidence for {named!r}", hint)


def _find_twins(written: Written, shape: FileShape) -> None:
    """Note claims that say again what is declared already."""
    for at, source in enumerate(shape.sources):
        stated: dict[tuple[str, str | None], Place] = {}
        for number, claim in enumerate(source.claims):
            place: Place = ("sources", at, "claims", number)
            if (first := stated.setdefault((claim.key, claim.offering), place)) != place:
                hint = f"see line {written.line(first)}; name the `offering` of each if they differ"
                written.complain((*place, "key"), f"`{claim.key}` is declared already", hint)


def _address(source: Mapping[str, object], fetch: object) -> str:
    """Give the address of a source in the form in which two can be compared, or nothing.

    A fragment names a page of its own only where a browser reads it.
    """
    raw = source.get("url")
    try:
        url = read_source_url(raw) if isinstance(raw, str) else ""
    except ValueError:
        return ""
    is_rendered = bool(source.get("steps")) or source.get("fetch", fetch) == "browser"
    return url if is_rendered else url.partition("#")[0]


def _kept(source: Mapping[str, object]) -> list[str]:
    """Give the parts of its page that a source keeps: some pages hold several documents."""
    return sorted(_texts(source.get("keep")))


def _texts(raw: object) -> list[str]:
    """Give what may be written as one text or as a list of them."""
    return [str(each) for each in raw] if isinstance(raw, list) else [str(raw)] if raw else []


def _offering(slug: str, shape: OfferingShape) -> Offering:
    return Offering(slug=Slug(slug), **shape.model_dump())


def _sources(shape: FileShape) -> Iterator[Source]:
    for source in shape.sources:
        host = shape.hosts.get(host_of(source.url))
        yield _source(source, shape.defaults, (host and host.quiet) or shape.defaults.quiet)


def _source(shape: SourceShape, defaults: DefaultsShape, quiet: QuietHours | None) -> Source:
    every = shape.every or defaults.every or DAILY
    return Source(
        id=SourceId(shape.id or id_of(shape.url)),
        url=shape.url,
        title=shape.title,
        kind=shape.kind,
        offerings=tuple(map(Slug, shape.offerings)),
        authority=shape.authority,
        every=longest_gap(every) if isinstance(every, Cron) else every,
        fetch=_mode(shape, defaults),
        keep=tuple(shape.keep),
        drop=tuple(shape.drop),
        claims=tuple(map(_claim, shape.claims)),
        language=shape.language or defaults.language,
        allow_private=shape.allow_private,
        cron=every if isinstance(every, Cron) else None,
        quiet=quiet,
        steps=tuple(map(_step, shape.steps)),
        fetcher="" if shape.fetch is None or isinstance(shape.fetch, FetchMode) else shape.fetch,
    )


def _mode(shape: SourceShape, defaults: DefaultsShape) -> FetchMode:
    if shape.steps:
        return FetchMode.BROWSER
    if isinstance(shape.fetch, FetchMode):
        return shape.fetch
    return defaults.fetch if shape.fetch is None else FetchMode.AUTO


def _claim(shape: ClaimShape) -> DeclaredClaim:
    return DeclaredClaim(
        key=shape.key,
        selector=shape.selector,
        pattern=shape.pattern,
        value=shape.value[0] if shape.value else None,
        condition=shape.condition,
        attributes=tuple(
            (name, said[0] if len(said) == 1 else tuple(said))
            for name, said in shape.attributes.items()
        ),
        offering=Slug(shape.offering) if shape.offering else None,
    )


def _step(shape: StepShape) -> Step:
    action = shape.actions[0]
    return Step(
        action=action,
        target=getattr(shape, action),
        panel=shape.panel,
        times=shape.times,
        within=shape.within,
        optional=shape.optional,
    )


def _host_rules(shape: HostShape) -> HostRules:
    return HostRules(**dict(shape))


def _channel(name: str, shape: ChannelShape) -> Channel:
    return Channel(
        name=name,
        to=_way(shape),
        about=tuple(shape.about),
        offerings=tuple(map(Slug, shape.offerings or ())),
        providers=tuple(shape.providers),
        significance=shape.significance,
        digest=shape.when,
    )


def _way(shape: ChannelShape) -> Way:
    if plug_in := shape.plug_in:
        options, secrets = tuple(plug_in.options.items()), tuple(plug_in.secrets.items())
        return PlugInWay(plug_in.name, options, secrets)
    if shape.apprise:
        return Chat(shape.apprise.url_env)
    if mail := shape.email:
        server, port = mail.place
        return Email(
            to=tuple(mail.to),
            sender=mail.sender,
            server=server,
            port=port,
            security=mail.security,
            user=mail.user,
            password_env=mail.password_env,
        )
    assert shape.webhook is not None  # a channel leads to one place
    return Webhook(**dict(shape.webhook))
