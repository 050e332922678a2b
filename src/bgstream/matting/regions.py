"""Regions that the user keeps or removes, whatever the network marks; they stick to what they were drawn on.

A region moves as a whole, see :class:`bgstream.matting.riding.Rider`: somebody who walks past leaves no hole in it and
does not take it along; where nothing of what it was drawn on is seen for long, it fades out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from bgstream.errors import ConfigError
from bgstream.matting.look import Look
from bgstream.matting.parts import Float
from bgstream.matting.riding import Rider
from bgstream.matting.say import Region
from bgstream.matting.tracking import CLOSE, Start
from bgstream.progress import Clock


def read_region(region: Region) -> Float:
    """The region drawn in a picture: its opacity where it has any transparency, otherwise how bright it is.

    Returns:
        (height, width) float32 0..1, of the picture's own size, upright.

    Raises:
        ConfigError: the picture cannot be read, or marks nothing.
    """
    from PIL import Image, ImageOps

    hint = "a picture (PNG, say), white or opaque where the region is"
    try:
        with Image.open(region.path) as opened:
            picture = ImageOps.exif_transpose(opened)
            transparent = picture.has_transparency_data
            values = np.asarray(picture.convert("RGBA").getchannel("A") if transparent else picture.convert("L"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ConfigError(f"region {region.path} cannot be read: {error}", hint) from None
    if not values.any():
        raise ConfigError(f"region {region.path} marks nothing", hint)
    return values.astype(np.float32) / np.float32(255)


class Regions:
    """Raises ``raw`` to at least the regions kept, and lowers it to at most what the regions removed leave.

    A region is in force from its frame to the end of the shot. Removing wins over keeping. Causal.

    Args:
        keep, remove: for each region its masks: what was drawn, and before it what
            :func:`bgstream.matting.backwards.carried_back` says of earlier frames. The latest one holds.
        clock: counts as stage "model".
    """

    def __init__(self, keep: Sequence[Sequence[Start]], remove: Sequence[Sequence[Start]], clock: Clock) -> None:
        self._keep, self._remove = [_Pinned(starts) for starts in keep], [_Pinned(starts) for starts in remove]
        self._clock = clock
        self._zero: float | None = None

    def __call__(self, looks: Iterable[Look]) -> Iterator[Look]:
        """The same looks in order, with the user's regions."""
        for look in looks:
            with self._clock("model"):
                self._zero = look.frame.time if self._zero is None else self._zero
                held = self._held(look, look.frame.time - self._zero)
            yield held

    def _held(self, look: Look, time: float) -> Look:
        raw = look.raw
        for pinned in self._keep:
            mask = pinned(look, time)
            raw = raw if mask is None else np.maximum(raw, mask)
        for pinned in self._remove:
            mask = pinned(look, time)
            raw = raw if mask is None else np.minimum(raw, 1 - mask)
        return look if raw is look.raw else replace(look, raw=raw)


class _Pinned:
    """One region on its way through the clip."""

    def __init__(self, starts: Sequence[Start]) -> None:
        self._waiting = sorted(starts, key=lambda start: start.time)
        self._rider: Rider | None = None

    def __call__(self, look: Look, time: float) -> Float | None:
        """The region in the next frame, (height, width) as raw; None where there is none."""
        if look.first:
            self._rider = None
        begun = [start for start in self._waiting if start.time <= time + CLOSE]
        if begun:
            self._waiting = self._waiting[len(begun) :]
            self._rider = Rider(begun[-1].mask, look.raw.shape)
        elif self._rider is not None and look.link is not None:
            self._rider.follow(look.link.back, look.link.trust_back)
        return self._rider.mask() if self._rider is not None and self._rider.shape == look.raw.shape else None
