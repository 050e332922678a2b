"""A network as its card describes it: pictures that it can take in, raw alpha out, checked; it may remember."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.matting.cached import options_for
from bgstream.matting.card import Card, Size
from bgstream.matting.choice import SMALL
from bgstream.matting.running import Value
from bgstream.matting.session import Device, Session
from bgstream.matting.tensors import constants, match_tensors, takes_batches
from bgstream.matting.window import Window

Float = NDArray[np.float32]
STRAY = 0.5  # how far beyond 0..1 an answer may be rounded off; farther, it is in other units


class Network:
    """One network on one device.

    Args:
        card: what it takes and answers.
        device: where it runs.
        size: (height, width) of the input that is to be expected.
        threads: that share one question; 0 for what was measured, or is usual.

    Attributes:
        heavy: so large that one question may take longer than a frame lasts.

    Raises:
        ModelError: the weights or the card are of no use.
        DeviceError: the device refused the network.
    """

    def __init__(self, card: Card, device: Device, size: Size, threads: int = 0) -> None:
        self._card = card
        self._full = device.batch if device.fixed else 0
        data = card.load()
        self.heavy = len(data) >= SMALL
        self._session = Session(card.name, data, device, options_for(data, size, device.name, threads))
        self._tensors = match_tensors(card, self._session)
        self._batches = takes_batches(card, self._tensors, self._session)
        self.states: dict[str, Value] = dict(self._tensors.zeros)
        self._through: Window | None = None

    def reset(self) -> None:
        """Forget the frames answered so far; of no effect unless the network is recurrent."""
        self.states = dict(self._tensors.zeros)

    def ask(self, tensors: Sequence[Float], window: Window) -> list[Float]:
        """Raw alpha of pictures, in order.

        Args:
            tensors: normalised, each (3, height, width), float32.
            window: where the frame lies in each of them. Another one than before is another clip to a recurrent
                network, which then forgets.

        Returns:
            For each, (height, width) as ``window.size``, float32 0..1, memory of its own.

        Raises:
            ModelError: the network fails or answers with something that is no mask.
        """
        if window is not self._through:
            self.reset()
            self._through = window
        found: list[Float] = []
        for _, alike in groupby(tensors, lambda tensor: tensor.shape):
            group = list(alike)
            masks = self._batch(group) if len(group) > 1 and self._batches else self._each(group)
            found += [self._cropped(self._mask(mask), window) for mask in masks]
        return found

    def _each(self, tensors: Sequence[Float]) -> list[Float]:
        return [np.squeeze(self._run(tensor[None])) for tensor in tensors]

    def _batch(self, tensors: Sequence[Float]) -> list[Float]:
        """All at once; one by one from now on where a graph takes batches only by its own word."""
        repeated = [tensors[-1]] * (self._full - len(tensors))
        try:
            answers = self._run(np.stack([*tensors, *repeated]))
        except ModelError:
            self._batches = False  # a failure that has another reason shows again at once
            return self._each(tensors)
        if len(answers) < len(tensors):
            self._batches = False
            return self._each(tensors)
        return [np.squeeze(answer) for answer in answers[: len(tensors)]]

    def _run(self, batch: Float) -> Float:
        card = self._card
        feed = np.ascontiguousarray(batch.transpose(0, 2, 3, 1)) if card.channels_last else batch
        feeds = {self._tensors.image: feed, **constants(card, batch.shape[2:]), **self.states}
        alpha, *carried = self._session.ask(self._tensors.outputs, feeds)
        self.states = {state.input: value for state, value in zip(card.states, carried, strict=True)}
        return np.asarray(alpha)

    def _mask(self, raw: Float) -> Float:
        """An answer, checked, as alpha 0..1: by a fixed rule, never by its own smallest and largest value."""
        name = self._card.name
        if raw.ndim != 2:
            raise ModelError(f"model '{name}' answers {raw.shape}, no mask", "check the card's output")
        if not np.isfinite(raw.sum()):  # one such value would stay in everything temporal
            raise ModelError(f"model '{name}' answers with NaN or infinity", "use --device cpu")
        if self._card.sigmoid:
            return np.float32(0.5) + np.float32(0.5) * np.tanh(raw / 2)  # the sigmoid, without its overflow
        low, high = float(raw.min()), float(raw.max())
        if low < -STRAY or high > 1 + STRAY:
            hint = 'its card needs activation = "sigmoid", or names the wrong output'
            raise ModelError(f"model '{name}' answers from {low:.3g} to {high:.3g} instead of 0 to 1", hint)
        return np.clip(raw, np.float32(0), np.float32(1))

    @staticmethod
    def _cropped(mask: Float, window: Window) -> Float:
        """The part of an answer that is the frame's."""
        if mask.shape != window.tensor:
            import cv2

            mask = np.asarray(cv2.resize(mask, window.tensor[::-1], interpolation=cv2.INTER_LINEAR))
        return np.ascontiguousarray(mask[window.rows, window.columns], np.float32)
