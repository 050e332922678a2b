"""``bgstream doctor camera --json``: as the guest is, while a program films, and while pictures are sent."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BGSTREAM = Path(sys.executable).parent / "bgstream"
FILM = """
import sys
import av
with av.open("/dev/video0", format="v4l2", options={"video_size": "1280x720"}) as camera:
    next(camera.decode(video=0))
    print("on", flush=True)
    sys.stdin.read()
"""
SEND = """
import sys
import numpy as np
import pyvirtualcam
with pyvirtualcam.Camera(640, 360, 30, fmt=pyvirtualcam.PixelFormat.I420, device="/dev/video10") as camera:
    camera.send(np.zeros(640 * 360 * 3 // 2, np.uint8))
    print("on", flush=True)
    sys.stdin.read()
"""


def ask() -> Any:
    done = subprocess.run([BGSTREAM, "doctor", "camera", "--json"], capture_output=True, text=True, check=False)
    return {"status": done.returncode, "findings": json.loads(done.stdout)}


def during(program: str) -> Any:
    """Asked while a program runs; and its process."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "on\n"
        answer = ask() | {"pid": running.pid}
        running.communicate("")
    return answer


print(json.dumps({"idle": ask(), "filming": during(FILM), "sending": during(SEND)}))
