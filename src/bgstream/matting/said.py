"""What the user says, made ready for the steps that follow it: masks from the first frame of its shot on."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from bgstream.frame import Frame
from bgstream.matting.backwards import carried_back
from bgstream.matting.parts import LEVEL, Float, find_parts
from bgstream.matting.regions import read_region
from bgstream.matting.rules import at_place
from bgstream.matting.say import Box, Point, Region, Say
from bgstream.matting.tracking import CLOSE, Start
from bgstream.protocols import Source

Ask = Callable[[Frame], Float]
Notes = tuple[str, ...]


def subject_starts(clip: Source, say: Say, ask: Ask) -> tuple[list[Start], Notes]:
    """Where a shot begins, what boxes and points mean that were said of later frames of it (file mode).

    Args:
        clip: decoded once for each such box or point, up to its frame.
        say: what the user says; its boxes and points still hold in their own frames.
        ask: raw alpha (height, width) float32 of one frame that stands by itself.

    Returns:
        Starts for :class:`bgstream.matting.tracking.Tracker`, and what the user should know.

    Raises:
        ConfigError: the clip ends before a time that was said.
        SourceError: the data is damaged.
    """
    starts: list[Start] = []
    notes: Notes = ()
    for place in say.places:
        if place.time > CLOSE:
            more_starts, more = carried_back(clip, place.time, partial(_meant, place, ask))
            notes += more
            if more_starts[-1].mask.any():  # else there was nothing to be carried
                starts += more_starts
    return starts, notes


def _meant(place: Box | Point, ask: Ask, frame: Frame) -> Float:
    raw = ask(frame)
    return at_place(find_parts(raw > LEVEL), raw, place, frame.size).astype(np.float32)


def region_starts(clip: Source, regions: Sequence[Region], *, back: bool) -> tuple[list[list[Start]], Notes]:
    """The masks of regions, for :class:`bgstream.matting.regions.Regions`; ``back``: from their shots' beginning on.

    Raises:
        ConfigError: a picture cannot be read or marks nothing, or the clip ends before a time that was said.
        SourceError: the data is damaged.
    """
    pinned: list[list[Start]] = []
    notes: Notes = ()
    for region in regions:
        drawn = read_region(region)
        starts: list[Start] = []
        if back and region.time > CLOSE:
            starts, more = carried_back(clip, region.time, partial(_always, drawn))
            notes += more
        pinned.append([*starts, Start(region.time, drawn)])
    return pinned, notes


def _always(mask: Float, _: Frame) -> Float:
    return mask
