"""Peak memory of a long clip against a short one: it must not grow.

usage: python benchmarks/memory.py [--short SECONDS] [--long SECONDS] [--output SUFFIX …] [--json FILE]

The clip is examples/astronaut.mp4 at 1920×1080, again and again: the real command mattes it with the person network and
writes it with alpha. Figures are the system's own count of the process, MiB.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import PictureType

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "astronaut.mp4"
SIZE = (1080, 1920)
RATE = 25
ASK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def looped(target: Path, seconds: int) -> Path:
    """The example, enlarged and encoded once, its packets again and again."""
    with av.open(str(EXAMPLE)) as source, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "bf": "0"})
        stream.height, stream.width = SIZE
        stream.pix_fmt, stream.codec_context.time_base = "yuv420p", Fraction(1, RATE)
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = context.color_range = 1
        packets = []
        for number, picture in enumerate(source.decode(video=0)):
            large = picture.reformat(SIZE[1], SIZE[0], "yuv420p", interpolation="BICUBIC")
            large.pts, large.time_base, large.pict_type = number, Fraction(1, RATE), PictureType.NONE
            packets += stream.encode(large)
        packets += stream.encode(None)
        coded = [(bytes(packet), packet.is_keyframe) for packet in packets]
        for number in range(seconds * RATE):
            data, key = coded[number % len(coded)]
            packet = av.Packet(data)
            packet.stream, packet.time_base, packet.is_keyframe = stream, Fraction(1, RATE), key
            packet.pts = packet.dts = number
            packet.duration = 1
            out.mux(packet)
    return target


def peak(clip: Path, target: Path) -> float:
    """Peak resident memory in MiB of the real command."""
    program = str(Path(sys.executable).with_name("bgstream"))
    command = [program, str(clip), "-m", "selfie-landscape", "-o", str(target)]
    answer = subprocess.run([sys.executable, "-c", ASK, *command], capture_output=True, check=True, text=True)
    target.unlink()
    return int(answer.stdout) / (1024 if sys.platform == "linux" else 1024**2)


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--short", type=int, default=10)
    ask.add_argument("--long", type=int, default=60)
    ask.add_argument("--output", nargs="*", default=[".webm", ".mov"])
    ask.add_argument("--json", type=Path)
    said = ask.parse_args()
    answer = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = [looped(folder / f"clip{seconds}.mp4", seconds) for seconds in (said.short, said.long)]
        for suffix in said.output:
            short, long = (peak(clip, folder / f"out{suffix}") for clip in clips)
            answer[suffix] = {"short_mib": round(short), "long_mib": round(long), "ratio": round(long / short, 3)}
            print(
                f"{suffix}: {said.short} s {short:.0f} MiB, {said.long} s {long:.0f} MiB, ratio {long / short:.3f}",
                flush=True,
            )
    if said.json:
        said.json.write_text(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
