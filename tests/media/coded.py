"""Synthetic frames through one codec by name."""

from collections.abc import Sequence
from pathlib import Path

from bgstream.backdrops import Plain, Transparent
from bgstream.compose import compose
from bgstream.frame import Frame, Matted, Plane
from bgstream.protocols import Backdrop, SourceInfo
from bgstream.sinks import open_sink, recipe_for
from tests.media.synthetic import info_of, soft_block


def code(target: Path, made: Sequence[Frame], codec: str, transparent: bool, info: SourceInfo | None = None) -> Path:
    """Write frames with thirds of alpha 0, 128 and 255, on nothing or on green; returns ``target``."""
    behind: Backdrop = Transparent() if transparent else Plain((0, 255, 0))
    alpha: Plane = soft_block(made[0].size)
    recipe = recipe_for(target, still=False, transparent=transparent, matte=False, codec=codec)
    with open_sink(target, recipe, info or info_of(made)) as sink:
        for frame in made:
            out = sink.blank(frame)
            compose(Matted(frame, alpha), behind, out)
            sink.write(out)
    return target
