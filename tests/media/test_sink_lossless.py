"""FFV1 through compose: opaque pixels leave bit-exact in every layout, alpha is exact, hidden colours are gone."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Layout, code_values
from bgstream.sinks import recipe_for
from tests.media.judge import Judge
from tests.media.synthetic import TV709, frames, info_of, soft_block, write

SIZE = (64, 192)  # thirds of 64 columns: whole blocks of every chroma size
Planes = list[NDArray[Any]]
WITH_ALPHA = sorted(recipe_for(Path("out.mkv"), still=False, transparent=True, matte=False).layouts or ())
OPAQUE = sorted(recipe_for(Path("out.mkv"), still=False, transparent=False, matte=False).layouts or ())
PROMISED = {f"{stem}{depth}" for stem in ("yuv420p", "yuv422p", "yuv444p", "gbrp") for depth in ("", "10le")}


def decoded(path: Path, layout: Layout, alpha: bool) -> list[Planes]:
    """All planes of all pictures, as they are stored."""
    with av.open(str(path)) as container:
        return [_planes(picture, layout, alpha) for picture in container.decode(video=0)]


def _planes(picture: av.VideoFrame, layout: Layout, alpha: bool) -> Planes:
    name = picture.format.name
    expected = layout.alpha_name if alpha else layout.name
    if name != expected:  # 8-bit R, G, B are stored packed; repacking them changes no value
        assert layout.rgb
        picture = picture.reformat(format=expected)
    views = []
    for plane in picture.planes:
        wide = np.frombuffer(memoryview(plane), layout.dtype).reshape(plane.height, -1)
        views.append(wide[:, : plane.width].copy())
    return views


def tags(layout: Layout) -> Colour:
    return Colour(RGB, True, 1, 13) if layout.rgb else TV709


def test_the_usual_layouts_pass_as_they_are() -> None:
    assert set(WITH_ALPHA) >= PROMISED
    assert set(OPAQUE) >= PROMISED


@pytest.mark.parametrize("name", WITH_ALPHA)
def test_opaque_pixels_are_bit_exact_on_nothing(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    made = frames(layout, SIZE, noisy=True, colour=tags(layout))[:3]
    seen = decoded(write(tmp_path / "out.mkv", made, soft_block(SIZE)), layout, alpha=True)
    assert len(seen) == len(made)
    for frame, planes in zip(made, seen, strict=True):
        for index, (mine, theirs) in enumerate(zip(frame.planes, planes, strict=False)):
            visible = slice(mine.shape[1] // 3, None)  # half transparent pixels keep their own colours, too
            np.testing.assert_array_equal(theirs[:, visible], mine[:, visible], err_msg=f"plane {index}")


@pytest.mark.parametrize("name", WITH_ALPHA)
def test_alpha_is_exact_at_every_depth(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    made = frames(layout, SIZE, noisy=True, colour=tags(layout))[:1]
    (planes,) = decoded(write(tmp_path / "out.mkv", made, soft_block(SIZE)), layout, alpha=True)
    thirds = [planes[3][:, k * 64 : (k + 1) * 64] for k in range(3)]
    assert [int(third.min()) for third in thirds] == [int(third.max()) for third in thirds]
    assert [int(third[0, 0]) for third in thirds] == [0, round(128 * layout.top / 255), layout.top]


@pytest.mark.parametrize("name", OPAQUE)
def test_opaque_pixels_are_bit_exact_on_a_colour(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    made = frames(layout, SIZE, noisy=True, colour=tags(layout))[:2]
    seen = decoded(write(tmp_path / "out.mkv", made, soft_block(SIZE), green=True), layout, alpha=False)
    green = code_values((0, 255, 0), layout, tags(layout))
    for frame, planes in zip(made, seen, strict=True):
        for mine, theirs, colour in zip(frame.planes, planes, green, strict=True):
            third = mine.shape[1] // 3
            np.testing.assert_array_equal(theirs[:, 2 * third :], mine[:, 2 * third :])
            assert (theirs[:, :third] == colour).all()


@pytest.mark.parametrize("name", ["yuv420p", "yuv422p", "yuv444p10le", "gbrp10le"])
def test_hidden_colours_are_flattened(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    made = frames(layout, SIZE, noisy=True, colour=tags(layout))[:1]
    (planes,) = decoded(write(tmp_path / "out.mkv", made, soft_block(SIZE)), layout, alpha=True)
    for theirs in planes[:3]:
        corner = theirs[: theirs.shape[0] // 2, : theirs.shape[1] // 6]
        assert corner.min() == corner.max()


def test_hidden_colours_are_flattened_in_webm(tmp_path: Path, judge: Judge) -> None:
    out = write(tmp_path / "out.webm", frames(size=SIZE, noisy=True)[:3], soft_block(SIZE))
    corner = judge.pictures(out, "gray", decoder="libvpx-vp9")[:, :32, :32].astype(int)
    assert corner.max() - corner.min() < 12  # the noise that was there spans 255


def test_hidden_colours_are_flattened_in_png(tmp_path: Path) -> None:
    from PIL import Image

    layout = LAYOUTS["gbrp"]
    made = frames(layout, SIZE, noisy=True, colour=tags(layout))[:1]
    info = info_of(made)
    still = type(info)(info.path, info.size, info.layout, info.colour, still=True)
    pixels = np.asarray(Image.open(write(tmp_path / "out.png", made, soft_block(SIZE), info=still)))
    assert np.ptp(pixels[:32, :32, :3]) == 0
    green, blue, red = made[0].planes
    np.testing.assert_array_equal(pixels[:, 128:, :3], np.dstack([red, green, blue])[:, 128:])
    np.testing.assert_array_equal(pixels[..., 3], soft_block(SIZE))


@pytest.mark.parametrize("size", [(3, 35), (45, 47), (47, 47), (47, 64), (64, 359)])
@pytest.mark.parametrize("name", ["yuv420p", "yuv422p10le"])
def test_sides_that_four_slices_do_not_fit(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    made = frames(layout, size, noisy=True, colour=TV709)[:1]
    (planes,) = decoded(write(tmp_path / "out.mkv", made, np.full(size, 255, np.uint8)), layout, alpha=True)
    for mine, theirs in zip(made[0].planes, planes, strict=False):
        np.testing.assert_array_equal(theirs, mine)
