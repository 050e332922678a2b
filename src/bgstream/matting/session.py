"""ONNX sessions on the device that was asked for, or the best that really loads; never a silent fall-back."""

import contextlib
import io
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bgstream.errors import BgstreamError, ConfigError, DeviceError, ModelError, nearest
from bgstream.matting.choice import Choice, usual
from bgstream.matting.device import FIXES, MEMORY, PROVIDERS, Device, nvidia_present, obstacle, providers
from bgstream.matting.running import Bound, Feeds, Plain, Value, pinned

__all__ = ["AUTO", "FIXES", "PROVIDERS", "Choice", "Device", "Session", "find_device", "nvidia_present", "obstacle"]

ort.disable_telemetry_events()  # for a program that had imported onnxruntime before us; see bgstream/__init__.py

AUTO = ("cuda", "migraphx", "directml")  # the others by name only: TensorRT builds engines for minutes


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


class Session:
    """One network on one device.

    Args:
        name: for messages.
        data: the ONNX file's bytes.
        device: where to run.
        choice: options; the usual ones by default. Measured ones: :func:`bgstream.matting.cached.options_for`.

    Raises:
        ModelError: it is no network that onnxruntime can run.
        DeviceError: the device refused it.
    """

    def __init__(
        self,
        name: str,
        data: bytes,
        device: Device,
        choice: Choice | None = None,
    ) -> None:
        behind = providers(device.name)
        ort.set_default_logger_severity(4)
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):  # onnxruntime prints when it falls back; we refuse instead
                options = _options(choice or usual(len(data)))
                self._session = ort.InferenceSession(data, options, providers=behind)
        except Exception as error:  # onnxruntime's own error classes share no other base
            reason = str(error).splitlines()[0][:200]
            raise ModelError(
                f"model '{name}' cannot be loaded: {reason}", "give an ONNX file that onnxruntime runs"
            ) from None
        if self._session.get_providers()[0] != PROVIDERS[device.name]:
            reason = " ".join(said.getvalue().replace("*", " ").split())[:160] or "it does not load"
            raise DeviceError(f"device '{device.name}' refused model '{name}': {reason}", FIXES[device.name])
        self.name = name
        self._ask: Plain | Bound = Plain(self._session)
        if device.name in MEMORY:
            self.bind(MEMORY[device.name], pinned(PROVIDERS[device.name]))

    @property
    def bound(self) -> bool:
        """Whether tensors are put into the device's memory; no longer so once that has failed."""
        return isinstance(self._ask, Bound)

    def bind(self, memory: str, host: Any = None) -> None:
        """From now on ask with tensors in a device's memory, see :class:`bgstream.matting.running.Bound`."""
        self._ask = Bound(self._session, memory, host)

    def unbind(self) -> None:
        """From now on ask with everything in the host's memory."""
        self._ask = Plain(self._session)

    @property
    def inputs(self) -> list[Any]:
        """The graph's inputs, as onnxruntime describes them."""
        return list(self._session.get_inputs())

    @property
    def outputs(self) -> list[Any]:
        """The graph's outputs."""
        return list(self._session.get_outputs())

    def run(self, output: str, feeds: Feeds) -> NDArray[np.float32]:
        """One answer, see :meth:`ask`."""
        answer: NDArray[np.float32] = self.ask([output], feeds)[0]
        return answer

    def ask(self, outputs: list[str], feeds: Feeds) -> list[Value]:
        """The outputs asked for, in that order: the first as an array, the others as feeds for a next call.

        Those are arrays as well, unless they stayed in a device's memory.

        Raises:
            ModelError: the network failed (wrong input size, memory).
        """
        if self.bound:
            try:
                return self._ask(outputs, feeds)
            except Exception:  # whatever it was: either the plain way can do it, or its error is the one to tell
                self.unbind()
        try:
            return self._ask(outputs, feeds)
        except Exception as error:  # onnxruntime's own error classes share no other base
            reason = str(error).splitlines()[0][:200]
            raise ModelError(f"model '{self.name}' failed: {reason}", "check the card's input size and names") from None


def _options(choice: Choice) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads, options.inter_op_num_threads = choice.threads, 1
    options.enable_mem_pattern, options.enable_cpu_mem_arena = choice.pattern, choice.arena
    # Spinning threads take the codec's cores: small networks got three times slower on a busy machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
