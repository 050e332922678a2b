"""Frames to raw alpha: the fused down-scale into the network's tensor, and the network."""

from dataclasses import replace

import numpy as np
from bgstream_kernels import Downscaler
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.frame import Frame, rgb_matrix
from bgstream.matting.card import Card, Fit, Size
from bgstream.matting.session import Device, Session
from bgstream.matting.tensors import constants, match_tensors
from bgstream.matting.window import WIDE, Window, window

Float = NDArray[np.float32]
STRAY = 0.5  # how far beyond 0..1 an answer may be rounded off; farther, it is in other units


class Segmenter:
    """One network, asked about one frame at a time.

    A recurrent network (``card.recurrent``) remembers: every frame is to be seen and answered once, in order, and
    ``reset()`` called where a new shot begins. Frames of another size than before reset it by themselves.

    Args:
        card: the network.
        device: where it runs.
        size: (height, width) to ask it at, where the network is free in size; by default the card's rules.

    Attributes:
        card: the network.
        size: (height, width) of the raw alpha, which covers the frame exactly. With a card that keeps the aspect
            (``fit`` is not ``stretch``) it follows the frame seen last; before any, it is that of a 16:9 frame.

    Raises:
        ModelError: the weights or the card are of no use.
        DeviceError: the device refused the network.
    """

    def __init__(self, card: Card, device: Device, size: Size | None = None) -> None:
        self.card = card
        self._asked = replace(card, size=size, fit=card.fit if card.fit.how == "pad" else Fit()) if size else card
        self._session = Session(card.name, card.load(), device)
        self._tensors = match_tensors(card, self._session)
        self._states: dict[str, Float] = self._tensors.zeros
        self._scaler: Downscaler | None = None
        self._shape: Size = (0, 0)
        std, mean = (np.array(triple, np.float32)[:, None, None] for triple in (card.std, card.mean))
        self._gain: Float = np.float32(1) / std
        self._shift: Float = -mean / std
        self._plain = card.mean == (0, 0, 0) and card.std == (1, 1, 1)
        self._frame_as(window(self._asked, WIDE))

    def _frame_as(self, seen: Window) -> None:
        self._window, self.size = seen, seen.size
        self._rgb = np.empty((3, *seen.size), np.float32)
        self._tensor = np.zeros((3, *seen.tensor), np.float32)  # beside the frame: 0, the mean colour
        self._constants = constants(self.card, seen.tensor)
        self.reset()

    def reset(self) -> None:
        """Forget the frames seen so far, as at the first one; of no effect unless the network is recurrent."""
        self._states = self._tensors.zeros

    def see(self, frame: Frame) -> tuple[Float, Float]:
        """Look at a frame, as the network will see it.

        Returns:
            R, G, B (3, height, width) and luma (height, width) at ``size``, float32 0..1; valid until the next
            frame.
        """
        if self._scaler is None or frame.size != self._shape:
            self._frame_as(window(self._asked, frame.size))
            chroma = (frame.planes[1].shape[0], frame.planes[1].shape[1])
            self._scaler, self._shape = Downscaler(frame.size, chroma, self.size), frame.size
        matrix = np.zeros((3, 6), np.float32)
        matrix[:, :4] = rgb_matrix(frame.layout, frame.colour.known(frame.size[0]))
        matrix[:, 4] = 1
        first, second, third = frame.planes
        return self._rgb, self._scaler((first, second, third), matrix, self._rgb)

    def answer(self, gain: float = 1.0) -> Float:
        """Raw alpha of the frame seen last: (height, width) as ``size`` says, float32 0..1.

        Args:
            gain: brightens the picture first, see :class:`bgstream.matting.exposure.Exposure`.

        Raises:
            ModelError: the network fails or answers with something that is no mask.
        """
        batch = self._normalised(gain)[None]
        feed = np.ascontiguousarray(batch.transpose(0, 2, 3, 1)) if self.card.channels_last else batch
        feeds = {self._tensors.image: feed, **self._constants, **self._states}
        alpha, *carried = self._session.ask(self._tensors.outputs, feeds)
        self._states = {state.input: value for state, value in zip(self.card.states, carried, strict=True)}
        return self._cropped(self._mask(np.squeeze(alpha)))

    def _mask(self, raw: Float) -> Float:
        """An answer, checked, as alpha 0..1: by a fixed rule, never by its own smallest and largest value."""
        if raw.ndim != 2:
            raise ModelError(f"model '{self.card.name}' answers {raw.shape}, no mask", "check the card's output")
        if not np.isfinite(raw.sum()):  # one such value would stay in everything temporal
            raise ModelError(f"model '{self.card.name}' answers with NaN or infinity", "use --device cpu")
        if self.card.sigmoid:
            return np.float32(0.5) + np.float32(0.5) * np.tanh(raw / 2)  # the sigmoid, without its overflow
        low, high = float(raw.min()), float(raw.max())
        if low < -STRAY or high > 1 + STRAY:
            hint = 'its card needs activation = "sigmoid", or names the wrong output'
            raise ModelError(f"model '{self.card.name}' answers from {low:.3g} to {high:.3g} instead of 0 to 1", hint)
        return np.clip(raw, np.float32(0), np.float32(1))

    def _cropped(self, mask: Float) -> Float:
        """The part of an answer that is the frame's."""
        tensor = self._window.tensor
        if mask.shape != tensor:
            import cv2

            mask = np.asarray(cv2.resize(mask, tensor[::-1], interpolation=cv2.INTER_LINEAR))
        return np.ascontiguousarray(mask[self._window.rows, self._window.columns], np.float32)

    def _normalised(self, gain: float) -> Float:
        """What the network is fed: the picture itself where there is nothing to do to it."""
        seen = self._rgb
        if self._plain and gain == 1 and self.size == self._window.tensor:
            return seen
        inside = self._tensor[:, self._window.rows, self._window.columns]
        if gain != 1:
            seen = np.minimum(np.multiply(seen, np.float32(gain), out=inside), np.float32(1), out=inside)
        np.multiply(seen, self._gain, out=inside)
        if not self._plain:
            inside += self._shift
        return self._tensor
