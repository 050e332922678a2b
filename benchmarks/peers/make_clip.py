"""A clip of any size and length, and its exact alpha, from the synthetic source.

usage: python benchmarks/peers/make_clip.py CLIP.mp4 TRUTH.mkv [--size 1280x720] [--frames 200] [--subject thing]
"""

import argparse
from pathlib import Path

from bgstream.bench.clip import write_clip, write_truth
from bgstream.sources.synthetic import OUTLINES, SyntheticSource


def main() -> None:
    """Make both."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("clip", type=Path)
    ask.add_argument("truth", type=Path)
    ask.add_argument("--size", default="1280x720")
    ask.add_argument("--frames", type=int, default=200)
    ask.add_argument("--subject", choices=OUTLINES, default="thing")
    said = ask.parse_args()
    width, height = (int(side) for side in said.size.split("x"))
    source = SyntheticSource((height, width), count=said.frames, subject=said.subject)
    write_clip(source.frames(), source.info, said.clip)
    write_truth(source, said.truth, said.frames)


if __name__ == "__main__":
    main()
