"""A frame that is handed out has its memory for itself until it is encoded, whoever asks for the next one meanwhile."""

from pathlib import Path

import numpy as np
import pytest

from bgstream.frame import Frame
from bgstream.sinks import VideoSink, open_sink, recipe_for
from tests.media.judge import Judge
from tests.media.synthetic import frames, info_of


class Meanwhile:
    """In the place of sound: while a frame waits for it, the next ones are asked for and filled, as in the pipeline."""

    def __init__(self, sink: VideoSink, like: Frame) -> None:
        self._sink, self._like = sink, like

    def advance(self, _seconds: float) -> None:
        for _ in range(3):
            for plane in self._sink.blank(self._like).planes:
                plane[...] = 0

    def close(self) -> None:
        """Nothing."""


@pytest.mark.parametrize("name", ["matte.mkv", "out.mkv"])
def test_the_next_frame_does_not_overwrite_the_last(
    name: str, tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, made = tmp_path / name, frames()
    recipe = recipe_for(target, still=False, transparent=False, matte=name == "matte.mkv")
    with open_sink(target, recipe, info_of(made)) as sink:
        assert isinstance(sink, VideoSink)
        monkeypatch.setattr(sink, "_companions", Meanwhile(sink, made[0]))
        for index, frame in enumerate(made):
            out = sink.blank(frame)
            for plane in out.planes:
                plane[...] = 100 + index
            sink.write(out)
    seen = judge.pictures(target, "gray", "scale=in_range=tv:out_range=tv" if name == "out.mkv" else "null")
    np.testing.assert_array_equal(seen, np.broadcast_to(np.arange(100, 110)[:, None, None], seen.shape))
