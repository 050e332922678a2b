"""Shot cuts are found, movement and light are not taken for cuts."""

import numpy as np
from numpy.typing import NDArray

from bgstream.matting.cuts import CutDetector

Float = NDArray[np.float32]


def picture(seed: int) -> Float:
    """A scene of broad patches."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.kron(rng.random((9, 16)), np.ones((8, 8))), np.float32)


def cuts(frames: list[Float]) -> list[int]:
    detect = CutDetector()
    return [index for index, frame in enumerate(frames) if detect(frame)]


def test_every_shot_begins_with_a_cut() -> None:
    assert cuts([picture(k // 5) for k in range(20)]) == [0, 5, 10, 15]


def test_shots_of_one_frame() -> None:
    assert cuts([picture(0), picture(1), picture(2)])[:2] == [0, 1]


def test_a_pan_is_no_cut() -> None:
    scene = np.concatenate([picture(k) for k in range(3)], axis=1)
    assert cuts([scene[:, 2 * k : 2 * k + 128] for k in range(60)]) == [0]


def test_a_whip_pan_is_soon_known_for_what_it_is() -> None:
    scene = np.concatenate([picture(k) for k in range(6)], axis=1)
    assert max(cuts([scene[:, 8 * k : 8 * k + 128] for k in range(60)])) <= 4


def test_a_fade_and_noise_are_no_cuts() -> None:
    rng = np.random.default_rng(1)
    frames = [np.asarray(picture(3) * (1 - k / 30) + rng.normal(0, 0.05, (72, 128)), np.float32) for k in range(30)]
    assert cuts(frames) == [0]
