"""Frames to raw alpha: the fused down-scale into the network's tensor, and the network."""

import numpy as np
from bgstream_kernels import Downscaler
from numpy.typing import NDArray

from bgstream.errors import ModelError
from bgstream.frame import Frame, rgb_matrix
from bgstream.matting.cards import Card
from bgstream.matting.session import Device, Session

Float = NDArray[np.float32]


class Segmenter:
    """One network, asked about one frame at a time.

    Args:
        card: the network.
        device: where it runs.
        size: (height, width) to ask it at, where the network is free in size; by default the card's.
    """

    def __init__(self, card: Card, device: Device, size: tuple[int, int] | None = None) -> None:
        self.card, self.size = card, size or card.size
        self._session = Session(card.name, card.load(), device)
        self._rgb = np.empty((3, *self.size), np.float32)
        self._tensor = np.empty_like(self._rgb)
        self._scaler: Downscaler | None = None
        self._shape: tuple[int, int] = (0, 0)
        std, mean = (np.array(triple, np.float32)[:, None, None] for triple in (card.std, card.mean))
        self._gain: Float = np.float32(1) / std
        self._shift: Float = -mean / std
        self._plain = card.mean == (0, 0, 0) and card.std == (1, 1, 1)

    def see(self, frame: Frame) -> tuple[Float, Float]:
        """Look at a frame, as the network will see it.

        Returns:
            R, G, B (3, height, width) and luma (height, width) at network size, float32 0..1; valid until the
            next frame.
        """
        if self._scaler is None or frame.size != self._shape:
            chroma = (frame.planes[1].shape[0], frame.planes[1].shape[1])
            self._scaler, self._shape = Downscaler(frame.size, chroma, self.size), frame.size
        matrix = np.zeros((3, 6), np.float32)
        matrix[:, :4] = rgb_matrix(frame.layout, frame.colour.known(frame.size[0]))
        matrix[:, 4] = 1
        first, second, third = frame.planes
        return self._rgb, self._scaler((first, second, third), matrix, self._rgb)

    def answer(self, gain: float = 1.0) -> Float:
        """Raw alpha of the frame seen last: (height, width) at network size, float32 0..1.

        Args:
            gain: brightens the picture first, see :class:`bgstream.matting.exposure.Exposure`.

        Raises:
            ModelError: the network fails or answers with something that is no mask.
        """
        batch = self._normalised(gain)[None]
        feed = np.ascontiguousarray(batch.transpose(0, 2, 3, 1)) if self.card.channels_last else batch
        raw = np.squeeze(self._session.run(self.card.alpha_name, {self.card.input_name: feed}))
        if raw.ndim != 2:
            raise ModelError(f"model '{self.card.name}' answers {raw.shape}, no mask", "check the card's output")
        if not np.isfinite(raw.sum()):  # one such value would stay in everything temporal
            raise ModelError(f"model '{self.card.name}' answers with NaN or infinity", "use --device cpu")
        if self.card.sigmoid:
            raw = np.float32(1) / (np.float32(1) + np.exp(-raw))
        if raw.shape != self.size:
            import cv2

            raw = np.asarray(cv2.resize(raw, self.size[::-1], interpolation=cv2.INTER_LINEAR))
        return np.ascontiguousarray(raw, np.float32)

    def _normalised(self, gain: float) -> Float:
        """What the network is fed: the picture itself where there is nothing to do to it."""
        seen = self._rgb
        if gain != 1:
            seen = np.minimum(np.multiply(seen, np.float32(gain), out=self._tensor), np.float32(1), out=self._tensor)
        if self._plain:
            return seen
        np.multiply(seen, self._gain, out=self._tensor)
        self._tensor += self._shift
        return self._tensor
