"""`bgstream cam` from vivid, while everything goes wrong around it. Prints one JSON object of what was seen."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.vm.cam_calls import ended, told
from tests.vm.cam_program import Process, Program, Reader, cam, until

CAMERA, GREEN, LIVE = "/dev/video0", "#00c000", [[113], [72], [57]]  # nobody is before vivid: all is backdrop
OTHER, SECOND = "/dev/video11", Path("/run/bgstream-second")
HOLD = f"""
import av, sys
camera = av.open({CAMERA!r}, format="v4l2")
next(camera.decode(video=0))
print("on", flush=True)
sys.stdin.read()
"""


def is_live(one: dict[str, Any]) -> bool:
    """It is a matted picture, none that says why there is none."""
    return bool(one["sides"] == LIVE)


def set_control(words: str) -> None:
    subprocess.run(["v4l2-ctl", "-d", CAMERA, "-c", words], check=True)


def reopened(program: Program, reader: Reader) -> dict[str, Any]:
    """It is open while somebody looks, and only then."""
    held = program.holds(CAMERA)
    reader.end()
    return {"held": held, "late": program.reaches("idle"), "kept": program.holds(CAMERA)}


def unplugged(program: Program, reader: Reader) -> dict[str, Any]:
    """The camera goes, and comes back when its last user has let go of it: that is vivid's way."""
    other = os.open(CAMERA, os.O_RDWR)
    set_control("disconnect=1")
    shown = reader.more(5, lambda one: not is_live(one))[-1]
    state = until(lambda: program.stats["state"] == "trouble" and program.stats, "trouble")
    os.close(other)
    reader.more(5, is_live)
    return {"shown": shown["sides"], "text": state["text"], "after": program.stats["state"]}


def flagged(program: Program, reader: Reader) -> dict[str, Any]:
    """The driver says of a picture that it is damaged."""
    before = program.stats["damaged"]
    set_control("inject_v4l2_buf_flag_error=1")
    reader.more(10, is_live)
    return {"damaged": until(lambda: program.stats["damaged"], "a damaged picture") - before}


def clock_jumps(program: Program, reader: Reader) -> dict[str, Any]:
    """The wall clock goes forth and back."""
    found, now = [], time.time()
    for jump in (3600, -7200):
        time.clock_settime(time.CLOCK_REALTIME, now + jump)
        seen = reader.more(15)
        found += [all(map(is_live, seen)), program.stats["latency_99"]]
    time.clock_settime(time.CLOCK_REALTIME, now)
    return {"live": found[::2], "latency": found[1::2], "fps": program.stats["fps"]}


def silent(program: Program, reader: Reader) -> dict[str, Any]:
    """The camera hangs, and goes on."""
    set_control("percentage_of_dropped_buffers=100")
    shown = reader.more(3, lambda one: not is_live(one))[-1]
    until(lambda: program.stats["state"] == "trouble", "trouble")
    set_control("percentage_of_dropped_buffers=0")
    reader.more(5, is_live)
    return {"shown": shown["sides"]}


def paused(program: Program, reader: Reader) -> dict[str, Any]:
    """By a signal; and meanwhile another program takes the camera."""
    program.process.send_signal(signal.SIGUSR1)
    shown = reader.more(5, lambda one: not is_live(one))[-1]
    found = {"shown": shown["sides"], "state": program.stats["state"], "kept": program.holds(CAMERA)}
    with Process([sys.executable, "-c", HOLD]) as other:
        until(lambda: other.lines == ["on"], "the camera is held")
        program.process.send_signal(signal.SIGUSR1)
        until(lambda: program.stats["state"] == "trouble", "trouble")
        found |= {"busy": reader.more(5)[-1]["sides"], "text": program.stats["text"], "pid": other.process.pid}
        other.end()
    reader.more(5, is_live)
    return found | {"after": program.stats["state"]}


PARTS: dict[str, Callable[[Program, Reader], dict[str, Any]]] = {
    "unplugged": unplugged,
    "flagged": flagged,
    "clock": clock_jumps,
    "silent": silent,
    "paused": paused,
    "on demand": reopened,
}


def killed(program: Program) -> dict[str, Any]:
    """SIGKILL while somebody looks; what is read afterwards."""
    with Reader() as reader:
        reader.more(10, is_live)
        count = len(reader.pictures)
        program.end()
        reader.settles()
        after = reader.pictures[count:]
    return {"after": len(after), "matted": all(map(is_live, after))}


def main() -> None:
    """All of it; another camera, made by arithmetic, is ended meanwhile, and started and ended again."""
    result = dict[str, Any]()
    words = "--camera", CAMERA, "--to", "/dev/video10", "--size", "640x360", "-b", GREEN
    others = "--camera", "synthetic", "--to", OTHER, "--size", "320x180", "-b", GREEN
    with ExitStack() as stack:
        program = stack.enter_context(Program(*words))
        second = stack.enter_context(Program(*others, runtime=SECOND))
        program.prepares()
        second.prepares()
        told("ready")
        result["stopped"] = ended(second, lambda: cam("stop", runtime=SECOND), OTHER)
        told("stopped")
        third = stack.enter_context(Program(*others, runtime=SECOND))
        reader = stack.enter_context(Reader())
        reader.more(5, is_live)
        for name, part in PARTS.items():
            result[name] = part(program, reader)
            told(name)
        result["killed"] = killed(program)
        result["told"] = program.told
        third.prepares()
        told("ready again")
        result["interrupted"] = ended(third, lambda: third.process.send_signal(signal.SIGINT), OTHER)
        told("interrupted")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
