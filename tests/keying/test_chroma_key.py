"""The chroma key against exact truth: screens, light, noise, layouts and clothes of all kinds."""

from dataclasses import replace

import numpy as np
import pytest

from bgstream.errors import ConfigError
from bgstream.frame import LAYOUTS, Colour, Frame
from bgstream.matting.key import ChromaKey
from bgstream.progress import Clock
from tests.keying.judging import judge, matted, truths_of
from tests.keying.scenes import BLUE, GREEN, Scene, Truth, planes_of

BASE = Scene()
FULL_RGB = Colour(0, full=True)
SCENES = {
    "green": (BASE, 4.5),
    "blue": (replace(BASE, screen=BLUE), 4.5),
    "uneven light": (replace(BASE, uneven=0.6), 4.5),
    "noise": (replace(BASE, noise=4.0), 4.5),
    "4:2:2 in 10 bits": (replace(BASE, layout="yuv422p10le"), 4.0),
    "4:4:4": (replace(BASE, layout="yuv444p"), 3.0),
    "R, G, B": (replace(BASE, layout="gbrp", colour=FULL_RGB), 3.0),
    "BT.601, full range": (replace(BASE, colour=Colour(6, full=True)), 4.5),
    "odd size": (replace(BASE, size=(271, 483)), 4.5),
    "out of focus": (replace(BASE, blur=2.5), 4.5),
    "olive clothes": (replace(BASE, cloth=(110, 120, 60)), 5.0),
    "jeans on blue": (replace(BASE, screen=BLUE, cloth=(60, 80, 120)), 9.0),
    "white clothes": (replace(BASE, cloth=(225, 225, 225)), 4.0),
    "translucent veil": (replace(BASE, veil=True), 11.0),
    "cast shadow": (replace(BASE, shadow=0.4), 8.0),
}


def key_for(truths: list[Truth], colour: tuple[int, int, int] | None = None, shadow: bool = False) -> ChromaKey:
    return ChromaKey(colour, [truth.frame for truth in truths[::2]], Clock(), shadow=shadow)


@pytest.mark.parametrize("name", SCENES)
def test_alpha_is_near_the_truth_and_edges_lose_the_screen(name: str) -> None:
    scene, limit = SCENES[name]
    truths = truths_of(scene)
    figures = judge(key_for(truths), truths)
    assert figures.mad <= limit
    assert figures.spill[1] <= max(3.3, 1.05 * figures.spill[0])
    assert figures.fringe[1] <= (0.85 if scene.shadow else 0.72) * figures.fringe[0]


def test_spill_is_taken_off() -> None:
    truths = truths_of(replace(BASE, spill=0.3, layout="yuv444p", cloth=(200, 190, 180)))
    figures = judge(key_for(truths), truths)
    assert figures.spill[0] > 4
    assert figures.spill[1] <= 3


def test_an_empty_screen_stays_empty() -> None:
    truths = truths_of(replace(BASE, empty=True, noise=3.0))
    assert max(matte.alpha.mean() for matte in matted(key_for(truths), truths)) < 0.5


@pytest.mark.parametrize("colour", [GREEN, (0, 255, 0), (30, 140, 60)])
def test_a_given_colour_finds_the_screen_as_it_is(colour: tuple[int, int, int]) -> None:
    truths = truths_of(BASE, 2)
    assert judge(key_for(truths, colour), truths).mad <= 4.5


def test_a_room_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match="no screen") as caught:
        key_for(truths_of(Scene(screen=None), 2))
    assert caught.value.hint


def test_grey_is_no_colour_to_key() -> None:
    with pytest.raises(ConfigError, match="saturated"):
        key_for(truths_of(BASE, 1), (128, 130, 128))


def test_without_samples_there_is_nothing_to_pick_from() -> None:
    with pytest.raises(ConfigError):
        ChromaKey(None, [], Clock())


@pytest.mark.parametrize("layout", ["yuv420p", "gbrp"])
def test_without_spill_removal_opaque_pixels_are_the_frame_s_own(layout: str) -> None:
    truths = truths_of(replace(BASE, layout=layout), 2)
    keyer = ChromaKey(None, [truth.frame for truth in truths], Clock(), spill=False)
    for matte in matted(keyer, truths):
        solid = matte.alpha == 255
        assert solid.mean() > 0.1
        np.testing.assert_array_equal(matte.colours[0][solid], matte.frame.planes[0][solid])


def test_deep_inside_nothing_is_changed_at_all() -> None:
    truths = truths_of(BASE, 2)
    matte = matted(key_for(truths), truths)[1]
    torso = (slice(110, 130), slice(118, 136))  # chroma rows and columns
    for own, plane in zip(matte.colours[1:], matte.frame.planes[1:], strict=True):
        np.testing.assert_array_equal(own[torso], plane[torso])


def test_a_shadow_is_dropped_or_kept_as_black() -> None:
    scene = replace(BASE, shadow=0.5, sway=0.2)
    truths = truths_of(scene, 8)
    still = replace(scene, shadow=0.0)
    kept, dropped = (matted(key_for(truths, shadow=keep), truths)[4] for keep in (True, False))
    alone = truths[4].alpha < 0.01
    cast = alone & (truths[4].frame.planes[0] < 0.8 * still.truth(12).frame.planes[0])
    assert dropped.alpha[cast].mean() < 20
    assert kept.alpha[cast].mean() > 40
    assert np.median(kept.colours[0][cast & (kept.alpha > 30)]) < 40


def test_after_a_cut_the_first_shot_is_forgotten() -> None:
    first, second = truths_of(BASE, 3), truths_of(replace(BASE, uneven=0.7, cloth=(40, 40, 160), sway=0.3), 3)
    dark = [replace(truth, frame=_darker(truth.frame)) for truth in second]
    keyer = key_for(first + dark)
    matted(keyer, first)
    fresh = key_for(first + dark)
    for after, alone in zip(matted(keyer, dark), matted(fresh, dark), strict=True):
        np.testing.assert_array_equal(after.alpha, alone.alpha)


def _darker(frame: Frame) -> Frame:
    luma = (frame.planes[0].astype(np.float32) * 0.5 + 8).astype(np.uint8)
    chroma = tuple(np.rint(128 + (plane.astype(np.float32) - 128) * 0.5).astype(np.uint8) for plane in frame.planes[1:])
    return replace(frame, planes=(luma, *chroma))


def test_the_same_frames_give_the_same_mattes() -> None:
    truths = truths_of(BASE, 2)
    for first, second in zip(matted(key_for(truths), truths), matted(key_for(truths), truths), strict=True):
        np.testing.assert_array_equal(first.alpha, second.alpha)
        for one, other in zip(first.colours, second.colours, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 5), (1, 40), (40, 1), (17, 33)])
def test_tiny_pictures_work(size: tuple[int, int]) -> None:
    layout = LAYOUTS["yuv420p"]
    green = np.broadcast_to(np.array(GREEN, np.float32) / np.float32(255), (*size, 3)).astype(np.float32)
    frame = Frame(planes_of(green, layout, Colour(1)), layout, Colour(1))
    assert ChromaKey(GREEN, [frame], Clock()).matte(frame).alpha.max() == 0


@pytest.mark.parametrize("layout", ["yuv420p", "gbrp"])
def test_alpha_that_a_picture_brings_counts_too(layout: str) -> None:
    truth = replace(BASE, layout=layout).truth(0)
    half = np.full(truth.alpha.shape, 128, np.uint8)
    matte = key_for([truth]).matte(replace(truth.frame, alpha=half))
    assert matte.alpha.max() == 128


def test_it_is_a_matter() -> None:
    truths = truths_of(BASE, 2)
    mattes = list(key_for(truths)(truth.frame for truth in truths))
    assert [matte.frame for matte in mattes] == [truth.frame for truth in truths]
