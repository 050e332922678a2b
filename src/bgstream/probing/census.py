"""Counts how much of a picture is transparent, and tells straight from premultiplied colours."""

from math import ceil

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from bgstream.frame import Colour, Layout, Plane, Planes, rgb_matrix
from bgstream.media import colour_of, native_layout, plane_view
from bgstream.probing.picture import Alpha

# Colours that were multiplied by alpha are never brighter than it, straight ones are wherever alpha is small enough.
SOFT = (0.1, 0.75)  # alpha of the pixels that are asked; nearly opaque ones look alike either way
SLACK = 10 / 255  # by which a lossy codec may brighten
FEW, DARK = 200, 12 / 255  # fewer soft pixels, or darker ones on average, tell nothing
STRAIGHT, PREMULTIPLIED = 0.05, 0.01  # shares of pixels brighter than their alpha: at least, at most
GRID, ENOUGH = 40_000, 20_000  # pixels of a picture that are looked at, and soft ones after which none is

TAG_ONLY = "a tag says that there is alpha, but there is none: it got lost when the file was written anew"
VEIL = "alpha reaches only {highest} of 255: nothing is quite opaque"


class Census:
    """Adds up alpha over pictures."""

    def __init__(self) -> None:
        self._transparent = self._partial = self._opaque = self._highest = 0
        self._soft = self._bright = 0
        self._light = 0.0
        self._reformatter = VideoReformatter()

    def add(self, picture: VideoFrame) -> None:
        """Count a decoded picture; one without alpha does not count."""
        layout, has_alpha, as_is = native_layout(picture.format.name)
        if not has_alpha:
            return
        colour = colour_of(picture).known(picture.height)
        if not as_is:
            picture = self._reformatter.reformat(picture, format=layout.alpha_name)
        planes = tuple(plane_view(picture, index, layout) for index in range(4))
        self.count(planes[:3], layout, colour, planes[3])

    def count(self, planes: Planes, layout: Layout, colour: Colour, alpha: Plane) -> None:
        """Count one picture, its alpha in a depth of its own: 8 bits, or those of the layout."""
        top = 255 if alpha.dtype == np.uint8 else layout.top
        transparent = int(np.count_nonzero(alpha < ceil(top * 0.5 / 255)))
        opaque = int(np.count_nonzero(alpha >= ceil(top * 254.5 / 255)))
        self._transparent += transparent
        self._opaque += opaque
        self._partial += alpha.size - transparent - opaque
        self._highest = max(self._highest, round(int(alpha.max()) * 255 / top))
        if self._soft < ENOUGH and transparent + opaque < alpha.size:
            self._weigh(planes, layout, colour, alpha)

    def _weigh(self, planes: Planes, layout: Layout, colour: Colour, alpha: Plane) -> None:
        """Compare soft pixels' colours with their alpha, on a grid."""
        step = max(1, ceil((alpha.size / GRID) ** 0.5))
        top = 255 if alpha.dtype == np.uint8 else layout.top
        values = alpha[::step, ::step].astype(np.float32) / np.float32(top)
        rows, columns = np.nonzero((values > SOFT[0]) & (values < SOFT[1]))
        down, across = layout.subsampling
        samples = [planes[0][rows * step, columns * step]]
        samples += [plane[rows * step // down, columns * step // across] for plane in planes[1:]]
        matrix = rgb_matrix(layout, colour)
        rgb = matrix[:, :3] @ np.stack(samples).astype(np.float32) + matrix[:, 3:]
        brightest = rgb.max(axis=0)
        self._soft += rows.size
        self._bright += int(np.count_nonzero(brightest > values[rows, columns] + np.float32(SLACK)))
        self._light += float(brightest.sum())

    def result(self, declared: bool = False) -> Alpha:
        """What was found; ``declared``: a tag says that there is alpha."""
        total = self._transparent + self._partial + self._opaque
        if not total:
            return Alpha("missing" if declared else "none")
        working = self._opaque < total
        return Alpha(
            "working" if working else "opaque",
            self._transparent / total,
            self._partial / total,
            self._opaque / total,
            self._highest,
            self._form(),
        )

    def _form(self) -> str:
        if self._soft < FEW:
            return ""
        share = self._bright / self._soft
        if share >= STRAIGHT:
            return "straight"
        lit = self._light / self._soft >= DARK
        return "premultiplied" if share <= PREMULTIPLIED and lit else ""


def traps(alpha: Alpha) -> tuple[str, ...]:
    """What a user should know about an alpha."""
    if alpha.state == "missing":
        return (TAG_ONLY,)
    return (VEIL.format(highest=alpha.highest),) if alpha.highest < 255 else ()
