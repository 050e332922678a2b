"""A picture from elsewhere (a clean plate), as if it were a frame of the clip."""

import numpy as np
from av.video.frame import VideoFrame

from bgstream.errors import ConfigError
from bgstream.frame import Colour, Frame
from bgstream.media import plane_view
from bgstream.protocols import SourceInfo
from bgstream.sources.convert import SCALING, swscale_matrix


def picture_like(picture: Frame, clip: SourceInfo) -> Frame:
    """A still picture in a clip's layout, colour and size.

    Args:
        picture: three full planes G, B, R of 8 bits, as stills come.
        clip: what it is to be like.

    Raises:
        ConfigError: its shape is another one.
    """
    refuse_other_shape(picture.size, clip.size)
    height, width = clip.size
    green, blue, red = picture.planes
    colour = clip.colour.known(height)
    if clip.layout.rgb and clip.layout.depth == 8 and picture.size == clip.size:
        return Frame((green, blue, red), clip.layout, clip.colour)
    whole = VideoFrame.from_ndarray(np.ascontiguousarray(np.stack([red, green, blue], axis=-1)), format="rgb24")
    fitted = whole.reformat(width, height, clip.layout.name, interpolation=SCALING, **_tags(clip, colour))
    planes = tuple(plane_view(fitted, index, clip.layout) for index in range(3))
    return Frame(planes, clip.layout, clip.colour, keeper=fitted)


def refuse_other_shape(own: tuple[int, int], wanted: tuple[int, int]) -> None:
    """Refuse what was not taken by the same camera; another resolution will do.

    Args:
        own: (height, width) of the picture.
        wanted: of the clip.

    Raises:
        ConfigError: the shapes differ by more than rounding.
    """
    (own_height, own_width), (height, width) = own, wanted
    if abs(own_width * height - own_height * width) > max(own_width, own_height) + max(width, height):
        raise ConfigError(
            f"the picture is {own_width}×{own_height}, the clip {width}×{height}: another shape",
            "give a picture from the same camera, uncropped",
        )


def _tags(clip: SourceInfo, colour: Colour) -> dict[str, int]:
    if clip.layout.rgb:
        return {}
    return {"dst_colorspace": swscale_matrix(colour), "dst_color_range": 2 if colour.full else 1}
