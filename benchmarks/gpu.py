"""What a GPU does for bgstream: every device of this machine × networks × batches, plain and bound, and whole jobs.

usage: python benchmarks/gpu.py [--model NAME ...] [--device NAME ...] [--rounds N] [--frames N] [--json FILE]

Without a GPU the rows of the processor are printed, the bound ones too: the same code, with the processor's own
memory in the device's place. Rows of one network alternate, round after round; figures are medians.

  ms        a frame, from the tensor in the host's memory to the mask there
  up, down  share of that for bringing the batch to the device's memory and the masks back, each by itself
  equal     the mask is, bit for bit, that of the plain run of one frame on the same device; else the largest difference
  fps       a whole job, decoded, matted, put on green and encoded, at 720p and at 4K, per codec that works

Shipped networks take batches. A graph made for one frame at a time (your own, say) is freed here, in memory, with the
package onnx; without that package, or where the graph does not bear it, its batches are left out.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import onnxruntime as ort
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from bgstream.errors import BgstreamError, ModelError
from bgstream.matting.cards import Card, find_card, shipped
from bgstream.matting.choice import machine
from bgstream.matting.device import MEMORY, PROVIDERS, Device, obstacle
from bgstream.matting.running import pinned
from bgstream.matting.session import Session
from bgstream.matting.tensors import constants, match_tensors
from bgstream.matting.window import WIDE, window
from bgstream.pipeline import run
from bgstream.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
BATCHES = (1, 4, 8)
SIZES = {"720p": (720, 1280), "4K": (2160, 3840)}
CODECS = ("h264", "h264_nvenc")
DISTINCT = 24  # pictures of a clip: more at 4K would fill the memory
Float = NDArray[np.float32]
Row = dict[str, Any]


def freed(data: bytes) -> bytes | None:
    """A network's bytes with a free batch; None without the package onnx."""
    try:
        import onnx
    except ImportError:
        return None
    model = onnx.load_from_string(data)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    del model.graph.value_info[:]  # sizes that were noted for one frame
    return bytes(model.SerializeToString())


def median(work: Callable[[], object], rounds: int) -> float:
    """Milliseconds."""
    work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def copies(memory: str, batch: Float, mask: Float, rounds: int) -> tuple[float, float]:
    """Milliseconds to bring a batch into a device's memory, and masks back into the host's."""
    there = ort.OrtValue.ortvalue_from_shape_and_type(batch.shape, np.float32, memory)
    answer = ort.OrtValue.ortvalue_from_numpy(mask, memory)
    return median(lambda: there.update_inplace(batch), rounds), median(answer.numpy, rounds)


def network_rows(name: str, device: Device, rounds: int) -> Iterator[Row]:
    """Plain and bound runs of one network on one device, for each batch that it takes."""
    card = find_card(name)
    if card.recurrent:  # one frame at a time, by nature
        return
    data = card.load()
    weights = {count: data if count == 1 else freed(data) for count in BATCHES}
    truth: Float | None = None
    for count, bytes_ in weights.items():
        if bytes_ is None:
            continue
        about = {"device": device.name, "network": name, "size": list(window(card, WIDE).tensor), "batch": count}
        ways = {way: Session(name, bytes_, device) for way in ("plain", "bound")}
        ways["plain"].unbind()
        ways["bound"].bind(MEMORY.get(device.name, "cpu"), pinned(PROVIDERS[device.name]))
        try:
            found = alternated(card, ways, count, rounds)
        except ModelError as error:
            yield about | {"refused": str(error)}
            continue
        truth = found["plain"].masks[:1] if truth is None else truth
        for way, timed in found.items():
            difference = max(float(np.abs(mask - truth[0]).max()) for mask in timed.masks)
            if way == "bound" and not ways[way].bound:
                yield about | {"refused": "tensors cannot be bound to this device: plain runs took their place"}
                continue
            row = about | {"way": way, "ms": timed.ms / count, "difference": difference}
            if way == "bound":
                up, down = copies(MEMORY.get(device.name, "cpu"), timed.batch, timed.masks, rounds)
                row |= {"up": up / timed.ms, "down": down / timed.ms}
                row["pinned"] = pinned(PROVIDERS[device.name]) is not None
            yield row


@dataclass(frozen=True)
class Timed:
    """One way of asking: median milliseconds of a batch, the batch, the masks."""

    ms: float
    batch: Float
    masks: Float


def alternated(card: Card, ways: dict[str, Session], count: int, rounds: int) -> dict[str, Timed]:
    """Ask in turn, with the same picture ``count`` times."""
    size = window(card, WIDE).tensor
    tensors = match_tensors(card, ways["plain"])
    shape = (1, *size, 3) if card.channels_last else (1, 3, *size)
    batch = np.repeat(np.random.default_rng(0).random(shape, np.float32), count, axis=0)
    feeds = {tensors.image: batch, **constants(card, size)}
    masks = {way: session.ask(tensors.outputs, feeds)[0] for way, session in ways.items()}
    walls: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, session in ways.items():
            began = time.perf_counter()
            session.ask(tensors.outputs, feeds)
            walls[way].append(1000 * (time.perf_counter() - began))
    return {way: Timed(statistics.median(walls[way]), batch, np.ascontiguousarray(masks[way])) for way in ways}


def clip_of(folder: Path, size: tuple[int, int], count: int) -> Path:
    """The example clip at another size, forwards and backwards."""
    height, width = size
    target = folder / f"{width}x{height}.mp4"
    with av.open(str(ROOT / "examples" / "astronaut.mp4")) as source:
        first = [picture.reformat(width, height, "yuv420p") for picture in islice(source.decode(video=0), DISTINCT)]
    with av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "18"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index in range(count):
            loop, at = divmod(index, len(first))
            frame = VideoFrame.from_ndarray(first[at if loop % 2 == 0 else -1 - at].to_ndarray(), format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target


def job_rows(name: str, device: Device, clips: dict[str, Path]) -> Iterator[Row]:
    """Whole jobs, once each; the report counts from the first frame on."""
    for size, clip in clips.items():
        for codec in CODECS:
            row: Row = {"device": device.name, "network": name, "size": size, "codec": codec}
            settings = Settings(model=name, device=device.name, backdrop="#00ff00", codec=codec)
            target = clip.with_name(f"out_{clip.stem}.mp4")
            try:
                report = run(clip, target, settings)
            except BgstreamError as error:
                yield row | {"refused": str(error)}
                continue
            yield row | {"fps": report.fps, "limited_by": report.limited_by, "stage_ms": report.stage_ms}


def told(row: Row) -> str:
    """A row for people."""
    where = f"{row['device']:9} {row['network']:18}"
    if "refused" in row:
        return f"{where} {row.get('size', row.get('batch'))!s:9} {row.get('codec', '')} refused: {row['refused']}"
    if "fps" in row:
        return f"{where} {row['size']:9} {row['codec']:11} {row['fps']:8.1f} fps, limited by {row['limited_by']}"
    height, width = row["size"]
    shares = f"{row['up']:6.1%} {row['down']:6.1%}" if "up" in row else f"{'':6} {'':6}"
    equal = "equal" if row["difference"] == 0 else f"{row['difference']:.1e}"
    return f"{where} {f'{width}×{height}':9} {row['batch']:5} {row['way']:6} {row['ms']:9.2f} {shares} {equal}"


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--model", nargs="+", default=list(shipped()))
    ask.add_argument("--device", nargs="+", default=list(PROVIDERS), choices=list(PROVIDERS))
    ask.add_argument("--rounds", type=int, default=15)
    ask.add_argument("--frames", type=int, default=60, help="frames of a whole job; 0: none")
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    reasons = {name: obstacle(name) for name in said.device}
    present = [Device(name) for name, reason in reasons.items() if not reason]
    print(machine())
    for name, reason in reasons.items():
        print(f"{name:9} {reason or 'present'}")
    rows: list[Row] = []
    print(f"\n{'device':9} {'network':18} {'size':9} {'batch':>5} {'way':6} {'ms':>9} {'up':>6} {'down':>6} mask")
    for device in present:
        for model in said.model:
            for row in network_rows(model, device, said.rounds):
                rows.append(row)
                print(told(row), flush=True)
    if said.frames:
        print("\nwhole jobs")
        with tempfile.TemporaryDirectory() as folder:
            clips = {name: clip_of(Path(folder), size, said.frames) for name, size in SIZES.items()}
            for device in present:
                for model in said.model:
                    for row in job_rows(model, device, clips):
                        rows.append(row)
                        print(told(row), flush=True)
    if said.json:
        answer = {"machine": machine(), "devices": reasons, "rows": rows}
        said.json.parent.mkdir(parents=True, exist_ok=True)
        said.json.write_text(json.dumps(answer, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
