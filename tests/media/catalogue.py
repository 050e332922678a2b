"""Every file the tests read, by name, each made when it is first asked for."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tests.media.clips import Clip, Sound, Words, make_clip
from tests.media.pictures import PICTURES

VFR = (0, 3003, 3600, 9009, 9100, 12012, 21021, 24024, 60060, 63063, 64000, 90090)  # units of 1/90000 s
PLAIN = Clip(sound=(Sound(),))
LONG = Clip(count=60, rate=20, sound=(Sound(seconds=3.0),))
WEBM = Clip("libvpx-vp9", unit=Fraction(1, 1000), sound=(Sound("libopus"),), options={"cpu-used": "8"})
TRACKS = (
    Sound(tags={"language": "eng"}),
    Sound(channels=2, tags={"language": "deu"}),
)

FAR = Clip(count=80, rate=10, options={"g": "15", "bf": "2"}, sound=(Sound(seconds=8.0, silent=6.5),))
INTERLACED = Clip(
    "mpeg2video",
    size=(96, 96),
    unit=Fraction(1, 25),
    tags=(6, 1, 6, 6),
    options={"flags": "+ildct+ilme", "field_order": "tt", "bf": "0"},
)

SPOKEN = (
    Words(tags={"language": "eng", "title": "For all"}, held=1),
    Words(cues=((0.0, 0.44, "Grüße, {\\i1}Welt{\\i0}\\Nzweite"),), tags={"language": "deu"}, held=64),
)
CHAPTERS = ((0.0, 0.16, "Anfang"), (0.16, 0.32, "Mitte & mehr"), (0.32, 0.48, "Ende"))
WORDED = replace(PLAIN, chapters=CHAPTERS)
TOGETHER = ((0.04, 0.2, "a"), (0.04, 0.12, "b"), (0.16, 0.28, "c"), (0.36, 0.4, "d"))
STYLED = Words(
    "ass", ((0.04, 0.16, "{\\an8\\pos(3,4)}über"), (0.2, 0.3, "{\\p1}m 0 0 l 9 0 9 9{\\p0}"), (0.32, 0.4, "aus"))
)

ODD = ("5.1(side)", "quad(side)", "2.1", "hexadecagonal", "9 channels")

CLIPS: dict[str, Clip] = {
    "plain.mp4": PLAIN,
    "silent.mp4": Clip(),
    "vfr.mp4": Clip(unit=Fraction(1, 90000), times=VFR),
    "phone.mp4": Clip(unit=Fraction(1, 90000), times=VFR, rotation=90, sound=(Sound(),)),
    "rotated90.mp4": Clip(rotation=90),
    "rotated180.mp4": Clip(rotation=180),
    "rotated270.mp4": Clip(rotation=-90),
    "rotated422.mov": Clip("prores_ks", "yuv422p10le", rotation=90, options={}),
    "sar.mp4": Clip(aspect=Fraction(4, 3)),
    "narrow.mp4": Clip(aspect=Fraction(3, 4)),
    "odd444.mp4": Clip(pixels="yuv444p", size=(61, 97)),
    "odd420.mkv": Clip("ffv1", size=(61, 97), unit=Fraction(1, 1000), options={}),
    "ten.mp4": Clip(pixels="yuv420p10le"),
    "full.mp4": Clip(tags=(1, 2, 1, 1)),
    "yuvj.mov": Clip("mjpeg", "yuvj420p", tags=(5, 2, 2, 2), options={}),
    "untagged.mp4": Clip(tags=(2, 0, 2, 2)),
    "untagged720.mp4": Clip(tags=(2, 0, 2, 2), size=(720, 64), count=3),
    "pq.mp4": Clip(pixels="yuv420p10le", tags=(9, 1, 9, 16), count=4),
    "hlg.mp4": Clip(pixels="yuv420p10le", tags=(9, 1, 9, 18), count=4),
    "late_video.mp4": Clip(start=0.4, sound=(Sound(seconds=0.9),)),
    "late_audio.mp4": Clip(sound=(Sound(start=0.3),)),
    "late_audio.mkv": Clip(unit=Fraction(1, 1000), sound=(Sound(start=0.3),)),
    "eleven_seconds.ts": Clip(unit=Fraction(1, 90000), start=11.4, sound=(Sound(start=11.4),)),
    "edit_list.mp4": Clip(
        start=-0.2, sound=(Sound(start=-0.2, seconds=0.68),), muxer={"avoid_negative_ts": "disabled"}
    ),
    "tracks.mp4": Clip(sound=TRACKS),
    "tracks.mkv": Clip(unit=Fraction(1, 1000), sound=TRACKS),
    "long_audio.mp4": Clip(sound=(Sound(seconds=1.5),)),
    "mp3.mkv": Clip(unit=Fraction(1, 1000), sound=(Sound("libmp3lame"),)),
    "interlaced.mkv": INTERLACED,
    "prores4444.mov": Clip("prores_ks", "yuva444p10le", options={"profile": "4444"}, count=6),
    "vp9.webm": WEBM,
    "alpha.webm": replace(
        WEBM, pixels="yuva420p", sound=(), options={"cpu-used": "8", "auto-alt-ref": "0", "lossless": "1"}
    ),
    "rgb.mkv": Clip("ffv1", "gbrp10le", unit=Fraction(1, 1000), tags=(0, 2, 1, 13), options={}),
    "one_frame.mp4": Clip(count=1),
    "tiny.mp4": Clip(size=(2, 2)),
    "long.mp4": replace(LONG, muxer={"movflags": "+faststart"}),
    "long_late_moov.mp4": LONG,
    "long.webm": replace(WEBM, count=60, rate=20, sound=(Sound("libopus", seconds=3.0),)),
    "long.mkv": replace(LONG, unit=Fraction(1, 1000)),
    "long.ts": replace(LONG, unit=Fraction(1, 90000), start=11.4, sound=(Sound(start=11.4, seconds=3.0),)),
    "short.mp4": Clip(muxer={"movflags": "+faststart"}),
    "audio_only.mp4": Clip("", sound=(Sound(),)),
    "worded.mkv": replace(WORDED, unit=Fraction(1, 1000), words=SPOKEN),
    "worded.mp4": replace(WORDED, words=tuple(replace(said, codec="mov_text") for said in SPOKEN)),
    "worded.webm": replace(WEBM, words=tuple(replace(said, codec="webvtt") for said in SPOKEN), chapters=CHAPTERS),
    "overlapping.mkv": Clip(unit=Fraction(1, 1000), words=(Words(cues=TOGETHER),)),
    "styled.mkv": Clip(unit=Fraction(1, 1000), words=(STYLED,)),
    "clicked.mp4": Clip(count=25, sound=(Sound(seconds=1.0, silent=0.5),)),
    "clicked.mov": Clip(count=25, sound=(Sound("pcm_s16le", seconds=1.0, silent=0.5),)),
    "clicked.mkv": Clip(count=25, unit=Fraction(1, 1000), sound=(Sound("flac", seconds=1.0, silent=0.5),)),
    "clicked.webm": replace(WEBM, count=25, sound=(Sound("libopus", seconds=1.0, silent=0.5),)),
    "commented.mkv": Clip(
        unit=Fraction(1, 1000), sound=(Sound(tags={"title": "Film"}, held=1), Sound(tags={"title": "Talk"}, held=8))
    ),
    "many_channels.mov": Clip(count=5, sound=tuple(Sound("pcm_s16le", seconds=0.2, layout=name) for name in ODD)),
    "thirty.mp4": Clip(rate=30, unit=Fraction(1, 15360)),
    "thirty.mkv": Clip(rate=30, unit=Fraction(1, 1000)),
    "far.mp4": FAR,
    "far_open.mkv": replace(
        FAR, unit=Fraction(1, 1000), options={"x264-params": "open-gop=1:bframes=3:keyint=15:scenecut=0"}
    ),
    "far_refreshed.mp4": replace(FAR, options={"x264-params": "intra-refresh=1:keyint=20"}),
    "far_late.mp4": replace(FAR, start=0.7),
    "far_interlaced.mkv": replace(INTERLACED, count=80, rate=10, unit=Fraction(1, 10)),
}

HALVES = {  # file: the whole one that it is the first half of
    "cut_faststart.mp4": "long.mp4",
    "cut_short.mp4": "short.mp4",
    "cut_before_moov.mp4": "long_late_moov.mp4",
    "cut.webm": "long.webm",
    "cut.mkv": "long.mkv",
}
FAKES = {
    "text.mp4": b"these are words, no film\n" * 40,
    "noise.mp4": bytes((k * k * 31 + k // 7) % 256 for k in range(5000)),
    "empty.mp4": b"",
    "picture_inside.mp4": b"\x89PNG\r\n\x1a\n" + bytes(200),
}


class Catalogue:
    """Hands out fixture files; ``folder`` holds them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str) -> Path:
        """The file of that name, made now if it was not before."""
        path = self.folder / name
        if path.exists():
            return path
        if name in CLIPS:
            make_clip(path, CLIPS[name])
        elif name in HALVES:
            whole = self(HALVES[name]).read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
        elif name in FAKES:
            path.write_bytes(FAKES[name])
        else:
            PICTURES[name](path)
        return path
