"""A real recurrent network, through a card given as a path: it gains from what it remembers, and can forget.

Robust Video Matting is under the GPL and never part of this project: the files lie beside the checkout, or the
test is skipped.
"""

from collections.abc import Generator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import Frame
from bgstream.matting.cards import find_card
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.protocols import Wants
from bgstream.sources import open_source

SHARED = Path(__file__).parents[3] / "shared"
CLIP, OTHER = "call_office_hair", "two_people_garage"
SIZES = ((288, 512), (192, 320))
CARD = """\
name = "rvm-fixture"
title = "Robust Video Matting at a fixed size"
subject = "person"
file = "{file}"
sha256 = ""
licence = "GPL-3.0-only"
origin = "see shared/weights/README.md"
[input]
name = "src"
size = [{height}, {width}]
mean = [0.0, 0.0, 0.0]
std = [1.0, 1.0, 1.0]
[output]
alpha = "pha"
foreground = "fgr"
"""
Float = NDArray[np.float32]


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def segmenter(request: pytest.FixtureRequest, tmp_path: Path) -> Segmenter:
    height, width = request.param
    weights = SHARED / "weights" / f"rvm_mnv3_{height}x{width}.onnx"
    if not weights.exists():
        pytest.skip(f"no {weights.name} beside the checkout (../shared/weights)")
    path = tmp_path / "card.toml"
    states = "".join(f'[[state]]\ninput = "r{k}i"\noutput = "r{k}o"\n' for k in range(1, 5))
    path.write_text(CARD.format(file=weights, height=height, width=width) + states)
    card = find_card(str(path))
    assert card.recurrent
    return Segmenter(card, Device("cpu"))


def path_of(clip: str, name: str) -> Path:
    path = SHARED / "eval" / "dev" / clip / name
    if not path.exists():
        pytest.skip(f"no {clip}/{name} beside the checkout (../shared/eval)")
    return path


def frames(clip: str, count: int) -> list[Frame]:
    """The first frames of a clip, copied: a source may use a frame's memory again."""
    stream = open_source(path_of(clip, "input.mp4"), Wants()).frames()
    found = [replace(frame, planes=tuple(plane.copy() for plane in frame.planes)) for frame in islice(stream, count)]
    if isinstance(stream, Generator):
        stream.close()
    return found


def truths(clip: str, size: tuple[int, int], count: int) -> list[Float]:
    """The true alpha at network size."""
    with av.open(path_of(clip, "alpha.mkv")) as container:
        found = [frame.to_ndarray(format="gray") for frame in islice(container.decode(video=0), count)]
    small = (cv2.resize(alpha, size[::-1], interpolation=cv2.INTER_AREA) for alpha in found)
    return [np.asarray(alpha, np.float32) / np.float32(255) for alpha in small]


def answers(segmenter: Segmenter, clip: list[Frame], forget: bool = False) -> list[Float]:
    """The raw alpha of each frame in order, after a fresh start; ``forget``: before each frame."""
    segmenter.reset()
    found = []
    for frame in clip:
        if forget:
            segmenter.reset()
        segmenter.see(frame)
        found.append(segmenter.answer())
    return found


def test_what_it_remembers_helps(segmenter: Segmenter) -> None:
    """Error and flicker against the truth, with the states carried and with zeros for each frame."""
    count = 12
    clip, truth = frames(CLIP, count), truths(CLIP, segmenter.size, count)
    carried, alone = (answers(segmenter, clip, forget) for forget in (False, True))
    np.testing.assert_array_equal(carried[0], alone[0])
    later = slice(4, None)  # the first frames have little to remember

    def error(found: list[Float]) -> float:
        return float(np.mean([np.abs(a - t).mean() for a, t in zip(found[later], truth[later], strict=True)]))

    def unrest(found: list[Float]) -> float:
        changes = np.diff(found[later], axis=0) - np.diff(truth[later], axis=0)
        return float(np.sqrt((changes**2).mean()))

    assert error(carried) < 0.97 * error(alone)
    assert unrest(carried) < 0.97 * unrest(alone)


def test_a_reset_is_a_fresh_start(segmenter: Segmenter) -> None:
    """At a cut nothing of the shot before is left; without the reset there is."""
    before, after = frames(CLIP, 4), frames(OTHER, 3)
    fresh = answers(segmenter, after)
    for frame in before:
        segmenter.see(frame)
        segmenter.answer()
    stained = segmenter._network.states
    np.testing.assert_array_equal(answers(segmenter, after), fresh)
    segmenter._network.states = stained
    segmenter.see(after[0])
    assert np.abs(segmenter.answer() - fresh[0]).max() > 0.01
