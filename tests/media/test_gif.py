"""GIFs, judged by Pillow: which pixels are there, their colours, when each picture is shown, and that it loops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bgstream.backdrops import Transparent
from bgstream.compose import compose
from bgstream.errors import ConfigError, SinkError
from bgstream.frame import LAYOUTS, Frame, Matted, Plane
from bgstream.pipeline import run
from bgstream.settings import Settings
from bgstream.sinks import Delivery, open_sink, recipe_for
from bgstream.sinks.palette import Painter
from tests.media.catalogue import VFR, Catalogue
from tests.media.synthetic import SIZE, STEADY, TICK, frames, info_of, write
from tests.media.test_sink_fails import files_up_to

RGB = LAYOUTS["gbrp"]
SUBJECT = (170, 200, 90)  # red, green, blue of the flat synthetic pictures
RAMP = np.tile(np.linspace(0, 255, SIZE[1]).astype(np.uint8), (SIZE[0], 1))
TIMES = {
    "steady": (STEADY, TICK),
    "ntsc": (tuple(1001 * k for k in range(10)), Fraction(1, 30000)),
    "vfr": (VFR, Fraction(1, 90000)),
    "late": (tuple(t + 5120 for t in STEADY), TICK),
}


@dataclass(frozen=True)
class Seen:
    """What Pillow reads."""

    pixels: NDArray[np.uint8]  # (frames, height, width, 4)
    stands: list[int]  # milliseconds
    loop: int


def read(path: Path) -> Seen:
    with Image.open(path) as image:
        pixels, stands = [], []
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            pixels.append(np.asarray(image.convert("RGBA")))
            stands.append(int(image.info["duration"]))
        return Seen(np.stack(pixels), stands, int(image.info["loop"]))


def on(colour: tuple[int, int, int], target: Path, made: Sequence[Frame], alphas: Sequence[Plane]) -> Path:
    """Write frames with a matte each, edges mixed with a colour."""
    recipe = recipe_for(target, still=False, transparent=True, matte=False)
    with open_sink(target, recipe, info_of(made), Delivery(matte_colour=colour)) as sink:
        for frame, alpha in zip(made, alphas, strict=True):
            out = sink.blank(frame)
            compose(Matted(frame, alpha), Transparent(), out)
            sink.write(out)
    return target


@pytest.mark.parametrize("kind", TIMES)
def test_times_are_rounded_one_by_one(kind: str, tmp_path: Path) -> None:
    times, tick = TIMES[kind]
    seen = read(write(tmp_path / "out.gif", frames(RGB, times=times, tick=tick)))
    shown = [round((t - times[0]) * tick * 100) for t in times]
    assert len(seen.stands) == len(times)
    begins = [sum(seen.stands[:k]) // 10 for k in range(len(times))]
    assert all(abs(mine - theirs) <= 1 for mine, theirs in zip(begins, shown, strict=True))
    assert seen.loop == 0  # for ever


def test_the_last_picture_stands_as_long_as_it_did(tmp_path: Path) -> None:
    made = frames(RGB, times=(0, 100, 250), tick=Fraction(1, 1000))
    seen = read(write(tmp_path / "out.gif", made))  # each is said to last 100 ms
    assert seen.stands == [100, 150, 100]


def test_pictures_of_the_same_hundredth_are_all_there(tmp_path: Path) -> None:
    made = frames(RGB, times=(0, 2, 4, 30, 50), tick=Fraction(1, 1000))
    assert read(write(tmp_path / "out.gif", made)).stands[:4] == [10, 10, 10, 20]


def test_alpha_is_cut_at_one_half(tmp_path: Path) -> None:
    seen = read(write(tmp_path / "out.gif", frames(RGB), RAMP))
    for picture in seen.pixels:
        np.testing.assert_array_equal(picture[..., 3], np.where(RAMP >= 128, 255, 0))


@pytest.mark.parametrize("colour", [(255, 255, 255), (255, 0, 255), (0, 0, 0)], ids=["white", "magenta", "black"])
def test_soft_edges_are_mixed_with_the_matte_colour(colour: tuple[int, int, int], tmp_path: Path) -> None:
    made = frames(RGB)
    seen = read(on(colour, tmp_path / "out.gif", made, [RAMP] * len(made)))
    subject = np.array([made[0].planes[k][0, 0] for k in (2, 0, 1)], float)
    share = RAMP[..., None] / 255
    meant = subject * share + np.array(colour, float) * (1 - share)
    for picture in seen.pixels:
        np.testing.assert_allclose(picture[RAMP >= 128, :3], meant[RAMP >= 128], atol=6)


def test_the_palette_is_the_subject_s_alone_and_stands_still(tmp_path: Path) -> None:
    """Noise behind alpha 0 takes no entry: a subject of fewer than 255 colours comes back nearly as it was."""
    shades = np.tile(np.arange(0, 240, 5, dtype=np.uint8), 2)
    made = []
    for index, frame in enumerate(frames(RGB, noisy=True)):
        planes = tuple(plane.copy() for plane in frame.planes)
        for plane in planes:
            plane[:, index : index + 48] = shades[:48]
        made.append(Frame(planes, RGB, frame.colour, frame.pts, frame.time_base, frame.duration))
    alphas = [np.zeros(SIZE, np.uint8) for _ in made]
    for index, alpha in enumerate(alphas):
        alpha[:, index : index + 48] = 255
    seen = read(on((255, 255, 255), tmp_path / "out.gif", made, alphas))
    for index, picture in enumerate(seen.pixels):
        subject = picture[:, index : index + 48, :3].astype(int)
        np.testing.assert_allclose(subject, np.broadcast_to(shades[:48, None], subject.shape), atol=4)


def test_nothing_at_all(tmp_path: Path) -> None:
    seen = read(write(tmp_path / "out.gif", frames(RGB), np.zeros(SIZE, np.uint8)))
    assert seen.pixels[..., 3].max() == 0


def test_a_subject_that_leaves_is_gone(tmp_path: Path) -> None:
    """Nothing of a picture stays under the next."""
    made = frames(RGB)
    alphas = [np.full(SIZE, 255 if index < 5 else 0, np.uint8) for index in range(len(made))]
    seen = read(on((0, 0, 0), tmp_path / "out.gif", made, alphas))
    assert [int(picture[..., 3].min()) for picture in seen.pixels] == [255] * 5 + [0] * 5


def test_on_a_colour_every_pixel_is_there(tmp_path: Path) -> None:
    seen = read(write(tmp_path / "out.gif", frames(RGB), np.zeros(SIZE, np.uint8), green=True))
    np.testing.assert_allclose(seen.pixels, np.broadcast_to((0, 255, 0, 255), seen.pixels.shape), atol=1)


def test_a_stop_in_the_second_pass_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Painter, "__call__", stop)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "out.gif", frames(RGB))
    assert list(tmp_path.iterdir()) == []


def test_the_setting_is_a_colour(clip: Catalogue, tmp_path: Path) -> None:
    settings = Settings(model="selfie-landscape", matte_colour="#ff00ff")
    report = run(clip("plain.mp4"), tmp_path / "out.gif", settings)
    assert any("#ff00ff" in note for note in report.notes)
    assert len(read(tmp_path / "out.gif").stands) == report.frames == 12
    with pytest.raises(ConfigError, match="mauvish"):
        run(clip("plain.mp4"), tmp_path / "other.gif", replace(settings, matte_colour="mauvish"))


def test_where_writing_fails_nothing_waits_beside_it(tmp_path: Path) -> None:
    made = frames(RGB, (256, 256), noisy=True)
    with files_up_to(50_000), pytest.raises(SinkError, match="cannot write"):
        write(tmp_path / "out.gif", made, np.full((256, 256), 255, np.uint8))
    assert list(tmp_path.iterdir()) == []
