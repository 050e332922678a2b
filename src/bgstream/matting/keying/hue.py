"""Which colour the screen has: the saturated hue that dominates the picture's border, or the one that was given."""

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.matting.keying.picture import Float, Picture, colour_levels

BINS = 72  # of 5° of hue
SPREAD = 3  # bins to each side that belong to one hue
SATURATED = 20.0  # levels of chroma from which a cell has a hue that a key can use (a grey wall has 5, a screen 40–80)
BORDER, WEIGHT = 0.1, 4.0  # share of the picture that counts as border, and how much more it counts
LEAST = 0.2  # share of the (weighted) picture that a screen covers at least
RIVAL = 0.6  # share of all saturated cells that the screen has at least: a meadow under a sky has two
HINT = "light the screen evenly, name its colour, or use a network: --model auto"


def pick_colour(pictures: list[Picture]) -> Float:
    """The screen's levels (3,), found in samples of the clip.

    Raises:
        ConfigError: no samples, or no saturated hue that dominates.
    """
    if not pictures:
        raise ConfigError("the key needs a picture to find the screen's colour in", "name the screen's colour")
    cells = np.concatenate([picture.cells.reshape(3, -1) for picture in pictures], axis=1)
    weight = np.concatenate([_border_weight(picture.cells.shape[1:]) for picture in pictures])
    saturated, bins = _hues(cells)
    histogram = np.bincount(bins[saturated], weight[saturated], BINS)
    around = [np.roll(histogram, shift) for shift in range(-SPREAD, SPREAD + 1)]
    totals = np.sum(around, axis=0)
    best = int(np.argmax(totals))
    share, rivals = totals[best] / weight.sum(), totals[best] / max(histogram.sum(), 1e-9)
    if share < LEAST or rivals < RIVAL:
        raise ConfigError(f"no screen of one saturated colour is seen ({100 * share:.0f} % of the picture)", HINT)
    return _middle(cells, saturated & _near(bins, best))


def find_colour(rgb: tuple[int, int, int], pictures: list[Picture]) -> Float:
    """The screen's levels (3,) near a given colour: as the samples show it, else the colour itself.

    Raises:
        ConfigError: the colour is grey, which no key can tell from a subject's.
    """
    if not pictures:
        raise ConfigError("the key needs a picture of the clip to start from")
    asked = colour_levels(rgb, pictures[0].frame)
    if np.hypot(asked[1], asked[2]) < SATURATED:
        raise ConfigError(f"a key needs a saturated colour, not {rgb}", "green or blue, say")
    cells = np.concatenate([picture.cells.reshape(3, -1) for picture in pictures], axis=1)
    saturated, bins = _hues(cells)
    near = saturated & _near(bins, int(_hues(asked[:, None])[1][0]))
    return _middle(cells, near) if near.mean() > 0.02 else asked


def _hues(cells: Float) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    saturated = np.hypot(cells[1], cells[2]) >= SATURATED
    turn = np.arctan2(cells[2], cells[1]) / (2 * np.pi) + 1
    return saturated, (turn * BINS).astype(np.int64) % BINS


def _near(bins: NDArray[np.int64], best: int) -> NDArray[np.bool_]:
    apart = np.abs(bins - best)
    return np.asarray(np.minimum(apart, BINS - apart) <= SPREAD)


def _middle(cells: Float, chosen: NDArray[np.bool_]) -> Float:
    return np.median(cells[:, chosen], axis=1).astype(np.float32)


def _border_weight(shape: tuple[int, ...]) -> Float:
    rows, columns = shape
    rim = max(1, round(BORDER * min(rows, columns)))
    weight = np.full((rows, columns), WEIGHT, np.float32)
    weight[rim:-rim, rim:-rim] = 1
    return weight.reshape(-1)
