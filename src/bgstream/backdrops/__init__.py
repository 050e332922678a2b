"""What is put behind the subject: nothing, a colour, the blurred room, a picture, a clip."""

from bgstream.backdrops.blur import Blur
from bgstream.backdrops.named import backdrop, refuse_as_plate, refuse_as_target
from bgstream.backdrops.picture import Picture
from bgstream.backdrops.plain import Plain, Transparent, parse_colour
from bgstream.backdrops.video import Video

__all__ = [
    "Blur",
    "Picture",
    "Plain",
    "Transparent",
    "Video",
    "backdrop",
    "parse_colour",
    "refuse_as_plate",
    "refuse_as_target",
]
