"""Nothing, or one colour."""

from functools import cache

import numpy as np

from bgstream.errors import ConfigError
from bgstream.frame import Colour, Layout, Matted, Planes, code_values


class Transparent:
    """Nothing: the frame leaves with its alpha."""

    def behind(self, matted: Matted) -> Planes | None:  # noqa: ARG002 - the seam's shape
        """None: there is nothing behind."""
        return None

    def close(self) -> None:
        """Nothing."""


class Plain:
    """One colour.

    Args:
        rgb: red, green, blue, 0..255.
    """

    def __init__(self, rgb: tuple[int, int, int]) -> None:
        self.rgb = rgb

    def behind(self, matted: Matted) -> Planes:
        """Three planes of one row each: the colour in the frame's own layout, matrix and range."""
        frame = matted.frame
        height, width = frame.size
        return rows_of(self.rgb, frame.layout, frame.colour.known(height), width)

    def close(self) -> None:
        """Nothing."""


@cache
def rows_of(rgb: tuple[int, int, int], layout: Layout, colour: Colour, width: int) -> Planes:
    """Three planes of one row each, all of one 8-bit colour. Not to be written to."""
    values = code_values(rgb, layout, colour)
    shapes = layout.shapes(1, width)
    return tuple(np.full((1, shape[1]), value, layout.dtype) for value, shape in zip(values, shapes, strict=True))


def parse_colour(text: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of a CSS colour or ``r,g,b``.

    Raises:
        ConfigError: it is no colour, or one that is seen through.
    """
    colour = named_colour(text)
    if colour is None:
        raise ConfigError(f"unknown colour '{text}'", "a colour name, '#rrggbb' or r,g,b: '#00ff00'")
    return colour


def named_colour(text: str) -> tuple[int, int, int] | None:
    """The same; None for what is no colour.

    Raises:
        ConfigError: the colour is seen through (``#rrggbbaa``): what would be behind it?
    """
    from PIL import ImageColor

    parts = text.split(",")
    try:
        if len(parts) == 3 and all(0 <= int(part) <= 255 for part in parts):
            red, green, blue = (int(part) for part in parts)
            return red, green, blue
        red, green, blue, *alpha = ImageColor.getrgb(text)
    except ValueError:
        return None
    if alpha and alpha[0] < 255:
        opaque = f"'#{red:02x}{green:02x}{blue:02x}'"
        raise ConfigError(
            f"colour '{text}' is seen through, and there is nothing behind it", f"without alpha: {opaque}"
        )
    return red, green, blue
