"""Names of formats and colour tags, as ffprobe says them (FFmpeg's names for ITU-T H.273's numbers)."""

import av
from av.video.frame import VideoFrame

from bgstream.frame import HDR_TRANSFERS, RGB, Colour
from bgstream.media import colour_of
from bgstream.probing.picture import Tags

UNKNOWN = "unknown"
MATRICES = {0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc"}
MATRICES |= {10: "bt2020c", 11: "smpte2085", 12: "chroma-derived-nc", 13: "chroma-derived-c", 14: "ictcp"}
RANGES = {1: "tv", 2: "pc"}
PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020"}
PRIMARIES |= {10: "smpte428", 11: "smpte431", 12: "smpte432", 22: "ebu3213"}
TRANSFERS = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100"}
TRANSFERS |= {10: "log316", 11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12"}
TRANSFERS |= {16: "smpte2084", 17: "smpte428", 18: "arib-std-b67"}
CHROMA = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (4, 1): "4:1:1", (1, 2): "4:4:0", (4, 4): "4:1:0"}


def tags_of(picture: VideoFrame) -> Tags:
    """The colour tags of a decoded picture, and what is assumed where there is none."""
    said = colour_of(picture)
    shape = RANGES.get(int(picture.color_range), UNKNOWN)
    shape = "pc" if said.full else shape  # yuvj formats are full range whatever the tag says
    matrix = MATRICES.get(said.matrix, UNKNOWN)
    return Tags(
        matrix,
        shape,
        PRIMARIES.get(said.primaries, UNKNOWN),
        TRANSFERS.get(said.transfer, UNKNOWN),
        _assumed(picture, said, shape),
        HDR_TRANSFERS.get(said.transfer, ""),
    )


def _assumed(picture: VideoFrame, said: Colour, shape: str) -> dict[str, str]:
    """Matrix and range that stand in for missing ones; R, G, B has neither a matrix nor a studio range."""
    form = picture.format
    if form.is_rgb or form.has_palette or said.matrix == RGB:
        return {}
    used = said.known(picture.height)
    missing = {"matrix": MATRICES[used.matrix]} if used.matrix != said.matrix else {}
    return missing | ({"range": "tv"} if shape == UNKNOWN else {})


def chroma_of(pixel_format: str) -> str:
    """How finely colour is stored: ``4:2:0``, …, ``RGB``, ``grey``."""
    form = av.VideoFormat(pixel_format)
    if form.is_rgb or form.has_palette:
        return "RGB"
    if len(form.components) <= 2:
        return "grey"
    step = 4 // max(1, form.chroma_width(4)), 4 // max(1, form.chroma_height(4))
    return CHROMA.get(step, f"1/{step[0]}×1/{step[1]}")


def depth_of(pixel_format: str) -> int:
    """Bits of a sample; of a palette's colours 8."""
    form = av.VideoFormat(pixel_format)
    return 8 if form.has_palette else max(part.bits for part in form.components)
