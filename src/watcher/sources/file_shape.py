"""The shape of `sources.yaml` as a whole."""

from __future__ import annotations

from pydantic import Field

from watcher.sources.channel_shapes import ChannelShape
from watcher.sources.shapes import (
    DefaultsShape,
    Host,
    HostShape,
    Name,
    OfferingShape,
    Shape,
    SourceShape,
)


class FileShape(Shape):
    """What Watcher watches: offerings, and the sources that speak of them."""

    offerings: dict[Name, OfferingShape] = Field(description="Slug → offering.")
    sources: list[SourceShape] = Field(description="The pages that are watched.")
    defaults: DefaultsShape = Field(
        default_factory=DefaultsShape.model_construct, description="What holds for every source."
    )
    hosts: dict[Host, HostShape] = Field({}, description="Host → how it is treated.")
    notifications: dict[Name, ChannelShape] = Field(
        {}, description="Channel → where to tell of what."
    )
