"""Devices by name: what runs them, what each is told, and why one cannot be used."""

import contextlib
import ctypes
import io
import os
from dataclasses import dataclass
from pathlib import Path

import onnxruntime as ort

from bgstream.errors import DeviceError
from bgstream.matting.cached import cache_folder

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
FIXES = {
    "cuda": "pip install 'onnxruntime-gpu[cuda,cudnn]' and a current NVIDIA driver; or --device cpu",
    "tensorrt": "pip install tensorrt and what --device cuda needs; or --device cpu",
    "migraphx": "install onnxruntime-migraphx for AMD GPUs; or --device cpu",
    "directml": "pip install onnxruntime-directml (Windows); or --device cpu",
    "coreml": "CoreML exists on macOS only; use --device cpu",
    "openvino": "pip install onnxruntime-openvino; or --device cpu",
}
QUICK = frozenset({"cuda", "tensorrt", "migraphx", "directml", "coreml"})
BATCH = {"cuda": 8, "tensorrt": 8, "migraphx": 8, "directml": 8}
ENGINES = frozenset({"tensorrt", "migraphx"})  # compile for a shape, for minutes: a batch of 5 is another one than of 8
MEMORY = {"cuda": "cuda", "tensorrt": "cuda"}  # whose memory we can put tensors into, as onnxruntime names it
HELPERS = {"tensorrt": ("cuda",)}  # who takes the nodes that it refuses, before the CPU
CUDA = {
    # By rule. "EXHAUSTIVE" times the candidates in every process anew, so that one run's mattes can differ from the
    # next one's.
    "cudnn_conv_algo_search": "HEURISTIC",
    "cudnn_conv_use_max_workspace": "1",  # without it only the convolutions that need little memory
    "do_copy_in_default_stream": "1",  # copies of their own stream may overtake the work
    "use_tf32": "1",  # ten bits of mantissa inside convolutions; half precision would need another file
}
TENSORRT = {
    "trt_fp16_enable": "1",
    "trt_engine_cache_enable": "1",  # an engine takes minutes to build
    "trt_timing_cache_enable": "1",
}
ENGINE_PATHS = ("trt_engine_cache_path", "trt_timing_cache_path")
OPTIONS = {"cuda": CUDA, "tensorrt": TENSORRT}


@dataclass(frozen=True, slots=True)
class Device:
    """Where networks run.

    Attributes:
        name: as in ``--device``.
        note: why a better one is not used although its hardware seems to be there; else empty.
    """

    name: str
    note: str = ""

    @property
    def quick(self) -> bool:
        """Whether any network can be asked about every frame."""
        return self.name in QUICK

    @property
    def batch(self) -> int:
        """Frames to ask about at once where nobody waits for the answer."""
        return BATCH.get(self.name, 1)

    @property
    def fixed(self) -> bool:
        """Whether batches are best of ``batch`` frames exactly."""
        return self.name in ENGINES


def providers(name: str) -> list[tuple[str, dict[str, str]]]:
    """A device's execution provider and those behind it, with their options; makes the folder for engines.

    Raises:
        DeviceError: that folder cannot be made.
    """
    names = dict.fromkeys([name, *HELPERS.get(name, ()), "cpu"])
    return [(PROVIDERS[name], _options(name)) for name in names]


def _options(name: str) -> dict[str, str]:
    options = dict(OPTIONS.get(name, {}))
    if name == "tensorrt":
        folder = cache_folder() / "tensorrt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            hint = "set BGSTREAM_CACHE to a folder that may be written to; or --device cpu"
            raise DeviceError(f"no folder for compiled networks: {folder}: {error.strerror}", hint) from None
        options |= dict.fromkeys(ENGINE_PATHS, str(folder))
    return options


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
