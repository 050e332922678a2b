"""The clean plate against exact truth: noise, exposure, a shaky camera, shadows, and a plate out of the clip."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.errors import ConfigError
from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.matting.keying.median import estimated_plate
from bgstream.matting.plate import CleanPlate
from bgstream.progress import Clock
from tests.keying.judging import judge, matted, truths_of
from tests.keying.scenes import Scene, Truth, planes_of

ROOM = Scene(screen=None)
SHIFT = (2.6, -1.4)


def exposed(truth: Truth) -> Truth:
    """A stop of a third brighter, warmer, and with raised black."""
    gains, starts = (1.1, 0.96, 1.04), (16, 128, 128)
    planes = tuple(
        np.clip(np.rint((plane - np.float32(start)) * gain + start + 2), 0, 255).astype(np.uint8)
        for plane, gain, start in zip(truth.frame.planes, gains, starts, strict=True)
    )
    return replace(truth, frame=replace(truth.frame, planes=planes))


def shaken(truth: Truth) -> Truth:
    def moved(plane: NDArray[Any], part: float) -> NDArray[Any]:
        matrix = np.array([[1, 0, SHIFT[0] * part], [0, 1, SHIFT[1] * part]])
        size = (plane.shape[1], plane.shape[0])
        out = cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(out, plane.dtype)

    planes = tuple(moved(plane, 0.5 if k else 1.0) for k, plane in enumerate(truth.frame.planes))
    return replace(truth, frame=replace(truth.frame, planes=planes), alpha=moved(truth.alpha, 1.0))


def same(truth: Truth) -> Truth:
    return truth


CASES: dict[str, tuple[Scene, Callable[[Truth], Truth], float]] = {
    "plain": (ROOM, same, 6.0),
    "noise": (replace(ROOM, noise=4.0), same, 6.0),
    "exposure and white balance": (ROOM, exposed, 6.5),
    "a shaky camera": (ROOM, shaken, 8.0),
    "a cast shadow": (replace(ROOM, shadow=0.4), same, 8.0),
    "4:4:4 in 10 bits": (replace(ROOM, layout="yuv444p10le"), same, 6.0),
    "R, G, B": (replace(ROOM, layout="gbrp", colour=Colour(0, full=True)), same, 6.5),
    "clothes like the wall": (replace(ROOM, cloth=(180, 165, 145)), same, 7.0),
}


@pytest.mark.parametrize("name", CASES)
def test_alpha_is_near_the_truth(name: str) -> None:
    scene, change, limit = CASES[name]
    truths = [change(truth) for truth in truths_of(scene)]
    assert judge(CleanPlate(scene.plate(), [], Clock()), truths).mad <= limit


def test_soft_edges_lose_the_room() -> None:
    truths = truths_of(replace(ROOM, layout="yuv444p"))
    fringe = judge(CleanPlate(replace(ROOM, layout="yuv444p").plate(), [], Clock()), truths).fringe
    assert fringe[1] <= 0.8 * fringe[0]


@pytest.mark.parametrize("change", [same, exposed, shaken])
def test_an_empty_room_stays_empty(change: Callable[[Truth], Truth]) -> None:
    scene = replace(ROOM, empty=True, noise=3.0)
    truths = [change(truth) for truth in truths_of(scene)]
    mattes = matted(CleanPlate(scene.plate(), [], Clock()), truths)
    assert max(matte.alpha.mean() for matte in mattes) < 1.0


def test_opaque_pixels_are_the_frame_s_own() -> None:
    truth = ROOM.truth(0)
    matte = CleanPlate(ROOM.plate(), [], Clock()).matte(truth.frame)
    solid = matte.alpha == 255
    assert solid.mean() > 0.1
    np.testing.assert_array_equal(matte.colours[0][solid], truth.frame.planes[0][solid])


def test_a_shadow_is_dropped_or_kept_as_black() -> None:
    scene = replace(ROOM, shadow=0.4)
    truth = scene.truth(0)
    kept, dropped = (CleanPlate(scene.plate(), [], Clock(), shadow=keep).matte(truth.frame) for keep in (True, False))
    cast = (truth.alpha < 0.01) & (truth.frame.planes[0] < 0.75 * scene.plate().planes[0])
    assert kept.alpha[cast].mean() > 50
    assert dropped.alpha[cast].mean() < 40
    assert np.median(kept.colours[0][cast & (kept.alpha > 40)]) < 60


def test_a_plate_is_estimated_where_the_subject_moves_on() -> None:
    scene = replace(ROOM, sway=0.25)
    samples = [scene.truth(index).frame for index in range(0, 48, 2)]
    plate = estimated_plate(samples)
    apart = np.abs(plate.planes[0].astype(int) - scene.plate().planes[0])
    assert np.quantile(apart, 0.9) <= 3


def test_the_plate_is_the_densest_half_in_time() -> None:
    layout = LAYOUTS["yuv420p"]
    grey = np.full((6, 8, 3), 0.5, np.float32)
    frames = [Frame(planes_of(grey + offset, layout, Colour(1)), layout, Colour(1)) for offset in (0, 0, 0.3, 0, -0.4)]
    np.testing.assert_array_equal(estimated_plate(frames).planes[0], frames[0].planes[0])


def test_too_few_samples_are_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match="cannot be estimated") as caught:
        CleanPlate(None, [ROOM.truth(0).frame] * 3, Clock())
    assert caught.value.hint


@pytest.mark.parametrize("other", [replace(ROOM, size=(200, 480)), replace(ROOM, layout="yuv444p")])
def test_a_plate_of_another_size_or_layout_is_refused(other: Scene) -> None:
    with pytest.raises(ConfigError, match="the plate is"):
        CleanPlate(other.plate(), [ROOM.truth(0).frame], Clock())
    with pytest.raises(ConfigError, match="the plate is"):
        CleanPlate(other.plate(), [], Clock()).matte(ROOM.truth(0).frame)


def test_the_same_frames_give_the_same_mattes() -> None:
    truths = truths_of(ROOM, 2)
    first, second = (matted(CleanPlate(ROOM.plate(), [], Clock()), truths) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.alpha, other.alpha)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 5), (1, 40), (40, 1), (17, 33)])
def test_tiny_pictures_work(size: tuple[int, int]) -> None:
    layout = LAYOUTS["yuv420p"]
    grey = Frame(planes_of(np.full((*size, 3), 0.5, np.float32), layout, Colour(1)), layout, Colour(1))
    assert CleanPlate(grey, [], Clock()).matte(grey).alpha.max() == 0


@pytest.mark.parametrize("shift", [(14, -8), (-20, 4)])
def test_a_camera_that_was_moved_is_found(shift: tuple[int, int]) -> None:
    scene = replace(ROOM, empty=True)
    frame = scene.truth(0).frame
    planes = tuple(
        np.roll(plane, (shift[1] // (1 + (k > 0)), shift[0] // (1 + (k > 0))), (0, 1))
        for k, plane in enumerate(frame.planes)
    )
    matte = CleanPlate(scene.plate(), [], Clock()).matte(replace(frame, planes=planes))
    assert matte.alpha[30:-30, 30:-30].mean() < 2


def test_it_is_a_matter() -> None:
    truths = truths_of(ROOM, 2)
    mattes = list(CleanPlate(ROOM.plate(), [], Clock())(truth.frame for truth in truths))
    assert [matte.frame for matte in mattes] == [truth.frame for truth in truths]
