"""Asking apart from seeing: in another thread, in batches, through another pair of eyes; always the same answers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.frame import LAYOUTS, RGB, Colour, Frame
from bgstream.matting.card import Card, Fit
from bgstream.matting.cards import find_card, pullable
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device
from tests.matting.signatures import write_recurrent
from tests.matting.tiny_networks import write_brightness, write_card

CPU = Device("cpu")
Float = NDArray[np.float32]


def noise(seed: int, size: tuple[int, int] = (90, 160)) -> Frame:
    rng = np.random.default_rng(seed)
    planes = tuple(rng.integers(0, 256, size).astype(np.uint8) for _ in range(3))
    return Frame(planes, LAYOUTS["gbrp"], Colour(RGB, True))


def answers(segmenter: Segmenter, frames: list[Frame], gain: float = 1.0) -> list[Float]:
    found = []
    for frame in frames:
        segmenter.see(frame)
        found.append(segmenter.answer(gain))
    return found


def tensors(segmenter: Segmenter, frames: list[Frame], gain: float = 1.0) -> list[Float]:
    found = []
    for frame in frames:
        segmenter.see(frame)
        found.append(segmenter.tensor(gain))
    return found


def assert_equal(found: list[Float], wanted: list[Float]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one, other)


def batched(path: Path) -> Card:
    """The brightness network with a free batch."""
    model = onnx.load(write_brightness(path))
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.save(model, str(path))
    write_card(path)
    return find_card(str(path))


class Counting:
    """Stands before a session and notes how many pictures each question held.

    Args:
        session: what answers.
        most: with more pictures it fails, as graphs do that reshape to a fixed batch inside.
    """

    def __init__(self, session: Any, most: int = 99) -> None:
        self._session, self._most, self.pictures = session, most, list[int]()

    def ask(self, outputs: list[str], feeds: dict[str, Any]) -> Any:
        self.pictures.append(len(feeds["picture"]))
        if self.pictures[-1] > self._most:
            raise ModelError("reshape", "")
        return self._session.ask(outputs, feeds)


def counted(segmenter: Segmenter, most: int = 99) -> Counting:
    counting = Counting(segmenter._network._session, most)
    segmenter._network._session = counting  # type: ignore[assignment]
    return counting


@pytest.mark.parametrize(("name", "size"), [("selfie", None), ("u2netp", (96, 64))])
@pytest.mark.parametrize("gain", [1.0, 1.7])
def test_asked_later_is_answered_alike(name: str, size: tuple[int, int] | None, gain: float) -> None:
    segmenter = Segmenter(find_card(name), CPU, size)
    frames = [noise(seed) for seed in range(3)]
    wanted = answers(segmenter, frames, gain)
    assert_equal(segmenter.ask(tensors(segmenter, frames, gain)), wanted)


def test_a_tensor_is_the_callers_own() -> None:
    segmenter = Segmenter(find_card("selfie"), CPU)
    first, _ = tensors(segmenter, [noise(0), noise(1)])
    again = tensors(segmenter, [noise(0)])[0]
    np.testing.assert_array_equal(first, again)
    assert first.shape == (3, 256, 256)
    assert first.dtype == np.float32


def test_one_thread_sees_while_another_asks() -> None:
    segmenter = Segmenter(find_card("u2netp"), CPU, (64, 64))
    frames = [noise(seed) for seed in range(12)]
    wanted = answers(segmenter, frames)
    with ThreadPoolExecutor(1) as other:
        asked = []
        for frame in frames:
            segmenter.see(frame)
            asked.append(other.submit(segmenter.ask, [segmenter.tensor()]))
        assert_equal([future.result()[0] for future in asked], wanted)


def test_a_twin_sees_for_itself_and_asks_the_same_network() -> None:
    segmenter = Segmenter(find_card("u2netp"), CPU, (64, 64))
    twin = segmenter.twin()
    (whole,), (part,) = answers(segmenter, [noise(0)]), answers(segmenter, [noise(1, (40, 50))])
    segmenter.see(noise(0))
    twin.see(noise(1, (40, 50)))
    assert_equal([segmenter.answer(), twin.answer()], [whole, part])
    assert twin._network is segmenter._network


def test_frames_of_several_sizes_are_cropped_as_they_were_seen(tmp_path: Path) -> None:
    path = write_brightness(tmp_path / "net.onnx", size=(40, 40))
    write_card(path, size=(40, 40))
    segmenter = Segmenter(replace(find_card(str(path)), fit=Fit("pad")), CPU)
    wanted = answers(segmenter, [noise(0, (80, 160)), noise(1, (160, 80))])
    assert [alpha.shape for alpha in wanted] == [(20, 40), (40, 20)]
    segmenter.see(noise(0, (80, 160)))
    wide, through = segmenter.tensor(), segmenter.window
    segmenter.see(noise(1, (160, 80)))
    assert_equal([*segmenter.ask([wide], through), *segmenter.ask([segmenter.tensor()])], wanted)


def test_a_network_that_takes_batches_is_asked_once(tmp_path: Path) -> None:
    segmenter = Segmenter(batched(tmp_path / "net.onnx"), CPU)
    frames = [noise(seed) for seed in range(5)]
    wanted = answers(segmenter, frames)
    counting = counted(segmenter)
    found = segmenter.ask(tensors(segmenter, frames))
    assert counting.pictures == [5]
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_one_picture_alone_is_no_batch(tmp_path: Path) -> None:
    segmenter = Segmenter(batched(tmp_path / "net.onnx"), Device("cpu"))
    frames = [noise(0)]
    assert_equal(segmenter.ask(tensors(segmenter, frames)), answers(segmenter, frames))
    assert segmenter.ask([]) == []


def test_engines_get_batches_of_one_size(tmp_path: Path) -> None:
    """Another number of pictures is another engine to such a device, which takes minutes to build."""
    segmenter = Segmenter(batched(tmp_path / "net.onnx"), CPU)
    segmenter._network._full = 8
    frames = [noise(seed) for seed in range(3)]
    wanted = answers(segmenter, frames)
    counting = counted(segmenter)
    np.testing.assert_allclose(segmenter.ask(tensors(segmenter, frames)), wanted, atol=1e-6)
    assert counting.pictures == [8]


def test_a_graph_that_only_says_that_it_takes_batches_is_asked_one_by_one(tmp_path: Path) -> None:
    segmenter = Segmenter(batched(tmp_path / "net.onnx"), CPU)
    frames = [noise(seed) for seed in range(3)]
    wanted = answers(segmenter, frames)
    counting = counted(segmenter, most=1)
    assert_equal(segmenter.ask(tensors(segmenter, frames)), wanted)
    assert_equal(segmenter.ask(tensors(segmenter, frames)), wanted)
    assert counting.pictures == [3, 1, 1, 1, 1, 1, 1]  # tried once


def test_a_fixed_batch_is_respected(tmp_path: Path) -> None:
    path = write_brightness(tmp_path / "net.onnx")
    write_card(path)
    segmenter = Segmenter(find_card(str(path)), CPU)
    frames = [noise(seed) for seed in range(3)]
    wanted, counting = answers(segmenter, frames), counted(segmenter)
    assert_equal(segmenter.ask(tensors(segmenter, frames)), wanted)
    assert counting.pictures == [1, 1, 1]


def test_a_recurrent_network_is_asked_in_order_and_forgets(tmp_path: Path) -> None:
    card = pullable()["rvm-mobilenetv3"]
    card = replace(card, weights=write_recurrent(tmp_path / "net.onnx"), sha256="", download=None)
    segmenter = Segmenter(card, CPU)
    frames = [noise(seed) for seed in range(4)]
    wanted = answers(segmenter, frames)
    seen = tensors(segmenter, frames)
    assert np.abs(segmenter.ask(seen[:1])[0] - wanted[0]).max() > 0.001  # it remembers the frames before
    segmenter.reset()
    assert_equal(segmenter.ask(seen), wanted)


@pytest.mark.parametrize(
    ("name", "quick", "batch"),
    [("cpu", False, 1), ("openvino", False, 1), ("cuda", True, 8), ("tensorrt", True, 8), ("coreml", True, 1)],
)
def test_what_a_device_is_good_for(name: str, quick: bool, batch: int) -> None:
    assert (Device(name).quick, Device(name).batch) == (quick, batch)
