"""What has to be equal in a source and an output of it, one property a function."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from tests.matrix.filming7 import GREEN, radius
from tests.matrix.seeing import Seen
from tests.matrix.table import (
    ALWAYS_ALPHA,
    BACKDROP,
    COARSE,
    CONDITIONS,
    DEEP,
    FINE,
    PROMISES,
    Output,
    coded_size,
)

AUDIO_FRAME = 0.0215  # seconds: 1024 samples at 48 kHz, and a tick
SURE = 8  # of 255: alpha that codecs with loss may be off where it is all or nothing


def check(original: Seen, out: Seen, output: Output, condition: str) -> None:
    """All of it."""
    check_times(original, out, output)
    check_duration(original, out, output, condition)
    assert out.size == coded_size(output, condition), out.size
    check_pixels(original, out, output)
    check_sound(original, out, output)
    if CONDITIONS[condition].looked:
        check_pictures(original, out, output)


def check_times(original: Seen, out: Seen, output: Output) -> None:
    """As many pictures, each at its own time, to the container's own rounding."""
    promise = PROMISES[output.suffix]
    assert len(out.times) == len(original.times), out.times
    gaps = {after - before for before, after in pairwise(original.times)}
    if promise.times or (output.codec == "y4m" and len(gaps) == 1):  # its header knows a rate, no times
        late = [abs(mine - theirs) for mine, theirs in zip(out.times, original.times, strict=True)]
        assert max(late) <= promise.rounding, [float(t) for t in out.times]


def check_duration(original: Seen, out: Seen, output: Output, condition: str) -> None:
    """The end of the sound, else that of the last picture; a clip of uneven times does not tell when its last goes."""
    promise, end = PROMISES[output.suffix], CONDITIONS[condition].end
    if promise.sound and original.tracks:
        assert abs(out.duration - original.duration) <= AUDIO_FRAME, out.duration
    elif promise.times and end is not None:
        assert abs(out.duration - end) <= promise.rounding + Fraction(1, 1000), out.duration
    elif promise.times:
        gaps = np.diff([float(t) for t in original.times])
        assert 0 < out.duration - original.times[-1] <= max(gaps), out.duration


def check_pixels(original: Seen, out: Seen, output: Output) -> None:
    """Alpha or none, ten bits where there is room for them, colour tags."""
    promise = PROMISES[output.suffix]
    assert out.alpha == output.transparent or output.codec in ALWAYS_ALPHA, out.pixels
    if "10" in original.pixels and output.codec in DEEP:
        assert any(depth in out.pixels for depth in ("10", "12", "16", "48", "64")), out.pixels
    held = promise.tags if out.pixels.startswith("yuv") else promise.rgb_tags
    assert [(key, out.tags.get(key)) for key in held] == [(key, original.tags[key]) for key in held], out.tags


def check_sound(original: Seen, out: Seen, output: Output) -> None:
    """Every track, in order: codec, channels, language, and its place in time."""
    promise = PROMISES[output.suffix]
    expected = original.tracks if promise.sound else []
    mine = [(track.codec, track.channels, spoken(track.language)) for track in out.tracks]
    assert mine == [(promise.sound, track.channels, track.language) for track in expected], mine
    for after, before in zip(out.tracks, expected, strict=True):
        assert abs(after.lead - before.lead) <= AUDIO_FRAME, out.tracks


def spoken(language: str) -> str:
    """ISO 639-2 has two codes for some languages, and QuickTime knows the other one."""
    return {"ger": "deu"}.get(language, language)


def check_pictures(original: Seen, out: Seen, output: Output) -> None:
    """The subject has its colours, where it was; what is not the subject is gone, or green."""
    assert original.pictures is not None
    assert out.pictures is not None
    _, height, width, _ = original.pictures.shape
    some = slice(None, None, 5 if height > 360 else 1)  # not even: GIFs are dithered in squares of eight
    allowed = COARSE.get(output.codec, FINE)
    for number in (0, len(original.pictures) - 1):
        before = original.pictures[number, some, some].astype(np.float64)
        after = out.pictures[number, :height, :width][some, some].astype(np.float64)
        far = radius((height, width), number)[some, some]
        subject, rest = far < 0.7, far > 1.2
        error = (after - before)[subject, :3]
        assert np.abs(error).mean() < allowed, np.abs(error).mean()
        assert np.abs(error.mean(axis=0)).max() < allowed / 2, error.mean(axis=0)
        if output.transparent:
            assert (after[subject, 3].min(), after[rest, 3].max()) == pytest.approx((255, 0), abs=SURE)
        else:
            seen = after[rest, :3].mean(axis=0)
            assert np.abs(seen - GREEN).max() < BACKDROP.get(output.codec, FINE), seen
