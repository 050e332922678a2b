"""Ctrl-C and a polite request to end, in mid-run: status 130 and nothing left."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import av
import pytest

from tests.cli.command import BGSTREAM, FAST, TIMEOUT, Done, listing

REPEATS = 12  # of the example's 100 pictures: far more than can be done before the signal arrives


@pytest.fixture(scope="module")
def endless(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that takes half a minute: the example over and over, packets copied."""
    path = tmp_path_factory.mktemp("endless") / "long.mkv"
    shift = 0.0
    with av.open(str(path), "w") as output:
        stream = None
        for _ in range(REPEATS):
            with av.open(str(examples / "astronaut.mp4")) as source:
                video = source.streams.video[0]
                stream = stream or output.add_stream_from_template(video)
                assert video.time_base is not None
                ticks = round(shift / video.time_base)
                for packet in source.demux(video):
                    if packet.pts is None or packet.dts is None:
                        continue
                    packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
                    packet.stream = stream
                    output.mux(packet)
                shift += float((video.duration or 0) * video.time_base)
    return path


def stopped(folder: Path, number: signal.Signals, event: str, *words: str) -> Done:
    """Start a run in a folder, wait until its progress tells of an event, send the signal, wait for the end."""
    command = [str(BGSTREAM), "long.mkv", "--json", *words, *FAST]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                if json.loads(line)["event"] == event:
                    break
            process.send_signal(number)
            out, err = process.communicate(timeout=TIMEOUT)
        finally:
            process.kill()
    return Done(process.returncode, out, err)


@pytest.mark.parametrize(("number", "target"), [(signal.SIGINT, "out.webm"), (signal.SIGTERM, "out.mkv")])
def test_a_run_in_full_flow(number: signal.Signals, target: str, endless: Path, tmp_path: Path) -> None:
    shutil.copy(endless, tmp_path / "long.mkv")
    (tmp_path / target).write_bytes(b"an older result")
    before = listing(tmp_path)
    done = stopped(tmp_path, number, "progress", "-o", target)
    assert done.status == 130, done.err
    assert "Traceback" not in done.err
    assert listing(tmp_path) == before


@pytest.mark.parametrize(("number", "event"), [(signal.SIGINT, "start"), (signal.SIGTERM, "phase")])
def test_a_run_that_has_hardly_begun(number: signal.Signals, event: str, endless: Path, tmp_path: Path) -> None:
    shutil.copy(endless, tmp_path / "long.mkv")
    before = listing(tmp_path)
    done = stopped(tmp_path, number, event)
    assert done.status == 130, done.err
    assert "Traceback" not in done.err
    assert listing(tmp_path) == before
