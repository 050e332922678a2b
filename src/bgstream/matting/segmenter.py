"""Frames to raw alpha: the fused down-scale into the network's tensor, and the network."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Self

import numpy as np
from bgstream_kernels import Downscaler
from numpy.typing import NDArray

from bgstream.frame import Frame, rgb_matrix
from bgstream.matting.card import Card, Fit, Size
from bgstream.matting.network import Network
from bgstream.matting.session import Device
from bgstream.matting.window import WIDE, Window, window

Float = NDArray[np.float32]


class Segmenter:
    """One network, and the eyes that it sees frames with.

    A recurrent network (``card.recurrent``) remembers: every frame is to be seen and answered once, in order, and
    ``reset()`` called where a new shot begins. Frames of another size than before reset it by themselves.

    Two threads may share it: one that calls ``see`` and ``tensor``, and one that calls ``ask`` and ``reset``.

    Args:
        card: the network.
        device: where it runs.
        size: (height, width) to ask it at, where the network is free in size; by default the card's rules.
        threads: that share one question; 0 for what was measured, or is usual.

    Attributes:
        card: the network.
        heavy: so large that one question may take longer than a frame lasts.
        size: (height, width) of the raw alpha, which covers the frame exactly. With a card that keeps the aspect
            (``fit`` is not ``stretch``) it follows the frame seen last; before any, it is that of a 16:9 frame.
        window: where the frame seen last lies in the network's input.

    Raises:
        ModelError: the weights or the card are of no use.
        DeviceError: the device refused the network.
    """

    def __init__(self, card: Card, device: Device, size: Size | None = None, threads: int = 0) -> None:
        self.card = card
        self._asked = replace(card, size=size, fit=card.fit if card.fit.how == "pad" else Fit()) if size else card
        self._network = Network(card, device, window(self._asked, WIDE).tensor, threads)
        self.heavy = self._network.heavy
        std, mean = (np.array(triple, np.float32)[:, None, None] for triple in (card.std, card.mean))
        self._gain: Float = np.float32(1) / std
        self._shift: Float = -mean / std
        self._plain = card.mean == (0, 0, 0) and card.std == (1, 1, 1)
        self._open_eyes()

    def _open_eyes(self) -> None:
        self._scaler: Downscaler | None = None
        self._shape: Size = (0, 0)
        self._frame_as(window(self._asked, WIDE))

    def _frame_as(self, seen: Window) -> None:
        self.window, self.size = seen, seen.size
        self._rgb = np.empty((3, *seen.size), np.float32)
        self._tensor = np.zeros((3, *seen.tensor), np.float32)  # beside the frame: 0, the mean colour

    def twin(self) -> Self:
        """The same network, not loaded again, with eyes of its own: for another thread that looks at frames.

        Not for a recurrent network, whose memory would be shared.
        """
        other = copy(self)
        other._open_eyes()
        return other

    def reset(self) -> None:
        """Forget the frames seen so far, as at the first one; of no effect unless the network is recurrent."""
        self._network.reset()

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
        return self._network.ask([self._normalised(gain)], self.window)[0]

    def tensor(self, gain: float = 1.0) -> Float:
        """The frame seen last as the network takes it: normalised, (3, height, width), float32, the caller's own.

        Args:
            gain: brightens the picture first.
        """
        return self._normalised(gain).copy()

    def ask(self, tensors: Sequence[Float], through: Window | None = None) -> list[Float]:
        """Raw alpha of frames seen before: one batch where the network takes batches, else one by one, in order.

        Args:
            tensors: what :meth:`tensor` gave.
            through: ``window`` as it was then; needed only where frames of several sizes are looked at.

        Returns:
            For each, (height, width) as ``size``, float32 0..1.

        Raises:
            ModelError: the network fails or answers with something that is no mask.
        """
        return self._network.ask(tensors, through or self.window)

    def _normalised(self, gain: float) -> Float:
        """What the network is fed: the picture itself where there is nothing to do to it."""
        seen = self._rgb
        if self._plain and gain == 1 and self.size == self.window.tensor:
            return seen
        inside = self._tensor[:, self.window.rows, self.window.columns]
        if gain != 1:
            seen = np.minimum(np.multiply(seen, np.float32(gain), out=inside), np.float32(1), out=inside)
        np.multiply(seen, self._gain, out=inside)
        if not self._plain:
            inside += self._shift
        return self._tensor
