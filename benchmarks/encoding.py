"""Encoder options, measured on what bgstream writes: speed, size and quality by role.

usage: python benchmarks/encoding.py [--role ROLE …] [--only WORD] [--seconds S] [--rounds N] [--json FILE]

Content, made once by bgstream itself (person network) from examples/astronaut.mp4 into lossless FFV1: on green
for H.264, with alpha for VP9. Every set of options encodes the same frames from memory; rounds go through all sets
of a role in turn, so that the machine's moods hit all alike. Figures are medians over the rounds:

  cpu       processor milliseconds a frame, all threads together, encoder only
  fps       frames a second of wall clock
  kB        of the file
  colour    PSNR (dB) of luma and chroma over the subject (alpha ≥ 128), against the frames that went in
  alpha     PSNR (dB) of the alpha plane

Only sets of about the same size or the same quality compare: a set that is quicker and larger has answered another
question. Role "decode" times decoder threads on the example itself.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import log10
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.codec.context import CodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bgstream.frame import LAYOUTS
from bgstream.media import plane_view
from bgstream.pipeline import run
from bgstream.settings import Settings
from bgstream.sinks import recipe_for

ROOT = Path(__file__).resolve().parents[1]
Options = dict[str, str]
H264 = recipe_for(Path("out.mp4"), still=False, transparent=False, matte=False).options
VP9 = recipe_for(Path("out.webm"), still=False, transparent=True, matte=False).options
FFV1 = recipe_for(Path("out.mkv"), still=False, transparent=True, matte=False).options
Figures = dict[str, float]
Picture = NDArray[np.uint8]


def sets_h264() -> dict[str, Options]:
    """Presets at rising crf, and single changes to the present options."""
    answer = {"now": H264}
    presets = {"ultrafast": (20, 24), "superfast": (20, 22, 23, 24), "veryfast": (20, 21), "faster": (21, 22)}
    for preset, rates in presets.items():
        answer |= {f"{preset} {crf}": {"preset": preset, "crf": str(crf)} for crf in rates}
    changes = {
        "zerolatency": {"tune": "zerolatency"},
        "animation": {"tune": "animation"},
        "lookahead 0": {"rc-lookahead": "0"},
        "lookahead 20": {"rc-lookahead": "20"},
        "bf 0": {"bf": "0"},
        "bf 1": {"bf": "1"},
        "weightp 0": {"x264-params": "weightp=0"},
        "no mbtree": {"x264-params": "mbtree=0"},
        "aq 0": {"x264-params": "aq-mode=0"},
        "sliced": {"x264-params": "sliced-threads=1"},
        "threads 1": {"threads": "1"},
        "threads 2": {"threads": "2"},
        "g 50": {"g": "50"},
        "sync-lookahead 0": {"x264-params": "sync-lookahead=0"},
    }
    return answer | {name: H264 | change for name, change in changes.items()}


def sets_vp9() -> dict[str, Options]:
    """Speeds (FFmpeg lets through 8 at most), and single changes to the present options."""
    changes: dict[str, Options] = {
        "now": {},
        **{f"cpu-used {speed}": {"cpu-used": str(speed)} for speed in (5, 6, 7)},
        "tiles 0": {"tile-columns": "0"},
        "tiles 1": {"tile-columns": "1"},
        "no row-mt": {"row-mt": "0"},
        "no row-mt, tiles 1": {"row-mt": "0", "tile-columns": "1"},
        "threads 1": {"threads": "1"},
        "threads 2": {"threads": "2"},
        "threads 4": {"threads": "4"},
        "lag 8": {"lag-in-frames": "8"},
        "static-thresh 100": {"static-thresh": "100"},
        "static-thresh 1000": {"static-thresh": "1000"},
        "aq 0": {"aq-mode": "0"},
        "aq 3": {"aq-mode": "3"},
        "frame-parallel": {"frame-parallel": "1"},
        "error-resilient": {"error-resilient": "1"},
        "noise 1": {"noise-sensitivity": "1"},
        "screen": {"tune-content": "1"},
    }
    return {name: VP9 | change for name, change in changes.items()}


def sets_ffv1() -> dict[str, Options]:
    """Slices, coder and context; all are lossless."""
    changes: dict[str, Options] = {
        "now": {},
        **{f"slices {count}": {"slices": str(count)} for count in (9, 16, 24)},
        "golomb": {"coder": "rice"},
        "range, default table": {"coder": "range_def"},
        "range, own table": {"coder": "range_tab"},
        "context 1": {"context": "1"},
        "no crc": {"slicecrc": "0"},
        "g 25": {"g": "25"},
        "threads 1": {"threads": "1"},
    }
    return {name: FFV1 | change for name, change in changes.items()}


ROLES = {
    "h264": ("libx264", "yuv420p", ".mp4", sets_h264),
    "vp9": ("libvpx-vp9", "yuva420p", ".webm", sets_vp9),
    "ffv1": ("ffv1", "yuva420p", ".mkv", sets_ffv1),
}


def content(folder: Path, seconds: float) -> dict[str, list[VideoFrame]]:
    """The frames that bgstream writes, by pixel format."""
    answer = {}
    for form, backdrop in (("yuv420p", "#00ff00"), ("yuva420p", "transparent")):
        ready = folder / f"{form}.mkv"
        run(ROOT / "examples" / "astronaut.mp4", ready, Settings(model="selfie-landscape", backdrop=backdrop))
        with av.open(str(ready)) as container:
            answer[form] = list(islice(container.decode(video=0), round(25 * seconds)))
    return answer


def planes(picture: VideoFrame) -> list[Picture]:
    """Copies of Y, Cb, Cr and alpha, where there is one."""
    layout, size = LAYOUTS["yuv420p"], (picture.height, picture.width)
    shapes = [*layout.shapes(*size), size][: len(picture.planes)]
    return [np.array(plane_view(picture, index, layout, shape)) for index, shape in enumerate(shapes)]


def encode(frames: Sequence[VideoFrame], role: str, options: Options, target: Path) -> Figures:
    """Encode frames that lie ready; time and size."""
    codec, form, _, _ = ROLES[role]
    cpu, wall = time.process_time(), time.perf_counter()
    with av.open(str(target), "w") as out:
        stream = cast(VideoStream, out.add_stream(codec, rate=25, options=dict(options)))
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, form
        stream.codec_context.time_base = Fraction(1, 25)
        if "threads" not in options:
            stream.codec_context.thread_count = 0
        stream.codec_context.thread_type = "AUTO"
        for index, frame in enumerate(frames):
            frame.pts, frame.time_base = index, Fraction(1, 25)
            frame.pict_type = PictureType.NONE  # the decoder's "I" would be an order to x264
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": 1000 * cpu / len(frames), "fps": len(frames) / wall, "kB": target.stat().st_size / 1000}


def decoded(path: Path) -> Iterator[VideoFrame]:
    """Frames of an output, alpha included."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        if path.suffix == ".webm":  # FFmpeg's own decoder drops alpha
            own = cast(Any, CodecContext.create("libvpx-vp9", "r"))
            own.extradata, context = context.extradata, own
        for packet in container.demux(stream):
            yield from context.decode(packet)


def quality(frames: Sequence[VideoFrame], subjects: Sequence[Picture], path: Path) -> Figures:
    """PSNR of colour over the subject and of alpha."""
    squares, counts = [0.0, 0.0], [0, 0]
    for frame, subject, answer in zip(frames, subjects, decoded(path), strict=True):
        for index, (right, given) in enumerate(zip(planes(frame), planes(answer), strict=True)):
            error = (right.astype(np.int32) - given) ** 2
            shown = error if index == 3 else error[(subject if index == 0 else subject[::2, ::2]) >= 128]
            squares[index == 3] += float(shown.sum())
            counts[index == 3] += shown.size
    found = {"colour": decibels(squares[0], counts[0])}
    return found | ({"alpha": decibels(squares[1], counts[1])} if counts[1] else {})


def decibels(squares: float, count: int) -> float:
    """PSNR for 8 bits; 99 where nothing differs."""
    return 10 * log10(255**2 * count / squares) if squares else 99.0


def measured(role: str, only: str, made: dict[str, list[VideoFrame]], rounds: int, folder: Path) -> dict[str, Figures]:
    """All sets of a role in turn, ``rounds`` times."""
    _, form, suffix, sets = ROLES[role]
    chosen = {name: options for name, options in sets().items() if only in name or name == "now"}
    frames, target = made[form], folder / f"out{suffix}"
    subjects = [planes(frame)[3] for frame in made["yuva420p"]]
    runs: dict[str, list[Figures]] = {name: [] for name in chosen}
    found: dict[str, Figures] = {}
    for turn in range(rounds):
        for name, options in chosen.items():
            runs[name].append(encode(frames, role, options, target))
            if turn == 0:
                found[name] = quality(frames, subjects, target)
    return {
        name: {key: statistics.median(one[key] for one in some) for key in some[0]} | found[name]
        for name, some in runs.items()
    }


def decoding(rounds: int) -> dict[str, Figures]:
    """The example, decoded with each kind of threads."""
    runs: dict[str, list[Figures]] = {}
    for _ in range(rounds):
        for kind, threads in (("AUTO", 0), ("FRAME", 0), ("SLICE", 0), ("AUTO", 1), ("AUTO", 2), ("AUTO", 4)):
            cpu, wall, count = time.process_time(), time.perf_counter(), 0
            with av.open(str(ROOT / "examples" / "astronaut.mp4")) as container:
                stream = container.streams.video[0]
                stream.thread_type, stream.codec_context.thread_count = kind, threads
                for _frame in container.decode(stream):
                    count += 1
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            runs.setdefault(f"{kind} {threads}", []).append({"cpu": 1000 * cpu / count, "fps": count / wall})
    return {name: {key: statistics.median(one[key] for one in some) for key in some[0]} for name, some in runs.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--role", nargs="*", choices=[*ROLES, "decode"], default=[*ROLES, "decode"])
    parser.add_argument("--only", default="", help="only sets whose name holds this word, and the present one")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    said = parser.parse_args()
    answer: dict[str, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory() as name:
        made = content(Path(name), said.seconds) if set(said.role) - {"decode"} else {}
        for role in said.role:
            answer[role] = (
                decoding(said.rounds) if role == "decode" else measured(role, said.only, made, said.rounds, Path(name))
            )
            columns = list(next(iter(answer[role].values())))
            print(f"{role:24}" + "".join(f"{column:>10}" for column in columns))
            for case, figures in answer[role].items():
                print(f"  {case:22}" + "".join(f"{figures[column]:10.2f}" for column in columns), flush=True)
    if said.json:
        said.json.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
