"""A clip's own pictures, and all that goes along with them, written as the pipeline does."""

from pathlib import Path

import numpy as np

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import Matted
from bgstream.protocols import Backdrop
from bgstream.sinks import Delivery, open_sink, recipe_for
from bgstream.sources import VideoSource, parse_span


def carried(clip: Path, target: Path, start: str = "", end: str = "", delivery: Delivery | None = None) -> Path:
    """Write a part of a clip, half transparent where the container can; returns ``target``."""
    green = target.suffix in (".mp4", ".mov")
    behind: Backdrop = Plain((0, 255, 0)) if green else Transparent()
    recipe = recipe_for(target, still=False, transparent=not green, matte=False)
    source = VideoSource(clip, recipe.wants, span=parse_span(start, end))
    with open_sink(target, recipe, source.info, delivery) as sink:
        for frame in source.frames():
            out = sink.blank(frame)
            compose(Matted(frame, np.full(frame.size, 128, np.uint8)), behind, out)
            sink.write(out)
    return target
