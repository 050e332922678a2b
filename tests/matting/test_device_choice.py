"""Devices: the best that really loads, or exactly the one asked for, or an error with the fix."""

import pytest

from bgstream.errors import ConfigError, DeviceError
from bgstream.matting import session
from bgstream.matting.cards import find_card
from bgstream.matting.session import FIXES, PROVIDERS, Device, Session, find_device, obstacle


def test_cpu_can_always_be_had() -> None:
    assert find_device("cpu") == Device("cpu")
    card = find_card("selfie")
    assert Session(card.name, card.load(), find_device("cpu")).inputs[0].name == card.input_name


def test_unknown_device_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        find_device("cudda")
    assert "'cuda'" in caught.value.hint


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name != "cpu"])
def test_device_asked_for_by_name_is_never_replaced(name: str) -> None:
    reason = obstacle(name)
    if not reason:
        assert find_device(name).name == name
        return
    with pytest.raises(DeviceError, match=name) as caught:
        find_device(name)
    assert reason in str(caught.value)
    assert caught.value.hint == FIXES[name]


def test_auto_takes_the_first_that_really_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {"cuda": "no driver", "migraphx": "", "directml": ""}
    monkeypatch.setattr(session, "obstacle", reasons.__getitem__)
    monkeypatch.setattr(session, "_refusal", lambda _: "")
    assert find_device("auto").name == "migraphx"


def test_auto_is_not_taken_in_by_what_is_only_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows without CUDA: the provider is listed, no library is looked for, and loading falls back."""
    missing = [name for name in session.AUTO if obstacle(name)]
    if missing != list(session.AUTO):
        pytest.skip("a GPU can be used on this machine")
    monkeypatch.setattr(session, "obstacle", lambda _: "")
    assert find_device("auto").name == "cpu"


def test_auto_says_when_a_gpu_lies_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "obstacle", lambda _: "libcublasLt.so.13 is missing")
    monkeypatch.setattr(session, "nvidia_present", lambda: True)
    device = find_device("auto")
    assert device.name == "cpu"
    assert "libcublasLt.so.13" in device.note


def test_provider_that_drops_out_at_load_is_an_error() -> None:
    """onnxruntime itself would fall back to the CPU with a line in a log."""
    card = find_card("selfie")
    missing = [name for name in ("cuda", "tensorrt") if obstacle(name)]
    if not missing:
        pytest.skip("CUDA and TensorRT both load on this machine")
    for name in missing:
        with pytest.raises(DeviceError, match=r"refused|cannot"):
            Session(card.name, card.load(), Device(name))
