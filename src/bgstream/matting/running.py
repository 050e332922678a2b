"""How a session is asked: plainly, or with tensors bound to the device's memory so that they cross the bus once.

Both give the same answers. The bound way is for devices with memory of their own; the CPU takes part in it as well,
which is how it is tested where there is no such device.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime as ort

Value = Any  # an array, float32, or an OrtValue, which lies wherever the session left it
Feeds = Mapping[str, Value]


class Plain:
    """Everything in the host's memory; several threads may ask at once."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session

    def __call__(self, outputs: Sequence[str], feeds: Feeds) -> list[Value]:
        """The outputs asked for, in that order."""
        answers: list[Value] = self._session.run(list(outputs), dict(feeds))
        return answers


class Bound:
    """Inputs in the device's memory, kept from call to call; of the outputs only the first comes back.

    The others, the states of a recurrent network, stay where the next call needs them.

    Args:
        session: asked.
        memory: the device's memory, as onnxruntime names it.
        host: host memory that the device reads without a detour (pinned), or None: then inputs are written to the
            device's memory straight from where they lie.
    """

    def __init__(self, session: ort.InferenceSession, memory: str, host: Any = None) -> None:
        self._session, self._memory, self._host = session, memory, host
        self._inputs: dict[str, ort.OrtValue] = {}
        self._alone = threading.Lock()  # two threads would share the inputs

    def __call__(self, outputs: Sequence[str], feeds: Feeds) -> list[Value]:
        """The outputs asked for, in that order: the first as an array of its own, the rest where they are."""
        with self._alone:
            binding = self._session.io_binding()  # a binding that was run keeps its outputs and would write over them
            for name, value in feeds.items():
                binding.bind_ortvalue_input(name, self._placed(name, value))
            first, *others = outputs
            binding.bind_output(first, "cpu")
            for name in others:
                binding.bind_output(name, self._memory)
            binding.synchronize_inputs()
            self._session.run_with_iobinding(binding)
            binding.synchronize_outputs()
            answer, *kept = binding.get_outputs()
            return [np.array(answer.numpy()), *kept]

    def _placed(self, name: str, value: Value) -> ort.OrtValue:
        """A feed in memory that can be bound: in the same place as last time, if it has the same shape."""
        if isinstance(value, ort.OrtValue):
            return value
        place = self._inputs.get(name)
        if place is None or tuple(place.shape()) != value.shape:
            place = self._inputs[name] = self._room(value.shape)
        place.update_inplace(np.ascontiguousarray(value))
        return place

    def _room(self, shape: tuple[int, ...]) -> ort.OrtValue:
        if self._host is not None:
            return ort.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, memory_info=self._host)
        return ort.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, self._memory)


def pinned(provider: str) -> Any:
    """Host memory from which a provider's device copies without a detour; None where it offers none.

    Whether onnxruntime can hand such memory out is tried, not looked up: its Python interface is newer than
    the oldest version that we take.
    """
    try:
        infos = [
            device.memory_info(ort.OrtDeviceMemoryType.HOST_ACCESSIBLE)
            for device in ort.get_ep_devices()
            if device.ep_name == provider
        ]
        found = next((info for info in infos if info is not None), None)
        if found is not None:
            room = ort.OrtValue.ortvalue_from_shape_and_type((2,), np.float32, memory_info=found)
            room.update_inplace(np.array([1, 2], np.float32))
            found = found if room.numpy().tolist() == [1, 2] else None
    except Exception:  # listed and not to be had, or not even asked for in this version: pageable memory serves as well
        return None
    return found
