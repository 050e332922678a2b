"""`bgstream cam` from a fed camera, as people use it in calls. Prints one JSON object of what was seen.

usage: cam_calls.py FOLDER    where the film is, see `cam_film`
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.vm.cam_browser import browse
from tests.vm.cam_film import read_jpegs
from tests.vm.cam_program import FOLDER, Feed, Process, Program, Reader, cam, until
from tests.vm.feeding import Feeder

SIZE, WEBCAM, CAMERA = "640x360", "/dev/video10", "/dev/video11"
BLUE, GREEN = "#0000c0", "#00c000"


def told(text: str) -> None:
    """How far it is, for who waits."""
    print(f"{time.monotonic():6.1f} {text}", file=sys.stderr, flush=True)


def ages(pictures: list[dict[str, Any]]) -> list[float]:
    """Milliseconds from when pictures were fed to when they came, median and 99th percentile."""
    found = [1000 * (one["came"] - one["when"] / 1e6) for one in pictures if one["when"]]
    return [round(float(value), 1) for value in np.percentile(found, [50, 99])]


def gap(pictures: list[dict[str, Any]]) -> float:
    """The longest time between two pictures, in seconds."""
    return round(max(float(late["came"] - early["came"]) for early, late in pairwise(pictures)), 3)


def counted(pictures: list[dict[str, Any]]) -> dict[str, Any]:
    """What was seen of them all, once each."""
    people = [one for one in pictures if one["when"]]
    return {
        "leaks": sum(one["leak"] for one in pictures),
        "kinds": sorted({one["kind"] for one in pictures}),
        "equal": [one["equal"] for one in people].count(True),
        "people": len(people),
        "sides": sorted({json.dumps(one["sides"]) for one in people}),
        "gap": gap(pictures),
    }


def idle(program: Program) -> dict[str, Any]:
    """Nobody watches."""
    asked = cam("get", "stats", "--json")
    since = program.cpu
    time.sleep(3)
    return {"asked": asked, "cpu": (program.cpu - since) / 3, "camera": program.holds(CAMERA)}


def first(program: Program) -> dict[str, Any]:
    """Somebody comes, stays for some seconds, and is killed."""
    with Reader() as reader:
        reader.more(1, lambda one: one["when"])
        opened = next(one["came"] for one in reader.pictures if one["when"]) - reader.opening
        reader.more(60, lambda one: one["when"])
        held, pictures, figures = program.holds(CAMERA), reader.pictures, program.stats
        reader.end()
        late = program.reaches("idle")
    late_frames = [one for one in pictures if one["when"]][20:]
    fps = (len(late_frames) - 1) / (late_frames[-1]["came"] - late_frames[0]["came"])
    found = {"first": opened, "held": held, "idle": late, "fps": fps, "ages": ages(late_frames), "stats": figures}
    return found | {"camera": program.holds(CAMERA)} | counted(pictures)


def by_ffmpeg(program: Program) -> dict[str, Any]:
    """Raw pictures that ffmpeg reads: how many, and the values of the last one's upper left corner.

    From idle on: who opens just as the last reader has gone sees the plain pictures that are to fill all buffers.
    """
    program.reaches("idle")
    words = ["-hide_banner", "-loglevel", "error", "-f", "v4l2", "-i", WEBCAM, "-frames:v", "40"]
    done = subprocess.run(["ffmpeg", *words, "-f", "rawvideo", "-"], capture_output=True, check=False, timeout=40)
    width, height = (int(side) for side in SIZE.split("x"))
    whole = len(done.stdout) // (width * height * 3 // 2)
    pictures = np.frombuffer(done.stdout, np.uint8)[: whole * width * height * 3 // 2].reshape(whole, -1)
    luma, blue, red = pictures[-1][0], pictures[-1][width * height], pictures[-1][width * height * 5 // 4]
    odd = len(done.stdout) % (width * height * 3 // 2)
    error = done.stderr.decode()
    return {"pictures": whole, "odd": odd, "corner": [int(luma), int(blue), int(red)], "error": error}


def control(program: Program) -> dict[str, Any]:
    """A reader counts while others speak to the camera."""
    found = dict[str, Any]()
    with Reader() as reader:
        reader.more(20, lambda one: one["when"])
        for words in (f"backdrop={BLUE}", "mirror=on", "mirror=off", f"backdrop={GREEN}"):
            found[words] = [cam("set", words)["status"], reader.more(8)[-1]]
        found["pause"] = [cam("pause")["status"], reader.more(10)[-1]]
        found["resume"] = [cam("resume")["status"], reader.more(5, lambda one: one["when"])[-1]]
        before = program.stats["frames"]
        found["wrong"] = [cam("set", word) for word in ("blurr=3", "blur=much", "backdrop=/nowhere.jpg")]
        reader.more(5)
        found["goes on"] = program.stats["frames"] - before
        found |= counted(reader.pictures)
        for words in ("backdrop=blur", "blur=40"):  # from here on the room shows, blurred
            found[words] = [cam("set", words)["status"], reader.more(8)[-1]]
        found["gap"] = gap(reader.pictures)
        cam("set", f"backdrop={GREEN}")
    return found


def rested(program: Program) -> dict[str, int]:
    """The least that it keeps while nobody watches: the question itself may be open a moment longer."""
    program.reaches("idle")
    seen = []
    for _ in range(10):
        seen.append(program.kept)
        time.sleep(0.05)
    return {what: min(one[what] for one in seen) for what in seen[0]}


def openings(program: Program) -> dict[str, Any]:
    """One comes and goes, again and again."""
    before = rested(program)
    with Process([sys.executable, str(FOLDER / "cam_read.py"), WEBCAM, "5", "30"]) as reader:
        status = reader.wait()
        found = json.loads(reader.lines[-1]) if not status else {"error": reader.lines[-3:]}
    return found | {"before": before, "after": rested(program)}


def ended(program: Program, end: Callable[[], object], device: str = WEBCAM) -> dict[str, Any]:
    """It is ended while somebody looks."""
    with Reader(device) as reader:
        reader.more(15, lambda one: one["textured"])
        end()
        status = program.wait()
        reader.settles()
        pictures = reader.pictures
    return {"status": status, "last": pictures[-1]} | counted(pictures)


def stops(feed: Feed, program: Program) -> None:
    """The camera goes. As long as somebody holds it, the next feed could not change its size: v4l2loopback's way."""
    feed.stops()
    until(lambda: not program.holds(CAMERA), "the camera is given up")


def feeds(program: Program, feeders: list[Feed], coded: Feeder) -> dict[str, Any]:
    """Somebody looks while the camera goes and comes back: slow, fast, as MJPEG that is damaged, as it was."""
    found = dict[str, Any]()
    usual, slow, fast, again = feeders
    with Reader() as reader:
        reader.more(5, lambda one: one["when"])
        stops(usual, program)
        found["gone"] = reader.more(1)[-1]
        for name, feed in (("slow", slow), ("fast", fast)):
            feed.starts()
            reader.more(10, lambda one: one["textured"])
            found[name] = [reader.more(10)[-1], program.stats["camera"]]
            stops(feed, program)
            told(name)
        with coded:
            reader.more(10, lambda one: one["textured"])
            found["mjpeg"] = [reader.more(30)[-1], until(lambda: program.stats["damaged"], "damaged pictures")]
        told("mjpeg")
        until(lambda: not program.holds(CAMERA), "the camera is given up")
        again.starts()
        reader.more(10, lambda one: one["when"])
        found |= counted(reader.pictures)
    return found | {"told": program.told}


def main() -> None:
    """All of it."""
    result, folder = dict[str, Any](), Path(sys.argv[1])
    kinds = (SIZE, 30), ("320x180", 5), (SIZE, 60), (SIZE, 30)
    with ExitStack() as stack:
        feeders = [stack.enter_context(Feed(folder, *kind)) for kind in kinds]
        coded = Feeder(read_jpegs(folder), "MJPG", (360, 640))
        feeders[0].starts()
        told("fed")
        with Reader(CAMERA) as reader:
            reader.more(30)
            result["direct"] = ages(reader.pictures)
        told("direct")
        program = stack.enter_context(Program("--camera", CAMERA, "--to", WEBCAM, "-b", GREEN))
        result["start"] = program.prepares()
        told("ready")
        for name, part in (("idle", idle), ("first", first), ("control", control), ("openings", openings)):
            result[name] = part(program)
            told(name)
        result["ffmpeg"] = by_ffmpeg(program)
        told("ffmpeg")
        result["browser"] = browse() if shutil.which("chromium") and "--quick" not in sys.argv else {"missing": True}
        told("browser")
        result["feeds"] = feeds(program, feeders, coded)
        told("feeds")
        result["ended"] = ended(program, program.process.terminate) | {"told": program.told}
        told("ended")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
