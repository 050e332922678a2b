"""Figures of the keys: the two evaluation clips that are made for them, procedural scenes, and milliseconds at 720p.

usage: python benchmarks/keys.py

The clips are scored by ../shared/eval/score.py (skipped where it is not there); the scenes by tests/keying/judging.py.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np

from bgstream.frame import Frame
from bgstream.matting.key import ChromaKey
from bgstream.matting.keying.bounded import Keyer
from bgstream.matting.plate import CleanPlate
from bgstream.progress import Clock
from bgstream.protocols import Wants
from bgstream.sources import open_source

ROOT = Path(__file__).resolve().parents[1]
EVAL = ROOT.parent / "shared" / "eval"
sys.path.insert(0, str(ROOT))


def plate_of(clip: Path, like: Frame) -> Frame:
    """plate.png beside the clip, in the clip's layout."""
    picture = cv2.imread(str(clip.with_name("plate.png")))
    made = av.VideoFrame.from_ndarray(np.asarray(picture), format="bgr24")
    made = made.reformat(format=like.layout.name, dst_colorspace="ITU709")
    shapes = like.layout.shapes(*like.size)
    raw = [np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size) for plane in made.planes]
    planes = tuple(rows[:high, :wide].copy() for rows, (high, wide) in zip(raw, shapes, strict=True))
    return Frame(planes, like.layout, like.colour)


def keyed(name: str, keyer: Keyer, frames: Iterable[Frame]) -> str:
    """score.py's line for one clip."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / name
        folder.mkdir()
        for index, frame in enumerate(frames):
            cv2.imwrite(str(folder / f"{index:05}.png"), keyer.matte(frame).alpha)
        score = [sys.executable, str(EVAL / "score.py"), str(EVAL / "dev" / "index.json"), work]
        lines = subprocess.run(score, capture_output=True, text=True, check=True).stdout.splitlines()
    return next(line for line in lines if line.startswith(name) and "MISSING" not in line)


def clips() -> None:
    """Both evaluation clips; the plate given, and out of the clip."""
    green = open_source(EVAL / "dev" / "green_redsuit" / "input.mp4", Wants())
    print("colour found          ", keyed("green_redsuit", ChromaKey(None, green.sample(8), Clock()), green.frames()))
    path = EVAL / "dev" / "plate_static_office" / "input.mp4"
    office = open_source(path, Wants())
    samples = office.sample(16)
    plate = plate_of(path, samples[0])
    for how, known in (("plate given           ", plate), ("plate out of the clip ", None)):
        print(how, keyed("plate_static_office", CleanPlate(known, samples, Clock()), office.frames()))


def scenes() -> None:
    """Procedural scenes: MAD × 1000, chroma error of opaque edges and of the fringe, before and after."""
    from tests.keying.judging import judge, truths_of
    from tests.keying.test_chroma_key import SCENES, key_for
    from tests.keying.test_clean_plate import CASES

    for name, (scene, limit) in SCENES.items():
        truths = truths_of(scene)
        print(f"key, {name:28} limit {limit:5}  {judge(key_for(truths), truths)}")
    for name, (scene, change, limit) in CASES.items():
        truths = [change(truth) for truth in truths_of(scene)]
        print(f"plate, {name:26} limit {limit:5}  {judge(CleanPlate(scene.plate(), [], Clock()), truths)}")


def speed() -> None:
    """Median milliseconds of this thread for a 720p frame."""
    from tests.keying.scenes import Scene

    cv2.setNumThreads(1)
    base = Scene(size=(720, 1280))
    room = replace(base, screen=None)
    for name, scene in (("key", base), ("plate", room)):
        frames = [scene.truth(index).frame for index in range(12)]
        keyer = ChromaKey(None, frames[:3], Clock()) if name == "key" else CleanPlate(scene.plate(), [], Clock())
        times = []
        for frame in frames:
            began = time.thread_time()
            keyer.matte(frame)
            times.append(1000 * (time.thread_time() - began))
        print(f"{name:6} {statistics.median(times[2:]):6.1f} ms a frame, 1280×720, one thread")


if __name__ == "__main__":
    if EVAL.is_dir():
        clips()
    scenes()
    speed()
