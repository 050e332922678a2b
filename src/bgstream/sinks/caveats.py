"""What an output cannot hold of this very source: said aloud, never found out later."""

from collections.abc import Iterator

from bgstream.frame import Layout
from bgstream.protocols import SourceInfo
from bgstream.sinks.delivery import Delivery
from bgstream.sinks.formats import ANY, Container
from bgstream.sinks.recipes import PIPE, SEQUENCE, Recipe

GIF, JPEG = ".gif", (".jpg", ".jpeg")
JPEG_SEGMENT = 65_533  # bytes of EXIF that a JPEG holds
GIF_RATE = 50  # frames a second: browsers show a picture of less than two hundredths of a second for ten
TITLES = {SEQUENCE: "a folder of pictures", PIPE: "a pipe"}


def caveats(recipe: Recipe, info: SourceInfo, delivery: Delivery) -> tuple[str, ...]:
    """What a user should know about one output of one source, a line each; mostly nothing.

    Args:
        recipe: how it is written.
        info: of the source, as its frames come.
        delivery: what is wanted besides the pictures.
    """
    found = [_padded(recipe, info), _left_out(recipe.container, info, delivery), _coarser(recipe, info)]
    found.append(_unsaid(recipe.container, info))
    return tuple(filter(None, [*found, *_gif(recipe, info, delivery)]))


def _padded(recipe: Recipe, info: SourceInfo) -> str:
    height, width = info.size
    down, across = height % 2, width % 2
    if not recipe.codec.even or not (down or across):
        return ""
    border = " and ".join(["the last column"] * across + ["the last row"] * down)
    return (
        f"{width}×{height} made {width + across}×{height + down} by repeating {border}:"
        f" {recipe.codec.name} takes even sizes only"
    )


def _left_out(container: Container, info: SourceInfo, delivery: Delivery) -> str:
    words = info.subtitles if delivery.subtitles else 0
    pictured = info.bitmaps if words else 0
    kept = words if container.text == ANY else (words - pictured) if container.text else 0
    lost = {
        "audio track": info.audio if delivery.audio and not container.sound else 0,
        "subtitle track": words - kept,
        "chapter": info.chapters if delivery.subtitles and not container.chapters else 0,
    }
    counted = [f"{count} {what}{'s' * (count != 1)}" for what, count in lost.items() if count]
    if not counted:
        return ""
    listed = " and ".join(filter(None, [", ".join(counted[:-1]), counted[-1]]))
    why = "no subtitles that are pictures" if container.text else "none"
    return f"left out: {listed} ({TITLES.get(container.suffix, container.suffix)} holds {why})"


def _coarser(recipe: Recipe, info: SourceInfo) -> str:
    """Samples or colours that are lost on the way to the encoder."""
    native, layout = info.native, info.layout
    if recipe.matte or native is None:
        return ""
    shallower = layout.depth < native.depth
    wider = not layout.rgb and any(
        mine > theirs for mine, theirs in zip(layout.subsampling, native.subsampling, strict=True)
    )
    if not (shallower or wider):
        return ""
    name = recipe.container.suffix if info.still else recipe.codec.name
    return f"{_said(native)} made {_said(layout)}: {name} is written with no more"


def _unsaid(container: Container, info: SourceInfo) -> str:
    size = len(info.picture.exif)
    if container.suffix not in JPEG or size <= JPEG_SEGMENT:
        return ""
    return f"left out: EXIF of {size // 1024} KiB (a JPEG holds less than 64)"


def _said(layout: Layout) -> str:
    kind = "R, G, B" if layout.rgb else layout.chroma
    return f"{kind} of {layout.depth} bits"


def _gif(recipe: Recipe, info: SourceInfo, delivery: Delivery) -> Iterator[str]:
    if recipe.container.suffix != GIF:
        return
    if recipe.alpha:
        red, green, blue = delivery.matte_colour
        yield (
            f"a GIF's alpha has one bit: soft edges are mixed with #{red:02x}{green:02x}{blue:02x};"
            " --matte-colour says what the page has"
        )
    if info.rate > GIF_RATE:
        yield f"{float(info.rate):g} frames a second: browsers play GIFs with more than {GIF_RATE} too slowly"
