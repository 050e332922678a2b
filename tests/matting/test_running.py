"""Tensors bound to a device's memory give the very answers of a plain run. The CPU stands in for the device."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from bgstream.errors import DeviceError, ModelError
from bgstream.matting.cards import find_card
from bgstream.matting.choice import Choice
from bgstream.matting.device import PROVIDERS, providers
from bgstream.matting.running import Bound, Plain, pinned
from bgstream.matting.session import Device, Session
from tests.matting.signatures import write_recurrent
from tests.matting.tiny_networks import write_brightness

CPU = Device("cpu")


def pair(name: str) -> tuple[Session, Session, str, str]:
    """A plain and a bound session of one network, its input and its output."""
    card = find_card(name)
    plain, bound = Session(name, card.load(), CPU), Session(name, card.load(), CPU)
    bound.bind("cpu")
    return plain, bound, plain.inputs[0].name, plain.outputs[0].name


@pytest.mark.parametrize(("name", "sizes"), [("selfie", [(256, 256)] * 3), ("u2netp", [(64, 64), (96, 64), (64, 64)])])
def test_bound_answers_are_the_plain_ones(name: str, sizes: list[tuple[int, int]]) -> None:
    plain, bound, source, mask = pair(name)
    rng = np.random.default_rng(0)
    for size in sizes:
        picture = rng.random((1, 3, *size), np.float32)
        np.testing.assert_array_equal(bound.run(mask, {source: picture}), plain.run(mask, {source: picture}))


def test_bound_answers_stay_what_they_were(tmp_path: Path) -> None:
    """Later questions must not write over an answer that somebody still looks at."""
    session = Session("net", write_brightness(tmp_path / "net.onnx").read_bytes(), CPU)
    session.bind("cpu")
    answers = [session.run("mask", {"picture": np.full((1, 3, 24, 32), value, np.float32)}) for value in (0.2, 0.6)]
    np.testing.assert_allclose([answer.mean() for answer in answers], [0.2, 0.6], atol=1e-6)


def test_states_stay_on_the_device(tmp_path: Path) -> None:
    data = write_recurrent(tmp_path / "net.onnx").read_bytes()
    plain, bound = Session("net", data, CPU), Session("net", data, CPU)
    bound.bind("cpu")
    outputs = ["pha", *(f"r{k}o" for k in range(1, 5))]
    rng = np.random.default_rng(0)
    feeds = {f"r{k}i": np.zeros((1, 1, 1, 1), np.float32) for k in range(1, 5)}
    kept = dict(feeds)
    for _ in range(4):
        picture = {"src": rng.random((1, 3, 20, 30), np.float32), "downsample_ratio": np.array([0.4], np.float32)}
        wanted, *states = plain.ask(outputs, {**picture, **feeds})
        found, *others = bound.ask(outputs, {**picture, **kept})
        np.testing.assert_array_equal(found, wanted)
        assert all(isinstance(value, ort.OrtValue) for value in others)
        for one, other in zip(others, states, strict=True):
            np.testing.assert_array_equal(one.numpy(), other)
        feeds = {f"r{k}i": value for k, value in enumerate(states, 1)}
        kept = {f"r{k}i": value for k, value in enumerate(others, 1)}


def test_inputs_keep_their_place(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx", size=None)
    session = ort.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    bound, rng = Bound(session, "cpu"), np.random.default_rng(0)
    places = []
    for size in ((8, 8), (8, 8), (8, 9)):
        bound(["mask"], {"picture": rng.random((1, 3, *size), np.float32)})
        places.append(bound._inputs["picture"])
    assert places[0] is places[1]
    assert places[1] is not places[2]


def test_inputs_that_are_not_contiguous(tmp_path: Path) -> None:
    network = write_brightness(tmp_path / "net.onnx", size=None)
    session = ort.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    picture = np.random.default_rng(0).random((1, 8, 9, 3), np.float32).transpose(0, 3, 1, 2)
    feeds = {"picture": picture}
    np.testing.assert_array_equal(Bound(session, "cpu")(["mask"], feeds)[0], Plain(session)(["mask"], feeds)[0])


def test_a_wrong_size_is_told_in_the_same_words() -> None:
    plain, bound, source, mask = pair("selfie")
    wrong = {source: np.zeros((1, 3, 32, 32), np.float32)}
    for session in (plain, bound):
        with pytest.raises(ModelError, match="model 'selfie' failed"):
            session.run(mask, wrong)


def test_where_binding_fails_the_plain_way_answers() -> None:
    """Drivers differ: a device that cannot be bound to is slower, and no reason to stop."""
    plain, bound, source, mask = pair("selfie")
    bound.bind("npu")  # memory that this machine has not
    assert bound.bound
    picture = np.random.default_rng(0).random((1, 3, 256, 256), np.float32)
    np.testing.assert_array_equal(bound.run(mask, {source: picture}), plain.run(mask, {source: picture}))
    assert not bound.bound


def test_pinned_memory_is_not_to_be_had_from_the_processor() -> None:
    assert pinned(PROVIDERS["cpu"]) is None


def test_an_allocator_that_gives_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Listed:
        ep_name = PROVIDERS["cuda"]

        def memory_info(self, kind: object) -> object:
            return object()

    monkeypatch.setattr(ort, "get_ep_devices", lambda: [Listed()])
    assert pinned(PROVIDERS["cuda"]) is None


def test_gpus_are_told_what_keeps_their_answers_steady(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BGSTREAM_CACHE", str(tmp_path / "cache"))
    assert providers("cpu") == [("CPUExecutionProvider", {})]
    cuda = dict(providers("cuda"))
    assert list(cuda) == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert cuda["CUDAExecutionProvider"]["cudnn_conv_algo_search"] == "HEURISTIC"
    assert list((tmp_path).iterdir()) == []
    engines = dict(providers("tensorrt"))
    assert list(engines) == ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    folder = engines["TensorrtExecutionProvider"]["trt_engine_cache_path"]
    assert Path(folder).is_dir()
    assert Path(folder).is_relative_to(tmp_path)


def test_no_folder_for_engines_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BGSTREAM_CACHE", str(tmp_path / "file"))
    with pytest.raises(DeviceError, match="no folder") as caught:
        providers("tensorrt")
    assert "BGSTREAM_CACHE" in caught.value.hint


def test_a_session_takes_the_options_it_is_given() -> None:
    session = Session("selfie", find_card("selfie").load(), CPU, choice=Choice(2, pattern=False, arena=False))
    options = session._session.get_session_options()
    assert (options.intra_op_num_threads, options.enable_mem_pattern, options.enable_cpu_mem_arena) == (2, False, False)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
