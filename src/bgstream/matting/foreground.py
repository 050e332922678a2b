"""The subject's own colours at soft edges, so that the room it was filmed in does not shine through the next."""

import numpy as np
from bgstream_kernels import PlaneForeground, chroma_cover

from bgstream.frame import Frame, Plane, Planes


class ForegroundEstimator:
    """Frees a frame's colours of the old background where the subject covers it in part.

    Composition is linear in every plane as it was decoded, so each plane is worked on at its own size and depth, with
    alpha averaged to that size: no colour is converted. See ``bgstream_kernels.foreground`` for how. Every frame is
    estimated by itself, by smooth functions of its alpha and colours: it is as steady as they are.
    """

    def __init__(self) -> None:
        self._by_size: dict[tuple[int, int], PlaneForeground] = {}

    def __call__(self, frame: Frame, alpha: Plane) -> Planes:
        """Estimate one frame's foreground.

        Args:
            frame: any layout and depth.
            alpha: (height, width) uint8 0..255, the frame's size.

        Returns:
            New planes in the frame's layout: the frame's bit for bit where alpha is 255, the subject's colours where
            it is less. Hidden pixels up to 8 samples from what shows get the nearest colours of the subject.
        """
        sizes = {plane.shape for plane in frame.planes}
        self._by_size = {size: self._by_size.get(size) or PlaneForeground(size) for size in sizes}
        small = chroma_cover(alpha, frame.layout.subsampling)
        answer = []
        for index, plane in enumerate(frame.planes):
            out = np.empty(plane.shape, plane.dtype)
            self._by_size[plane.shape](plane, small if index else alpha, frame.layout.top, out)
            answer.append(out)
        return tuple(answer)
