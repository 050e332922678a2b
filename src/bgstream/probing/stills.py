"""Single pictures, and those animations that Pillow reads."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from bgstream.errors import SourceError
from bgstream.frame import LAYOUTS, Layout
from bgstream.media import open_media
from bgstream.probing.census import Census, traps
from bgstream.probing.clock import Times
from bgstream.probing.facts import Facts
from bgstream.probing.picture import Alpha, Picture, Size, Still, Tags
from bgstream.probing.words import depth_of
from bgstream.progress import Clock, Progress
from bgstream.protocols import PictureTags, Wants
from bgstream.sources import AnimationSource
from bgstream.sources.photo import Photo, read_photo
from bgstream.sources.photo_tags import photo_tags
from bgstream.sources.still import TAGS

# EXIF orientation (CIPA DC-008, 4.6.4): degrees counter-clockwise to turn by, then whether to mirror.
TURNS = {1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True)}
TURNS |= {5: (-90, True), 6: (-90, False), 7: (90, True), 8: (90, False)}
BITS = 258  # the TIFF tag
MODES = {"1": 1, "I;16": 16, "I;16B": 16, "I;16L": 16}  # modes of Pillow whose samples have not 8 bits
CODECS = {"avif": "av1", "heif": "hevc", "mpo": "jpeg"}  # of others the format's name is the codec's
SRGB = Tags("gbr", "pc", "bt709", "iec61966-2-1")


def read_still(path: Path) -> Facts:
    """All that a picture file says, and what its pixels show.

    Raises:
        SourceError: it cannot be read, or not to its end: half a photograph is none.
    """
    photo = read_photo(path)
    with Image.open(path) as image:
        tags, orientation, _ = photo_tags(image)
        orientation = image.info.get("original_orientation") or orientation
        depth, kind = _depth(path, image, photo), image.format or ""
        height, width = photo.pixels.shape[:2]
        degrees, mirrored = TURNS[orientation]
        layout = _layout(photo)
        picture = Picture(
            CODECS.get(kind.lower(), kind.lower()),
            layout.alpha_name if photo.pixels.shape[2] == 4 else layout.name,
            depth,
            "grey" if image.mode in ("1", "L", "LA") or image.mode.startswith("I") else "RGB",
            Size(width, height) if orientation >= 5 else Size(height, width),
            Size(height, width),
            rotation=degrees,
            mirrored=mirrored,
            colour=Tags("gbr", "pc") if tags.icc else SRGB,
            alpha=_alpha(photo),
        )
        still = Still(image.mode, _profile(tags), tags.dpi, bool(tags.exif))
        shallow = depth > 8 * photo.pixels.itemsize and not photo.notes
        notes = (*photo.notes, *((f"{depth} bits of a kind that is read as 8",) if shallow else ()))
        return Facts(
            path,
            "still",
            kind,
            image.format_description or kind,
            path.stat().st_size,
            picture,
            still,
            notes=notes + traps(picture.alpha),
        )


def read_animation(path: Path, progress: Progress) -> Facts:
    """All pictures of an animated WebP or AVIF.

    Raises:
        SourceError: nothing can be read.
    """
    source = AnimationSource(path, Wants(None, square=False))
    info, clock = source.info, Clock()
    census, times = Census(), Times(info.time_base)
    problems: tuple[str, ...] = ()
    pixels = info.layout.name
    progress.start(path.name, info.duration)
    frames = source.frames()
    try:
        while (frame := next(frames, None)) is not None:
            times.note(frame.pts, frame.duration)
            if frame.alpha is not None:
                pixels = frame.layout.alpha_name
                census.count(frame.planes, frame.layout, frame.colour, frame.alpha)
            progress.step(times.pictures, frame.time, clock)
    except SourceError as error:
        if not times.pictures:
            raise
        problems = (str(error),)
    finally:
        progress.stop()
    with Image.open(path) as image:
        kind, declared = image.format or "", int(getattr(image, "n_frames", 1))
        size = Size(*info.size)
        picture = Picture(
            CODECS.get(kind.lower(), kind.lower()),
            pixels,
            info.layout.depth,
            "RGB",
            size,
            size,
            colour=SRGB,
            alpha=census.result(),
            timing=times.result(declared),
        )
        title = image.format_description or kind
        return Facts(
            path, "clip", kind, title, path.stat().st_size, picture, notes=traps(picture.alpha), problems=problems
        )


def _alpha(photo: Photo) -> Alpha:
    census = Census()
    if photo.pixels.shape[2] == 4:
        planes = tuple(photo.pixels[..., channel] for channel in (1, 2, 0))
        census.count(planes, _layout(photo), TAGS, photo.pixels[..., 3])
    return census.result()


def _layout(photo: Photo) -> Layout:
    return LAYOUTS["gbrp" if photo.pixels.dtype == np.uint8 else "gbrp16le"]


def _depth(path: Path, image: Image.Image, photo: Photo) -> int:
    """Bits of a sample as the file has them: Pillow gives 8 of most that are deeper."""
    if photo.pixels.dtype == np.uint16:
        return 16
    if image.format == "AVIF":
        with open_media(path) as container:
            return depth_of(container.streams.video[0].codec_context.pix_fmt or "yuv420p")
    said = getattr(image, "tag_v2", {}).get(BITS) or (image.info.get("bit_depth"),)
    return max(filter(None, said), default=MODES.get(image.mode, 8))


def _profile(tags: PictureTags) -> str:
    """The colour profile's own name."""
    if not tags.icc:
        return ""
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(tags.icc)))
    except (ImageCms.PyCMSError, OSError):
        return "damaged"
    return name.strip() or "unnamed"
