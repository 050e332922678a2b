"""Colours are read as people write them, and come out as that colour in every layout."""

import numpy as np
import pytest

from bgstream.backdrops import Plain, Transparent, backdrop, parse_colour
from bgstream.errors import ConfigError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame, rgb_matrix


@pytest.mark.parametrize(
    ("text", "rgb"),
    [
        ("green", (0, 128, 0)),
        ("#0f0", (0, 255, 0)),
        ("#00b140", (0, 177, 64)),
        ("1,2,3", (1, 2, 3)),
        ("White", (255, 255, 255)),
    ],
)
def test_colours(text: str, rgb: tuple[int, int, int]) -> None:
    assert parse_colour(text) == rgb


@pytest.mark.parametrize("text", ["gren", "#12", "1,2", "1,2,300", "", "beach.jpg"])
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(ConfigError, match="unknown backdrop") as caught:
        backdrop(text)
    assert "rrggbb" in caught.value.hint


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("full", [False, True])
def test_plain_colour_decodes_to_itself(name: str, full: bool) -> None:
    layout = LAYOUTS[name]
    colour = Colour(RGB, True) if layout.rgb else Colour(1, full)
    planes = tuple(np.zeros(shape, layout.dtype) for shape in layout.shapes(5, 7))
    behind = Plain((10, 200, 90)).behind(Frame(planes, layout, colour))
    assert [plane.shape for plane in behind] == [(1, plane.shape[1]) for plane in planes]
    matrix = rgb_matrix(layout, colour)
    values = np.array([plane[0, 0] for plane in behind], np.float64)
    np.testing.assert_allclose((matrix[:, :3] @ values + matrix[:, 3]) * 255, (10, 200, 90), atol=1.1)


def test_transparent_is_nothing() -> None:
    planes = tuple(np.zeros((2, 2), np.uint8) for _ in range(3))
    assert Transparent().behind(Frame(planes, LAYOUTS["gbrp"], Colour())) is None
    assert isinstance(backdrop("transparent"), Transparent)
