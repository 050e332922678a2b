"""HDR made SDR, and SDR put among HDR: FFmpeg's ``lut3d`` filter, with a table reckoned from the standards.

FFmpeg's own ``tonemap`` wants linear light, which nothing that PyAV brings can make; swscale's colour management cuts
everything above SDR's white off (intent ``relative_colorimetric``), or takes the 10 000 cd/m² that PQ could hold for
what the clip does hold, and darkens all of it (``perceptual``); and it sets up for 6 seconds.
"""

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame

from bgstream.frame import LAYOUTS
from bgstream.hdr import HLG, HLG_PEAK, LUMA_2020, PQ_PEAK, SDR_GAMMA, TO_709, TO_2020, WHITE, Samples, from_sdr, light

LAYOUT = LAYOUTS["gbrp16le"]  # of pictures before and after
GRID = 49  # points of the table along each axis: between them it is off by less than one code of 8 bits
KNEE = 0.75  # of SDR's white: what is darker stays as bright as it is
LUMA_709 = LUMA_2020 @ TO_2020


class ToneMap:
    """Maps pictures of one transfer to BT.709.

    Args:
        transfer: ``PQ`` or ``HLG``.
        back: map BT.709 to that transfer instead; see :func:`bgstream.hdr.from_sdr`.
    """

    def __init__(self, transfer: int, back: bool = False) -> None:
        self._transfer, self._back = transfer, back
        self._graph: Graph | None = None

    def __call__(self, picture: VideoFrame) -> VideoFrame:
        """A picture in ``LAYOUT``, R', G', B' of BT.2020 over the whole range, as one of BT.709; all alike in size."""
        if self._graph is None:
            self._graph = _graph(picture, _table(self._transfer, self._back))
        picture.pts = 0  # the graph's clock is not the clip's
        self._graph.push(picture)
        mapped = self._graph.pull()
        assert isinstance(mapped, VideoFrame)
        return mapped


def to_sdr(signal: Samples, transfer: int) -> Samples:
    """(..., 3) R', G', B' of BT.709, 0..1, of those of an HDR picture in BT.2020.

    Light up to three quarters of SDR's white (203 cd/m², BT.2408) is kept, what is brighter goes the way of a Möbius
    function up to the peak (the curve of FFmpeg's ``tonemap=mobius``). It is reckoned for the largest of R, G, B and
    scales all three, so hues stay; colours outside BT.709 are mixed with their own grey until they are inside.
    """
    linear = light(signal, transfer) / WHITE @ TO_709.T
    largest = linear.max(axis=-1, keepdims=True)
    linear = linear * _shoulder(largest, (HLG_PEAK if transfer == HLG else PQ_PEAK) / WHITE)
    grey = np.maximum((linear @ LUMA_709)[..., None], 0)
    lowest = linear.min(axis=-1, keepdims=True)
    inside = np.where(lowest < 0, grey / np.maximum(grey - lowest, 1e-12), 1.0)
    mapped: Samples = np.power(np.clip(grey + (linear - grey) * inside, 0, 1), 1 / SDR_GAMMA)
    return mapped


def _shoulder(bright: Samples, peak: float) -> Samples:
    """By what light is multiplied; ``bright`` and ``peak`` in units of SDR's white."""
    a = -(KNEE**2) * (peak - 1) / (KNEE**2 - 2 * KNEE + peak)
    b = (KNEE**2 - 2 * KNEE * peak + peak) / (peak - 1)
    above = np.maximum(bright, KNEE)
    mapped = (b**2 + 2 * b * KNEE + KNEE**2) / (b - a) * (above + a) / (above + b)
    return np.where(bright > KNEE, mapped / above, 1.0)


@cache
def _table(transfer: int, back: bool) -> str:
    """The table as a ``.cube`` file has it: red runs fastest."""
    axis = np.linspace(0, 1, GRID)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    values = (from_sdr if back else to_sdr)(np.stack([red, green, blue], axis=-1).reshape(-1, 3), transfer)
    return f"LUT_3D_SIZE {GRID}\n" + "%.5f %.5f %.5f\n" * len(values) % tuple(values.ravel().tolist())


def _graph(like: VideoFrame, table: str) -> Graph:
    graph = Graph()
    shape = f"video_size={like.width}x{like.height}:pix_fmt={LAYOUT.name}:time_base=1/1000:pixel_aspect=1"
    source = graph.add("buffer", shape)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.cube"
        file.write_text(table, encoding="ascii")
        mapped = graph.add("lut3d", file=str(file), interp="tetrahedral")  # read here and now
    sink = graph.add("buffersink")
    source.link_to(mapped)
    mapped.link_to(sink)
    graph.configure()
    return graph
