"""What the kernel tests draw: sizes, values, and planes in every shape of memory."""

from collections.abc import Callable

import numpy as np
from bgstream_kernels.planes import Plane
from hypothesis import settings
from hypothesis import strategies as st

Size = tuple[int, int]
EDGES = [(1, 1), (1, 2), (2, 1), (1, 37), (41, 1), (2, 2), (3, 5), (16, 16), (17, 15), (31, 33), (80, 90)]
TEXTURES = ["noise", "extremes", "sparse", "flat", "ramp"]

modest = settings(derandomize=True, deadline=None, max_examples=100)
sizes = st.one_of(st.sampled_from(EDGES), st.tuples(st.integers(1, 80), st.integers(1, 90)))
tops = st.sampled_from([255, 1023, 65535])
seeds = st.integers(0, 2**32 - 1)


def dtype_for(top: int) -> type[np.uint8] | type[np.uint16]:
    return np.uint8 if top <= 255 else np.uint16


def pixels(rng: np.random.Generator, size: Size, top: int, texture: str) -> Plane:
    """A plane of one texture, values 0..top."""
    noise = rng.integers(0, top + 1, size)
    by_texture: dict[str, Callable[[], Plane]] = {
        "noise": lambda: noise,
        "extremes": lambda: rng.choice([0, top], size),
        "sparse": lambda: np.where(rng.random(size) < 2 / (size[0] * size[1]), noise, 0),
        "flat": lambda: np.full(size, noise[0, 0]),
        "ramp": lambda: np.add.outer(np.arange(size[0]), np.arange(size[1])) % (top + 1),
    }
    return by_texture[texture]().astype(dtype_for(top))


def _amid(plane: Plane, shape: Size, part: tuple[slice, slice]) -> Plane:
    """``plane`` as a part of a larger array whose other values must not matter."""
    odd = np.nan if plane.dtype.kind == "f" else np.iinfo(plane.dtype).max
    base = np.full(shape, odd, plane.dtype)
    base[part] = plane
    view: Plane = base[part]
    return view


def _padded(plane: Plane) -> Plane:
    height, width = plane.shape
    return _amid(plane, (height, width + 5), (slice(None), slice(2, 2 + width)))


def _every_other_row(plane: Plane) -> Plane:
    height, width = plane.shape
    return _amid(plane, (2 * height, width), (slice(None, None, 2), slice(None)))


def _every_other_column(plane: Plane) -> Plane:
    height, width = plane.shape
    return _amid(plane, (height, 2 * width), (slice(None), slice(None, None, 2)))


def _read_only(plane: Plane) -> Plane:
    view = _padded(plane)
    view.flags.writeable = False
    return view


VIEWS: dict[str, Callable[[Plane], Plane]] = {
    "plain": np.ascontiguousarray,
    "padded": _padded,
    "every other row": _every_other_row,
    "every other column": _every_other_column,
    "transposed": lambda plane: np.ascontiguousarray(plane.T).T,
    "upside down": lambda plane: np.ascontiguousarray(plane[::-1])[::-1],
    "mirrored": lambda plane: np.ascontiguousarray(plane[:, ::-1])[:, ::-1],
    "read-only": _read_only,
}


@st.composite
def planes(draw: st.DrawFn, size: Size, top: int = 255, textures: list[str] = TEXTURES) -> Plane:
    """A plane of the given size in any shape of memory."""
    rng = np.random.default_rng(draw(seeds))
    content = pixels(rng, size, top, draw(st.sampled_from(textures)))
    return VIEWS[draw(st.sampled_from(sorted(VIEWS)))](content)
