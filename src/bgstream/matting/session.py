"""ONNX sessions on the device that was asked for, or the best that really loads; never a silent fall-back."""

import contextlib
import ctypes
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bgstream.errors import BgstreamError, ConfigError, DeviceError, ModelError, nearest

ort.disable_telemetry_events()  # for a program that had imported onnxruntime before us; see bgstream/__init__.py

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
AUTO = ("cuda", "migraphx", "directml")  # the others by name only: TensorRT builds engines for minutes
FIXES = {
    "cuda": "pip install 'onnxruntime-gpu[cuda,cudnn]' and a current NVIDIA driver; or --device cpu",
    "tensorrt": "pip install tensorrt and what --device cuda needs; or --device cpu",
    "migraphx": "install onnxruntime-migraphx for AMD GPUs; or --device cpu",
    "directml": "pip install onnxruntime-directml (Windows); or --device cpu",
    "coreml": "CoreML exists on macOS only; use --device cpu",
    "openvino": "pip install onnxruntime-openvino; or --device cpu",
}
MOST_THREADS = 8
SMALL = 1 << 20  # bytes of weights below which a second thread costs more than it gives (measured)


@dataclass(frozen=True, slots=True)
class Device:
    """Where networks run.

    Attributes:
        name: as in ``--device``.
        note: why a better one is not used although its hardware seems to be there; else empty.
    """

    name: str
    note: str = ""


def find_device(wanted: str) -> Device:
    """The device for a ``--device`` setting.

    Raises:
        ConfigError: no such name.
        DeviceError: asked for by name and cannot be had; says why and what to do.
    """
    if wanted != "auto":
        if wanted not in PROVIDERS:
            raise ConfigError(f"unknown device '{wanted}'", nearest(wanted, [*PROVIDERS, "auto"]))
        reason = obstacle(wanted)
        if reason:
            raise DeviceError(f"device '{wanted}' cannot be used: {reason}", FIXES[wanted])
        return Device(wanted)
    reasons = {}
    for name in AUTO:
        reasons[name] = obstacle(name) or _refusal(name)
        if not reasons[name]:
            return Device(name)
    wasted = reasons["cuda"] if nvidia_present() else ""
    return Device("cpu", f"an NVIDIA GPU is here but not used: {wasted}; {FIXES['cuda']}" if wasted else "")


def _refusal(name: str) -> str:
    """Why a device does not take a small network; empty if it does. What is listed need not load."""
    from bgstream.matting.cards import find_card

    try:
        Session("selfie", find_card("selfie").load(), Device(name))
    except BgstreamError as error:
        return str(error)
    return ""


def nvidia_present() -> bool:
    """Whether an NVIDIA GPU seems to be in this machine."""
    return Path("/dev/nvidia0").exists() or Path("/proc/driver/nvidia/version").exists()


def obstacle(name: str) -> str:
    """Why a device cannot be used, in a few words; empty if it can as far as can be told without a network."""
    if PROVIDERS[name] not in ort.get_available_providers():
        return "this onnxruntime was built without it"
    if name in ("cuda", "tensorrt") and os.name == "posix":
        return _missing_library(name)
    return ""


def _missing_library(name: str) -> str:
    """Load the provider's library as onnxruntime would: its own error goes to a log, ours to the user."""
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet):  # it prints what it does not find; the reason is given below
        ort.preload_dlls()
    capi = Path(ort.__file__).parent / "capi"
    try:
        ctypes.CDLL("libcuda.so.1")
        ctypes.CDLL(str(capi / "libonnxruntime_providers_shared.so"), mode=ctypes.RTLD_GLOBAL)
        ctypes.CDLL(str(capi / f"libonnxruntime_providers_{name}.so"))
    except OSError as error:
        return str(error).split(":")[0] + " is missing"
    return ""


class Session:
    """One network on one device.

    Args:
        name: for messages.
        data: the ONNX file's bytes.
        device: where to run.

    Raises:
        ModelError: it is no network that onnxruntime can run.
        DeviceError: the device refused it.
    """

    def __init__(self, name: str, data: bytes, device: Device) -> None:
        options = ort.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1 if len(data) < SMALL else min(os.cpu_count() or 1, MOST_THREADS)
        options.inter_op_num_threads = 1
        # Spinning threads take the codec's cores: small networks got three times slower on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        ort.set_default_logger_severity(4)
        providers = [PROVIDERS[device.name]] + ([] if device.name == "cpu" else [PROVIDERS["cpu"]])
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):  # onnxruntime prints when it falls back; we refuse instead
                self._session = ort.InferenceSession(data, options, providers=providers)
        except Exception as error:  # onnxruntime's own error classes share no other base
            reason = str(error).splitlines()[0][:200]
            raise ModelError(
                f"model '{name}' cannot be loaded: {reason}", "give an ONNX file that onnxruntime runs"
            ) from None
        if self._session.get_providers()[0] != PROVIDERS[device.name]:
            reason = " ".join(said.getvalue().replace("*", " ").split())[:160] or "it does not load"
            raise DeviceError(f"device '{device.name}' refused model '{name}': {reason}", FIXES[device.name])
        self.name = name

    @property
    def inputs(self) -> list[Any]:
        """The graph's inputs, as onnxruntime describes them."""
        return list(self._session.get_inputs())

    @property
    def outputs(self) -> list[Any]:
        """The graph's outputs."""
        return list(self._session.get_outputs())

    def run(self, output: str, feeds: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        """One answer, see :meth:`ask`."""
        return self.ask([output], feeds)[0]

    def ask(self, outputs: list[str], feeds: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """The outputs asked for, in that order.

        Raises:
            ModelError: the network failed (wrong input size, memory).
        """
        try:
            answers: list[NDArray[np.float32]] = self._session.run(outputs, feeds)
        except Exception as error:  # onnxruntime's own error classes share no other base
            reason = str(error).splitlines()[0][:200]
            raise ModelError(f"model '{self.name}' failed: {reason}", "check the card's input size and names") from None
        return answers
