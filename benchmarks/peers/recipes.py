"""What other programs do with every frame, written anew from their documented steps; see each function.

All of them run the weights that bgstream ships, with onnxruntime's own defaults, as they do. A recipe takes a clip,
the file to write and a function that hears every mask, or None; it returns the number of frames.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "models" / "bgstream_models" / "u2netp.onnx"
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
SIDE = 320
GREEN = np.array([0, 255, 0], np.float32)

Mask = NDArray[np.uint8]
Hear = Callable[[Mask], None] | None
Picture = Image.Image


class Network:
    """U²-Net's small variant, asked as its reference program asks it, and as rembg does."""

    def __init__(self) -> None:
        self._session = ort.InferenceSession(str(WEIGHTS), providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def __call__(self, small: NDArray[Any]) -> NDArray[Any]:
        """(320, 320) 0..1: R, G, B divided by the picture's own maximum, answers stretched from minimum to maximum."""
        scaled = small / max(np.max(small), 1e-6)
        tensor = ((scaled - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)
        answer = np.asarray(self._session.run(None, {self._input: tensor})[0])[0, 0]
        low, high = answer.min(), answer.max()
        return np.asarray((answer - low) / max(high - low, 1e-6))


def rembg_recipe(clip: Path, target: Path, hear: Hear) -> int:
    """rembg's steps for u2netp on every frame, in the loop that its users write around it.

    Frames by cv2.VideoCapture; down to 320² with Lanczos, the network, up again with Lanczos, as Pillow does it;
    composited in NumPy; written by cv2.VideoWriter (mp4v).
    """
    network = Network()

    def mask_of(rgb: NDArray[np.uint8]) -> Mask:
        picture = Image.fromarray(rgb)
        alpha = network(np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)))
        small = Image.fromarray((alpha * 255).astype(np.uint8))
        return np.asarray(small.resize(picture.size, Image.Resampling.LANCZOS))

    return _loop(clip, target, mask_of, hear)


def rembg_itself(clip: Path, target: Path, hear: Hear) -> int:
    """The rembg package, where it is installed, in the same loop; ``only_mask`` spares it its own composite."""
    rembg = import_module("rembg")
    session = rembg.new_session("u2netp")

    def mask_of(rgb: NDArray[np.uint8]) -> Mask:
        return np.asarray(rembg.remove(Image.fromarray(rgb), session=session, only_mask=True))

    return _loop(clip, target, mask_of, hear)


def _loop(clip: Path, target: Path, mask_of: Callable[[NDArray[np.uint8]], Mask], hear: Hear) -> int:
    capture, writer, count = cv2.VideoCapture(str(clip)), None, 0
    while True:
        there, frame = capture.read()
        if not there:
            break
        mask = mask_of(np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), np.uint8))
        cover = (mask / 255.0)[..., None]
        height, width = mask.shape
        writer = writer or cv2.VideoWriter(
            str(target), cv2.VideoWriter.fourcc(*"mp4v"), capture.get(cv2.CAP_PROP_FPS), (width, height)
        )
        writer.write((frame * cover + GREEN * (1 - cover)).astype(np.uint8))
        if hear is not None:
            hear(mask)
        count += 1
    if writer is not None:
        writer.release()
    return count


def backgroundremover_like(clip: Path, target: Path, hear: Hear) -> int:
    """backgroundremover's two passes through ffmpeg, alpha matting off.

    Pass 1: raw frames of 320 rows from one ffmpeg process, the same network on each, masks as raw grey to a second
    (MPEG-4, 2 Mbit/s). Pass 2: a third decodes clip and masks, enlarges the masks, merges and composites on green;
    H.264 here, where it would write QuickTime RLE.
    """
    facts = cv2.VideoCapture(str(clip))
    wide, high = facts.get(cv2.CAP_PROP_FRAME_WIDTH), facts.get(cv2.CAP_PROP_FRAME_HEIGHT)
    width, rate = 2 * round(wide / high * SIDE / 2), f"{facts.get(cv2.CAP_PROP_FPS):.6f}"
    masks, count, network = target.with_suffix(".masks.mp4"), 0, Network()
    grey = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{width}x{SIDE}", "-r", rate, "-i", "-"]
    writing = _ffmpeg([*grey, "-an", "-c:v", "mpeg4", "-b:v", "2000k", str(masks)])
    for rgb in _small_frames(clip, width):
        alpha = network(cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR))
        mask = cv2.resize((alpha * 255).astype(np.uint8), (width, SIDE), interpolation=cv2.INTER_LINEAR)
        cast(IO[bytes], writing.stdin).write(np.asarray(mask).tobytes())
        if hear is not None:
            hear(np.asarray(cv2.resize(mask, (int(wide), int(high))), np.uint8))
        count += 1
    _finish(writing)
    graph = (
        f"color=0x00ff00:s={int(wide)}x{int(high)}:r={rate}[back];[1:v]scale={int(wide)}:{int(high)}[mask];"
        "[0:v][mask]alphamerge[front];[back][front]overlay=shortest=1"
    )
    encoder = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p"]
    _finish(_ffmpeg(["-i", str(clip), "-i", str(masks), "-filter_complex", graph, *encoder, "-an", str(target)]))
    masks.unlink()
    return count


def _small_frames(clip: Path, width: int) -> Iterator[NDArray[np.uint8]]:
    raw = ["-i", str(clip), "-vf", f"scale={width}:{SIDE}", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    reading, size = _ffmpeg(raw), width * SIDE * 3
    stream = cast(IO[bytes], reading.stdout)
    while len(data := stream.read(size)) == size:
        yield np.frombuffer(data, np.uint8).reshape(SIDE, width, 3)
    _finish(reading)


def _ffmpeg(words: list[str]) -> "subprocess.Popen[bytes]":
    line = ["ffmpeg", "-v", "error", "-y", *words]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _finish(process: "subprocess.Popen[bytes]") -> None:
    process.communicate()
    if process.returncode:
        raise RuntimeError(f"ffmpeg ended with status {process.returncode}")


def missing(role: str) -> str:
    """Why a recipe cannot be run here; empty if it can."""
    if role == "rembg":
        try:
            import_module("rembg")
        except ImportError:
            return "the package rembg is not installed"
    if role == "backgroundremover-like" and not shutil.which("ffmpeg"):
        return "there is no ffmpeg"
    return ""


RECIPES: dict[str, Callable[[Path, Path, Hear], int]] = {
    "rembg's recipe": rembg_recipe,
    "rembg": rembg_itself,
    "backgroundremover-like": backgroundremover_like,
}
