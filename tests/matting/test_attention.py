"""A closer look at small subjects, by a network whose truth is known: its answer is the picture's brightness."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS, RGB, Colour, Frame, rgb_matrix
from bgstream.matting import attention
from bgstream.matting.attention import MOST, Attention, _pasted
from bgstream.matting.cards import find_card
from bgstream.matting.look import Look
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from bgstream.progress import Clock
from tests.matting.tiny_networks import write_brightness, write_card

Float = NDArray[np.float32]
RAW = (48, 64)  # raw alpha's size: the network's
Box = tuple[float, float, float, float]  # top, left, bottom, right, in shares of the frame
BOXES: dict[str, Box] = {
    "middle": (0.3, 0.35, 0.62, 0.7),
    "top left": (0.0, 0.0, 0.3, 0.25),
    "bottom right": (0.65, 0.7, 1.0, 1.0),
    "left border": (0.3, 0.0, 0.7, 0.3),
    "bottom border": (0.7, 0.4, 1.0, 0.63),
    "wide": (0.47, 0.2, 0.55, 0.75),
    "tall": (0.1, 0.46, 0.85, 0.56),
}
SIZES = [(240, 320), (135, 181), (241, 322), (97, 141)]
LAYOUT_NAMES = ["yuv420p", "yuv422p10le", "yuv444p", "gbrp", "gbrp12le"]


class Counting(Segmenter):
    """Counts what it is asked, and remembers how large the pictures were."""

    def __init__(self, network: Path) -> None:
        super().__init__(find_card(str(network)), Device("cpu"))
        self.pieces: list[tuple[int, int]] = []

    def see(self, frame: Frame) -> tuple[Float, Float]:
        self.pieces.append(frame.size)
        for plane, shape in zip(frame.planes, frame.layout.shapes(*frame.size), strict=True):
            assert plane.shape == shape
        return super().see(frame)


@pytest.fixture
def network(tmp_path: Path) -> Counting:
    path = write_brightness(tmp_path / "net.onnx", size=RAW)
    write_card(path, size=RAW)
    return Counting(path)


@pytest.fixture(autouse=True)
def closer_look_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The closer look without the whole one beside it, so that its own place and values show."""
    monkeypatch.setattr(attention, "SAY", 1.0)


def ramp(places: tuple[Float, Float]) -> Float:
    """What is shown at a place (shares of the frame, rows and columns): 0.32 to 0.78, rising in both directions."""
    return np.asarray(0.32 + 0.2 * places[0] + 0.26 * places[1], np.float32)


def centres(size: tuple[int, int], covers: tuple[int, int] = (1, 1)) -> tuple[Float, Float]:
    """Where samples lie, in shares of the frame of ``size`` pixels, each covering so many of them."""
    counts = tuple(-(-side // cover) for side, cover in zip(size, covers, strict=True))
    rows, columns = (
        ((np.arange(count) + 0.5) * cover / side).astype(np.float32)
        for count, cover, side in zip(counts, covers, size, strict=True)
    )
    row, column = np.broadcast_arrays(rows[:, None], columns[None])
    return row, column


def painted(size: tuple[int, int], name: str, show: Callable[[tuple[Float, Float]], Float] = ramp) -> Frame:
    """A grey picture of ``show`` in any layout."""
    layout, colour = LAYOUTS[name], Colour(RGB, True) if LAYOUTS[name].rgb else Colour(1, True)
    planes = []
    for number, shape in enumerate(layout.shapes(*size)):
        grey = show(centres(size)) if layout.rgb or number == 0 else None
        code = np.full(shape, 1 << (layout.depth - 1)) if grey is None else np.rint(grey * layout.top)
        planes.append(code.astype(layout.dtype))
    return Frame(tuple(planes), layout, colour)


def rough(box: Box) -> Float:
    """A first answer that knows nothing but where the subject is."""
    rows, columns = centres(RAW)
    inside = (rows >= box[0]) & (rows <= box[2]) & (columns >= box[1]) & (columns <= box[3])
    return np.where(inside, 0.55, 0.25).astype(np.float32)


def look(frame: Frame, raw: Float, first: bool = True, gain: float = 1.0) -> Look:
    return Look(frame, raw, raw, first, gain)


def closer(network: Segmenter, *looks: Look) -> list[Look]:
    return list(Attention(network, Clock())(looks))


def inside(box: Box, inset: float = 0.0) -> NDArray[np.bool_]:
    rows, columns = centres(RAW)
    margin = inset / RAW[0]
    top, bottom = (box[0] + margin) * (box[0] > 0), box[2] - margin * (box[2] < 1)
    left, right = (box[1] + margin) * (box[1] > 0), box[3] - margin * (box[3] < 1)
    return np.asarray((rows >= top) & (rows <= bottom) & (columns >= left) & (columns <= right))


def off_by(answer: Float, box: Box) -> tuple[float, float]:
    """By how many samples of raw alpha the answer lies too far down and right, from where it should rise."""
    rows, columns = centres(RAW)
    part = inside(box, 1.0)
    wrong = (answer - ramp((rows, columns)))[part]
    slopes = np.stack([np.full(wrong.size, -0.2 / RAW[0]), np.full(wrong.size, -0.26 / RAW[1])])
    assert np.abs(wrong).max() < 0.02
    return float(np.median(wrong / slopes[0])), float(np.median(wrong / slopes[1]))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("box", BOXES)
def test_the_answer_lies_where_the_crop_lay(network: Counting, box: str, size: tuple[int, int]) -> None:
    """A wrong place by half a sample would be seen in the brightness, which rises down and right."""
    (answer,) = closer(network, look(painted(size, "yuv420p"), rough(BOXES[box])))
    assert len(network.pieces) == 1
    assert network.pieces[0][0] * network.pieces[0][1] < (MOST + 0.02) * size[0] * size[1]
    down, right = off_by(answer.raw, BOXES[box])
    assert abs(down) < 0.35
    assert abs(right) < 0.35


@pytest.mark.parametrize("name", LAYOUT_NAMES)
@pytest.mark.parametrize("size", [(240, 320), (135, 181)])
def test_every_layout_and_depth(network: Counting, name: str, size: tuple[int, int]) -> None:
    (answer,) = closer(network, look(painted(size, name), rough(BOXES["middle"])))
    assert max(np.abs(off_by(answer.raw, BOXES["middle"]))) < 0.35


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("box", BOXES)
def test_colour_lies_where_luma_lies(network: Counting, box: str, size: tuple[int, int]) -> None:
    """Nothing but Cr tells the way here, at half the size of luma."""
    layout, colour = LAYOUTS["yuv420p"], Colour(1, True)
    rows, columns = centres(size, (2, 2))
    red = np.rint(255 * (0.3 + 0.2 * rows + 0.2 * columns)).astype(np.uint8)
    frame = Frame((np.full(size, 128, np.uint8), np.full_like(red, 128), red), layout, colour)
    (answer,) = closer(network, look(frame, rough(BOXES[box])))
    weight = float(rgb_matrix(layout, colour)[:, 2].mean()) * 255  # of Cr 0..1 in the brightness
    rows, columns = centres(RAW)
    expected = 128 / 255 + weight * (0.3 + 0.2 * rows + 0.2 * columns - 128 / 255)
    part, step = inside(BOXES[box], 1.0), weight * 0.2 / RAW[1]
    wrong = (answer.raw - expected)[part]
    odd = any(side % 2 for side in size)  # then chroma covers half a pixel more than there is
    assert abs(float(np.median(wrong))) < (0.8 if odd else 0.2) * step
    assert np.abs(wrong).max() < 2 * step


@pytest.mark.parametrize("box", BOXES)
def test_beyond_the_crop_the_first_answer_stays_bit_for_bit(network: Counting, box: str) -> None:
    raw = rough(BOXES[box])
    (answer,) = closer(network, look(painted((240, 320), "yuv420p"), raw))
    top, left, bottom, right = BOXES[box]
    margin = 0.12 * max((bottom - top) * 240, (right - left) * 320)
    room = margin / 240 + 1.5 / RAW[0], margin / 320 + 1.5 / RAW[1]
    wide = (top - room[0], left - room[1], bottom + room[0], right + room[1])
    rows, columns = centres(RAW)
    near = (rows >= wide[0]) & (rows <= wide[2]) & (columns >= wide[1]) & (columns <= wide[3])
    np.testing.assert_array_equal(answer.raw[~near], raw[~near])


def test_the_crop_s_borders_fade_in_but_not_at_the_frame_s(network: Counting) -> None:
    """A first answer that is everywhere too dark by 0.2: the crop's borders show no step, the frame's are right."""
    truth = ramp(centres(RAW))
    raw = np.where(inside(BOXES["bottom right"]), truth - 0.2, 0).astype(np.float32)
    (answer,) = closer(network, look(painted((240, 320), "yuv420p", lambda at: ramp(at)), raw))
    np.testing.assert_allclose(answer.raw[-1, -8:], truth[-1, -8:], atol=0.02)
    changed = answer.raw - raw
    assert np.abs(np.diff(changed, axis=0)).max() < 0.6
    assert np.abs(changed[:20]).max() == 0


def test_no_crop_for_a_large_subject(network: Counting) -> None:
    given = look(painted((240, 320), "yuv420p"), rough((0.1, 0.1, 0.8, 0.8)))
    assert closer(network, given)[0] is given
    assert network.pieces == []


def test_no_crop_for_nobody(network: Counting) -> None:
    empty, speck = np.zeros(RAW, np.float32), np.zeros(RAW, np.float32)
    speck[10, 10:15] = 1  # 5 of 3072 samples: less than the least share
    for raw in (empty, speck):
        given = look(painted((240, 320), "yuv420p"), raw)
        assert closer(network, given)[0] is given
    assert network.pieces == []


def test_what_the_crop_takes_for_another_region_is_not_believed(network: Counting) -> None:
    """The whole frame decides what belongs to the subject."""

    def show(at: tuple[Float, Float]) -> Float:
        return np.where((at[0] > 0.4) & (at[0] < 0.6) & (at[1] > 0.45) & (at[1] < 0.6), 0.05, 0.95).astype(np.float32)

    raw = np.where(inside(BOXES["middle"]), 1, 0).astype(np.float32)
    (answer,) = closer(network, look(painted((240, 320), "yuv420p", show), raw))
    rows, columns = centres(RAW)
    assert answer.raw[(rows > 0.45) & (rows < 0.55) & (columns > 0.5) & (columns < 0.55)].min() > 0.9


def test_an_edge_between_samples_is_drawn_better(network: Counting) -> None:
    """A thin bright bar: the whole frame's answer against the crop's, by the coverage that is true."""

    def show(at: tuple[Float, Float]) -> Float:
        return np.where((at[0] > 0.35) & (at[0] < 0.6) & (at[1] > 0.403) & (at[1] < 0.604), 1.0, 0.0).astype(np.float32)

    size, fine = (480, 640), show(centres((480 * 2, 640 * 2)))
    truth = cv2.resize(fine, RAW[::-1], interpolation=cv2.INTER_AREA)
    raw = cv2.GaussianBlur(truth, (0, 0), 1.0)
    (answer,) = closer(network, look(painted(size, "yuv420p", show), np.asarray(raw, np.float32)))
    assert np.abs(answer.raw - truth).mean() < 0.65 * np.abs(raw - truth).mean()


def test_the_gain_of_the_shot_is_used(network: Counting) -> None:
    def dim(at: tuple[Float, Float]) -> Float:
        return np.asarray(ramp(at) / 2, np.float32)

    (answer,) = closer(network, look(painted((240, 320), "yuv420p", dim), rough(BOXES["middle"]), gain=2.0))
    assert max(np.abs(off_by(answer.raw, BOXES["middle"]))) < 0.5


def test_a_cut_begins_anew(network: Counting) -> None:
    """The box follows slowly within a shot; at a cut it is where the subject is."""
    frame = painted((240, 320), "yuv420p")
    near = (0.315, 0.365, 0.635, 0.715)
    here, there = (rough(box) for box in (BOXES["middle"], near))
    followed, cut, fresh = (
        closer(network, look(frame, here), look(frame, there, first=False))[1],
        closer(network, look(frame, here), look(frame, there))[1],
        closer(network, look(frame, there))[0],
    )
    np.testing.assert_array_equal(cut.raw, fresh.raw)
    assert np.abs(followed.raw - fresh.raw).max() > 0


def test_a_jump_is_followed_at_once(network: Counting) -> None:
    frame = painted((240, 320), "yuv420p")
    looks = [look(frame, rough(BOXES[box]), first=k == 0) for k, box in enumerate(("top left", "bottom right"))]
    jumped = closer(network, *looks)[1]
    np.testing.assert_array_equal(jumped.raw, closer(network, looks[1])[0].raw)


def test_someone_who_was_away_is_looked_at_afresh(network: Counting) -> None:
    frame, nobody = painted((240, 320), "yuv420p"), np.zeros(RAW, np.float32)
    near = (0.315, 0.365, 0.635, 0.715)
    raws = [rough(BOXES["middle"]), nobody, rough(near)]
    last = closer(network, *(look(frame, raw, first=k == 0) for k, raw in enumerate(raws)))[2]
    np.testing.assert_array_equal(last.raw, closer(network, look(frame, rough(near)))[0].raw)


def test_the_frame_s_own_alpha_and_padding_are_no_trouble(network: Counting) -> None:
    plain = painted((241, 323), "yuv420p")
    padded = []
    for plane in plain.planes:
        wide = np.full((plane.shape[0], plane.shape[1] + 13), 255, np.uint8)
        wide[:, : plane.shape[1]] = plane
        padded.append(wide[:, : plane.shape[1]])
    frame = Frame(tuple(padded), plain.layout, plain.colour, alpha=np.full((241, 323), 7, np.uint8))
    one, other = (closer(network, look(given, rough(BOXES["middle"])))[0] for given in (plain, frame))
    np.testing.assert_array_equal(one.raw, other.raw)
    assert other.frame is frame


def test_what_it_was_given_is_not_written_to(network: Counting) -> None:
    raw = rough(BOXES["middle"])
    before = raw.copy()
    closer(network, look(painted((240, 320), "yuv420p"), raw))
    np.testing.assert_array_equal(raw, before)


def test_a_network_of_another_size_than_raw_alpha(network: Counting) -> None:
    """Raw alpha twice as large as the network's answers."""
    large = cv2.resize(rough(BOXES["middle"]), (RAW[1] * 2, RAW[0] * 2), interpolation=cv2.INTER_NEAREST)
    (answer,) = closer(network, look(painted((240, 320), "yuv420p"), np.asarray(large, np.float32)))
    assert answer.raw.shape == (96, 128)
    small = cv2.resize(answer.raw, RAW[::-1], interpolation=cv2.INTER_AREA)
    assert max(np.abs(off_by(np.asarray(small, np.float32), BOXES["middle"]))) < 0.35


def test_a_crop_is_averaged_not_sampled() -> None:
    strands = np.zeros((48, 64), np.float32)
    strands[:, ::3] = 1  # a third of every place is covered
    pasted = _pasted(strands, np.full((48, 64), 0.5, np.float32), np.array([0.3, 0.3, 0.55, 0.55], np.float32))
    assert np.abs(pasted[17:23, 23:31] - 1 / 3).max() < 0.15
