"""What the environment says, read once at the edge and handed down; no step looks at the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from watcher import __version__
from watcher.errors import SettingsError

LOCAL, CLUSTER = ENGINES = ("local", "cluster")


@dataclass(frozen=True, slots=True)
class Settings:
    """Who we say we are, and how hard we knock. Times in seconds, sizes in bytes."""

    contact: str | None = None
    """A web or e-mail address that servers are told, to complain to."""

    concurrency: int = 50
    """How many hosts are visited at once."""

    deadline: float = 60.0
    """What one look may take, in seconds."""

    spacing: float = 1.0
    """The pause between two requests to one host, in seconds."""

    confirm_after: float = 60.0
    """The wait before a second look at what differs, in seconds."""

    max_payload: int = 50_000_000
    """The longest answer that is read, in bytes, after decompression."""

    browser: str | None = None
    """The browser for pages that need one: a path or a command; found by itself when not set."""

    rules: str | None = None
    """A rule pack, a file or a folder, in place of the one that ships."""

    desk_url: str | None = None
    """Where people reach the review desk, for links in notifications: https://desk.example.org."""

    reader_url: str | None = None
    """An OpenAI-compatible endpoint as second reader; without it there is none."""

    reader_model: str | None = None
    """The model that the second reader is asked for."""

    reader_key: str | None = field(default=None, repr=False)
    """The key that the second reader's endpoint wants, if it wants one."""

    reader_pages: int = 20
    """How many pages of one sweep the second reader is given at most."""

    reader_characters: int = 60_000
    """How many characters of a page the second reader is given at most."""

    reader_deadline: float = 120.0
    """How long the second reader may take for a page, in seconds."""

    engine: str = LOCAL
    """Where sweeps run: `local` is the process itself, `cluster` are workers."""

    postgres: str | None = field(default=None, repr=False)
    """The address of the PostgreSQL that the cluster engine and its workers share; may hold a password."""

    stalled_after: float = 30.0
    """The silence after which a worker of the cluster is taken for dead, in seconds."""

    @property
    def user_agent(self) -> str:
        """An honest name, with an address to complain to when one is set."""
        contact = f"; +{self.contact}" if self.contact else ""
        return f"Watcher/{__version__} (policy page monitor{contact})"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Give the settings that WATCHER_* variables say, defaults for the rest.

    Raises SettingsError naming every variable that cannot be used.
    """
    given: dict[str, str | int | float] = {}
    wrong: list[str] = []
    for each in fields(Settings):
        name, kind = each.name, _kind_of(each.default)
        raw = environment.get(f"WATCHER_{name.upper()}", "")
        if not raw:
            continue
        try:
            given[name] = kind(raw)
        except ValueError:
            wrong.append(f"WATCHER_{name.upper()}={raw!r} is not a number: set one, or unset it")
    wrong.extend(_wrong_reader(given))
    if (engine := given.get("engine", LOCAL)) not in ENGINES:
        wrong.append(
            f"WATCHER_ENGINE={engine!r} is no engine: set {' or '.join(ENGINES)}, or unset it"
        )
    if wrong:
        raise SettingsError("\n".join(wrong))
    return Settings(**given)  # type: ignore[arg-type]


def _kind_of(default: object) -> type[str] | type[int] | type[float]:
    """Give what a setting with this default is read as."""
    for kind in (int, float):
        if isinstance(default, kind):
            return kind
    return str


def _wrong_reader(given: Mapping[str, object]) -> Iterator[str]:
    """Give what is wrong with the second reader: an address without a model, or one that is none."""
    for name in ("reader_pages", "reader_characters", "reader_deadline"):
        if float(str(given.get(name, 0))) < 0:
            yield f"WATCHER_{name.upper()}={given[name]} is below 0: set a number from 0 on, or unset it"
    url = given.get("reader_url")
    if url is None:
        return
    if not str(url).startswith(("http://", "https://")):
        yield f"WATCHER_READER_URL={url!r} is no address: set one such as http://127.0.0.1:8080/v1, or unset it"
    if "reader_model" not in given:
        yield "WATCHER_READER_URL is set and WATCHER_READER_MODEL is not: name the model, or unset the address"
