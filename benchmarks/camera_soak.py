"""``bgstream cam`` for a long time, in the guest of tests/vm: does it keep its memory, descriptors, threads, latency?

usage: python benchmarks/camera_soak.py [--minutes 10] [--every 30] [--size 640x360] [--rounds 0]

A film with the time painted on it is fed into a virtual webcam that serves as the camera; the real command runs; a
reader looks at every picture that leaves. Every so many seconds a line: memory of the command (MiB), descriptors,
threads, frames a second, latency that bgstream adds (milliseconds, median and 99 %: what the reader sees less what a
reader of the camera itself sees), processor (of one core), pictures that showed the room, and pictures whose subject
was not bit for bit. With rounds the reader goes and comes back so often between two lines.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
CAMERA, WEBCAM = "/dev/video11", "/dev/video10"
COLUMNS = "minutes  RSS_MiB  fds  threads    fps  added_ms  added_99     cpu  leaks  unequal"
sys.path.insert(0, str(ROOT))


def ages(pictures: list[dict[str, float]]) -> "np.ndarray":
    """Milliseconds from when pictures were fed to when they were read."""
    return np.array([1000 * (one["came"] - one["when"] / 1e6) for one in pictures if one["when"]])


def soak(said: argparse.Namespace, folder: Path) -> None:
    """Run and print."""
    from tests.vm.cam_program import Feed, Program, Reader

    with Feed(folder, said.size) as feed:
        feed.starts()
        with Reader(CAMERA) as reader:
            reader.more(200)
            direct = np.percentile(ages(reader.pictures), [50, 99])
        print(f"without bgstream: median {direct[0]:.1f} ms, 99 % {direct[1]:.1f} ms\n{COLUMNS}", flush=True)
        with Program("--camera", CAMERA, "--to", WEBCAM, "-b", "#00c000") as program:
            program.prepares()
            began, reader = time.monotonic(), Reader()
            while time.monotonic() - began < 60 * said.minutes:
                for _ in range(said.rounds):
                    reader.more(10)
                    reader.__exit__(None, None, None)
                    reader = Reader()
                reader.more(1, lambda one: one["when"])
                reader.lines.clear()
                since, cpu = time.monotonic(), program.cpu
                time.sleep(said.every)
                seen, kept, passed = reader.pictures, program.kept, time.monotonic() - since
                added = np.percentile(ages(seen), [50, 99]) - direct
                unequal = sum(one["equal"] is False for one in seen)
                print(
                    f"{(time.monotonic() - began) / 60:7.1f}  {kept['rss'] / 1024:7.1f}  {kept['fds']:3}"
                    f"  {kept['threads']:7}  {len(seen) / passed:5.1f}  {added[0]:8.1f}  {added[1]:8.1f}"
                    f"  {(program.cpu - cpu) / passed:6.2f}  {sum(one['leak'] > 0 for one in seen):5}  {unequal:7}",
                    flush=True,
                )
            print("told:", *program.told, sep="\n  ")
            reader.__exit__(None, None, None)


def main() -> None:
    """Make the film here, then go on in the guest."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=10)
    ask.add_argument("--every", type=float, default=30)
    ask.add_argument("--size", choices=("640x360", "1280x720"), default="640x360")
    ask.add_argument("--rounds", type=int, default=0)
    ask.add_argument("--film", type=Path, help=argparse.SUPPRESS)
    said = ask.parse_args()
    if said.film:
        soak(said, said.film)
        return
    from tests.vm import cam_film

    with tempfile.TemporaryDirectory() as folder:
        width, height = (int(side) for side in said.size.split("x"))
        cam_film.write(Path(folder), ((height, width),))
        seconds = f"{60 * said.minutes + 120 + said.every:.0f}"
        command = [str(ROOT / "tests/vm/vm-run"), sys.executable, *sys.argv, "--film", folder]
        if os.spawnve(os.P_WAIT, command[0], command, os.environ | {"VM_TIMEOUT": seconds, "PYTHONPATH": str(ROOT)}):
            sys.exit("the guest failed")


if __name__ == "__main__":
    main()
