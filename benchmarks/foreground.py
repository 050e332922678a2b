"""How much of the old background foreground estimation takes off soft edges, and what that costs.

usage: python benchmarks/foreground.py

Figures are the edge band's error in a composite over any colour, against the true foreground's by the same alpha: as
a share of the source's own error. plate_static_office of ../shared/eval comes with its clean plate B and alpha, so
αF = I - (1 - α)·B is known up to the codec's noise ("floor": how far I is from B beside the subject, where it should
be B). Beside ours: PyMatting's multi-level estimate of the same planes.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from bgstream_kernels import PlaneForeground, chroma_alpha
from bgstream_kernels.planes import Plane
from numpy.typing import NDArray
from pymatting import estimate_foreground_ml

from bgstream.frame import LAYOUTS, Colour, Frame, rgb_matrix
from bgstream.matting.foreground import ForegroundEstimator
from bgstream.protocols import Wants
from bgstream.sources import open_source

CLIP = Path(__file__).resolve().parents[2] / "shared" / "eval" / "dev" / "plate_static_office"
STEP = 6  # frames from one that is measured to the next
Double = NDArray[np.float64]
Method = Callable[[Plane, Plane], Plane]


def ours(plane: Plane, alpha: Plane) -> Plane:
    out = np.empty_like(plane)
    PlaneForeground((plane.shape[0], plane.shape[1]))(plane, alpha, 255, out)
    return out


def theirs(plane: Plane, alpha: Plane) -> Plane:
    picture = np.repeat(plane[..., None] / 255, 3, axis=2)
    return np.asarray(255 * estimate_foreground_ml(picture, alpha / 255)[..., 0])


def clean_plate(frame: Frame) -> list[Double]:
    """The clip's plate in the frame's layout."""
    rgb = np.asarray(cv2.imread(str(CLIP / "plate.png")))[..., ::-1] / 255
    matrix = rgb_matrix(frame.layout, frame.colour.known(frame.size[0])).astype(np.float64)
    planes = (rgb - matrix[:, 3]) @ np.linalg.inv(matrix[:, :3]).T
    sizes = [plane.shape[::-1] for plane in frame.planes]
    return [
        np.asarray(cv2.resize(np.ascontiguousarray(planes[..., k]), sizes[k], interpolation=cv2.INTER_AREA))
        for k in range(3)
    ]


def measured() -> Iterator[tuple[int, Plane, Plane, Double]]:
    """Of every frame's planes: which, its values, alpha at its size, the plate's values matched in exposure."""
    with av.open(str(CLIP / "alpha.mkv")) as container:
        alphas = [np.asarray(picture.to_ndarray(format="gray"), np.uint8) for picture in container.decode(video=0)]
    frames = list(open_source(CLIP / "input.mp4", Wants(frozenset({"yuv420p"}), True)).frames())
    plates = clean_plate(frames[0])
    for frame, alpha in list(zip(frames, alphas, strict=True))[::STEP]:
        small = np.empty(frame.planes[1].shape, np.uint8)
        chroma_alpha(alpha, (2, 2), small)
        for index, (plane, plate) in enumerate(zip(frame.planes, plates, strict=True)):
            cover = small if index else alpha
            far = cover == 0
            gain = np.polyfit(plate[far], plane[far].astype(np.float64), 1)
            yield index, plane, np.asarray(cover), np.asarray(np.polyval(gain, plate), np.float64)


def quality() -> None:
    errors: dict[str, list[list[float]]] = {name: [[], [], []] for name in ("source", "floor", "ours", "PyMatting")}
    methods: dict[str, Method] = {"source": lambda plane, _: plane, "ours": ours, "PyMatting": theirs}
    for index, plane, alpha, plate in measured():
        cover = alpha / 255
        band = (alpha > 12) & (alpha < 255)
        truth = np.clip(plane - (1 - cover) * plate, 0, 255 * cover)
        beside = (alpha == 0) & (cv2.dilate(alpha, np.ones((17, 17), np.uint8)) > 0)
        errors["floor"][index].append(float(np.abs(plane - plate)[beside].mean()))
        for name, method in methods.items():
            errors[name][index].append(float(np.abs(cover * method(plane, alpha) - truth)[band].mean()))
    print("plate_static_office, exact alpha: error in code values (share of the source's)")
    for name, planes in errors.items():
        means = [statistics.fmean(plane) for plane in planes]
        parts = [
            f"{word} {mean:5.2f} ({mean / statistics.fmean(source):.2f})"
            for word, mean, source in zip(("Y", "Cb", "Cr"), means, errors["source"], strict=True)
        ]
        print(f"  {name:10} {'  '.join(parts)}")


def cost(softness: float) -> None:
    """Milliseconds of one 720p frame in 4:2:0 with an edge ``softness`` pixels wide."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:720, :1280]
    angle = np.arctan2(y - 420, x - 640)
    alpha = np.clip((250 - np.hypot(x - 640, y - 420) + 30 * np.sin(9 * angle)) / softness + 0.5, 0, 1)
    matte = np.rint(alpha * 255).astype(np.uint8)
    layout = LAYOUTS["yuv420p"]
    frame = Frame(tuple(rng.integers(0, 256, s, np.uint8) for s in layout.shapes(720, 1280)), layout, Colour(1))
    estimate, times = ForegroundEstimator(), []
    for _ in range(60):
        began = time.perf_counter()
        estimate(frame, matte)
        times.append(time.perf_counter() - began)
    share = 100 * np.mean((matte > 0) & (matte < 255))
    print(f"720p 4:2:0, {share:4.1f} % of pixels soft: {1000 * statistics.median(times):.2f} ms")


def main() -> int:
    for softness in (4.0, 30.0, 120.0):
        cost(softness)
    if not CLIP.is_dir():
        print(f"skipped: {CLIP} is not here", file=sys.stderr)
        return 1
    quality()
    return 0


if __name__ == "__main__":
    sys.exit(main())
