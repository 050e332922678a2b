"""bgstream against the codec alone and against a plain loop, on one clip, in one run.

usage: python benchmarks/speed.py [--rounds N] [--seconds S] [--json FILE]

Clip: examples/astronaut.mp4 (720p, H.264), played over until it lasts S seconds. Each role is a process of
its own; rounds alternate between the roles, so that the machine's moods hit all alike. Figures are medians;
ratios are medians of the ratios within a round.

  floor        decode and encode the source's own frames, two threads, same encoder settings
  floor-out    decode the source, encode the very frames that bgstream writes (held in memory)
  bgstream     the main job with the person network selfie-landscape
  loop         cv2.VideoCapture + the same ONNX file + NumPy blending + cv2.VideoWriter (mp4v)
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bgstream.ahead import ahead
from bgstream.frame import LAYOUTS
from bgstream.matting.tiers import find_tier
from bgstream.media import plane_view
from bgstream.pipeline import run
from bgstream.progress import Silent
from bgstream.settings import Settings
from bgstream.sinks.recipes import Recipe, recipe_for
from bgstream.warmup import compile_kernels

ROOT = Path(__file__).resolve().parents[1]
MODEL = "selfie-landscape"
GREEN = "#00ff00"
Result = dict[str, float]


def long_clip(folder: Path, seconds: int) -> Path:
    """The example clip, played again and again."""
    target = folder / "clip.mp4"
    with av.open(str(ROOT / "examples" / "astronaut.mp4")) as source:
        frames = [frame.to_ndarray() for frame in source.decode(video=0)]
        rate = source.streams.video[0].average_rate
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=rate, options={"preset": "veryfast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1
        for index in range(seconds * int(rate or 25)):
            loop, at = divmod(index, len(frames))
            frame = VideoFrame.from_ndarray(frames[at if loop % 2 == 0 else -1 - at], format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target


def decoded(clip: Path) -> Iterator[VideoFrame]:
    """All frames, decoder threads as in bgstream."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        yield from container.decode(stream)


def encoded(frames: Iterator[VideoFrame], recipe: Recipe, target: Path) -> int:
    """Encode with bgstream's own options; returns the number of frames."""
    count = 0
    with av.open(str(target), "w", container_options=dict(recipe.container.muxer)) as out:
        stream = cast(VideoStream, out.add_stream(recipe.codec.encoder, rate=25, options=dict(recipe.options)))
        stream.width, stream.height = 1280, 720
        stream.pix_fmt = "yuva420p" if recipe.alpha else "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        stream.codec_context.thread_count, stream.codec_context.thread_type = 0, "AUTO"
        for frame in frames:
            frame.pts, frame.time_base = count, Fraction(1, 25)
            out.mux(stream.encode(frame))
            count += 1
        out.mux(stream.encode(None))
    return count


def with_alpha(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The source's frames with a soft, moving, ready-made alpha plane: as cheap as alpha can be had."""
    layout = LAYOUTS["yuv420p"]
    rows, columns = np.mgrid[:720, :1280].astype(np.float32)
    masks = [
        (np.clip(260 - np.hypot(columns - 600 - 8 * k, rows - 400), 0, 8) * 31.875).astype(np.uint8) for k in range(8)
    ]
    for index, frame in enumerate(frames):
        picture = VideoFrame(1280, 720, "yuva420p")
        for plane, shape in enumerate(layout.shapes(720, 1280)):
            plane_view(picture, plane, layout, shape)[...] = plane_view(frame, plane, layout)
        plane_view(picture, 3, layout, (720, 1280))[...] = masks[index % 8]
        yield picture


def floor(clip: Path, target: Path) -> int:
    """Decode in one thread, encode in another."""
    recipe = recipe_for(target, False, target.suffix == ".webm", False)
    frames = ahead(decoded(clip), 4)
    return encoded(with_alpha(frames) if recipe.alpha else frames, recipe, target)


def plain_loop(clip: Path, target: Path) -> int:
    """What tutorials do."""
    import cv2
    import onnxruntime as ort

    network = ROOT / "models" / "bgstream_models" / f"{MODEL}.onnx"
    session = ort.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    capture = cv2.VideoCapture(str(clip))
    writer = cv2.VideoWriter(str(target), cv2.VideoWriter.fourcc(*"mp4v"), 25, (1280, 720))
    green = np.array([0, 255, 0], np.float32)
    count = 0
    while True:
        there, frame = capture.read()
        if not there:
            break
        rgb = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
        small = cv2.resize(rgb, (256, 144), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        answer = session.run(None, {"input": small.transpose(2, 0, 1)[None]})[0]
        mask = cv2.resize(np.asarray(answer)[0, 0], (1280, 720))[..., None]
        writer.write((frame * mask + green * (1 - mask)).astype(np.uint8))
        count += 1
    writer.release()
    return count


def measured(work: Callable[[], int]) -> Result:
    """Frames, wall and CPU seconds of one piece of work."""
    wall, cpu = time.perf_counter(), time.process_time()
    frames = work()
    return {"frames": frames, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def play(role: str, clip: Path, target: Path) -> Result:
    """One role, in this process."""
    if role == "bgstream":
        backdrop = "transparent" if target.suffix == ".webm" else GREEN
        compile_kernels(Silent(), [find_tier(Settings().quality)])
        return measured(lambda: run(clip, target, Settings(model=MODEL, backdrop=backdrop)).frames)
    if role == "floor-out":
        ready = target.with_suffix(".ready.mkv")
        run(clip, ready, Settings(model=MODEL, backdrop=GREEN))
        pictures = list(decoded(ready))
        recipe = recipe_for(target, False, False, False)

        def swapped() -> Iterator[VideoFrame]:
            for index, _ in enumerate(ahead(decoded(clip), 4)):
                yield pictures[index]

        return measured(lambda: encoded(swapped(), recipe, target))
    return measured(lambda: (plain_loop if role == "loop" else floor)(clip, target))


CASES = {
    "H.264 on green": (".mp4", ("floor", "floor-out", "bgstream", "loop")),
    "VP9 with alpha": (".webm", ("floor", "bgstream")),
}


def table(rounds: int, seconds: int) -> dict[str, dict[str, Result]]:
    """Play every role in turn, ``rounds`` times."""
    answer: dict[str, dict[str, Result]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = long_clip(folder, seconds)
        for case, (suffix, roles) in CASES.items():
            runs: list[dict[str, Result]] = []
            for _ in range(rounds):
                turn = {}
                for role in roles:
                    line = [sys.executable, __file__, "--role", role, str(clip), str(folder / f"out{suffix}")]
                    turn[role] = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)
                runs.append(turn)
            answer[case] = {role: _median(runs, role) for role in roles}
    return answer


def _median(runs: list[dict[str, Result]], role: str) -> Result:
    def middle(value: Callable[[dict[str, Result]], float]) -> float:
        return round(statistics.median(value(turn) for turn in runs), 3)

    figures = {
        "fps": middle(lambda turn: turn[role]["frames"] / turn[role]["wall"]),
        "cpu_ms": middle(lambda turn: 1000 * turn[role]["cpu"] / turn[role]["frames"]),
    }
    for other in runs[0]:
        if role == "bgstream" and other != role:
            figures[f"speed / {other}"] = middle(lambda turn, o=other: turn[o]["wall"] / turn[role]["wall"])  # type: ignore[misc]
            figures[f"cpu / {other}"] = middle(lambda turn, o=other: turn[role]["cpu"] / turn[o]["cpu"])  # type: ignore[misc]
    return figures


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--seconds", type=int, default=12)
    ask.add_argument("--json", type=Path)
    ask.add_argument("--role", nargs=3, help=argparse.SUPPRESS)
    said = ask.parse_args()
    if said.role:
        role, clip, target = said.role
        print(json.dumps(play(role, Path(clip), Path(target))))
        return
    result = table(said.rounds, said.seconds)
    for case, roles in result.items():
        print(f"\n{case}")
        for role, figures in roles.items():
            print(f"  {role:10} " + "  ".join(f"{name} {value:g}" for name, value in figures.items()))
    if said.json:
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
