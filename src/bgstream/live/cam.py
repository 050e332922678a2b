"""``bgstream cam`` from top to bottom: what is found, what is loaded, who may control it, and the loop."""

import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from bgstream.backdrops import refuse_as_target
from bgstream.frame import Frame
from bgstream.live.board import Board
from bgstream.live.control import Control
from bgstream.live.ending import Signals, ending
from bgstream.live.inputs import find_input
from bgstream.live.job import COLOUR, LAYOUT, UNIT, Ear, Job
from bgstream.live.keys import Keys
from bgstream.live.options import Options
from bgstream.live.outputs import open_output
from bgstream.live.preview import Preview
from bgstream.live.recorder import Recorder
from bgstream.live.scene import Scene, Scenes, refuse_nonsense
from bgstream.live.session import Session
from bgstream.live.slate import Slate
from bgstream.live.stats import Stats
from bgstream.matting.session import find_device
from bgstream.matting.tiers import find_tier
from bgstream.partial import check_target
from bgstream.progress import Progress
from bgstream.protocols import Sink
from bgstream.sources import StillSource
from bgstream.warmup import compile_camera, compile_kernels


def run(options: Options, progress: Progress, tell: Ear, figures: Callable[[Stats], None]) -> Stats:
    """Run the camera until it is stopped; returns the last figures.

    Args:
        options: what it is started with.
        progress: hears what is prepared.
        tell: hears of changes and failures.
        figures: hears how it goes, every second.

    Raises:
        BgstreamError: camera, output, network, backdrop or recording cannot be had.
    """
    cv2.setNumThreads(1)  # its workers spin between jobs as small as ours: the more cores, the more of them
    if options.picture:
        StillSource(Path(options.picture)).sample(1)  # a broken one is told now, not when it is to be shown
    refuse_nonsense(options.wishes)
    found = find_input(options)
    size = options.size or (found.size[0] // 2 * 2, found.size[1] // 2 * 2)
    device = find_device(options.device)
    with ExitStack() as stack:
        outside = stack.enter_context(Signals())
        recorder = stack.enter_context(_recorder(options, size, found.rate, tell))
        output = open_output(options, size, found.rate)
        sink = stack.enter_context(output.sink)
        _announce(sink, size)
        compile_kernels(progress, [find_tier(options.wishes.quality)])
        compile_camera(progress)
        progress.phase("loading the network")
        scenes = Scenes(device, float(found.rate), _blank(size))
        board: Board[Scene] = Board(scenes, options.wishes, output.watch.wake)
        stack.enter_context(_controlled(board, options, tell))
        outside.board = board
        job = Job(
            camera=found.open,
            sink=sink,
            watch=output.watch,
            size=size,
            name=found.name,
            output=output.name,
            rate=float(found.rate),
            seen=recorder,
            tell=tell,
            figures=figures,
            picture=options.picture,
        )
        progress.stop()
        tell(f"{found.name} → {output.name}, {size[1]}×{size[0]} at {float(found.rate):g} frames/s")
        Session(job, board).run()
        return board.stats


@contextmanager
def _controlled(board: Board[Scene], options: Options, tell: Ear) -> Iterator[None]:
    """By the socket, the page, keys and time, while the body runs."""
    with ExitStack() as stack:
        stack.enter_context(Control(board))
        if options.preview is not None:
            page = stack.enter_context(Preview(board, options.preview))
            tell(f"look at {page.url}", "only this machine can, and only under this address")
            if sys.stderr.isatty():
                webbrowser.open(page.url)
        stack.enter_context(Keys(board, tell, ("blur", options.wishes.backdrop, "black")))
        stack.enter_context(ending(board, options.seconds))
        yield


def _announce(sink: Sink, size: tuple[int, int]) -> None:
    """The first picture, before anything slow: call programs see a webcam only from then on (``exclusive_caps``)."""
    out = sink.blank(Frame((), LAYOUT, COLOUR, round(time.monotonic() / UNIT), UNIT))
    Slate(size, LAYOUT, COLOUR)(out, "")
    sink.write(out)


def _blank(size: tuple[int, int]) -> Frame:
    """Something grey to try networks on."""
    return Frame(tuple(np.full(shape, 128, np.uint8) for shape in LAYOUT.shapes(*size)), LAYOUT, COLOUR)


@contextmanager
def _recorder(options: Options, size: tuple[int, int], rate: Fraction, tell: Ear) -> Iterator[Callable[[Frame], None]]:
    if options.record is None:
        yield lambda _frame: None
        return
    check_target(options.record, Path(options.camera), options.overwrite)
    refuse_as_target(options.record, options.wishes.backdrop)
    failed = False
    with Recorder(options.record, size, rate, options.overwrite) as recorder:

        def put(frame: Frame) -> None:
            nonlocal failed
            recorder.put(frame)
            if recorder.error and not failed:
                failed = True
                tell(f"{recorder.error}; the camera goes on", getattr(recorder.error, "hint", ""))

        yield put
    if not failed and not recorder.error:
        left_out = (
            f"; {recorder.dropped} frame{'s' * (recorder.dropped != 1)} left out: the encoder was too slow"
            if recorder.dropped
            else ""
        )
        tell(f"recorded {options.record}{left_out}")
    elif not failed:
        tell(str(recorder.error))
