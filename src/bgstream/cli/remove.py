"""``bgstream INPUT`` (= ``bgstream remove INPUT``)."""

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgstream.cli.parser import Parser

if TYPE_CHECKING:
    from bgstream.progress import Progress, Report

EXAMPLES = """\
examples:
  bgstream clip.mp4                         cut out, beside the clip: clip.webm (VP9 with alpha, sound kept)
  bgstream clip.mp4 -o out.webm             the same, under your own name
  bgstream clip.mp4 -b '#00ff00' -o out.mp4 on a colour (names, #rrggbb or r,g,b)
  bgstream clip.mp4 -b blur                 the room itself, blurred (blur:40: more; 1 to 100)
  bgstream clip.mp4 -b beach.jpg            before a picture, or before another clip
  bgstream clip.mp4 -o out.mkv              lossless, with alpha (FFV1)
  bgstream clip.mp4 --matte                 the matte alone, grey: clip_matte.mkv
  bgstream clip.mp4 -o clip.gif             256 colours; edges for a page of --matte-colour (white)
  bgstream clip.mp4 -o clip_%05d.png         numbered pictures; after a stop the same command goes on
  bgstream clip.mp4 -o fill.mp4 --key-file key.mp4    colours and alpha in two files, for mixers
  bgstream clip.mp4 -b green -o - | ffplay -          into a pipe (y4m, raw RGBA); as INPUT, - is a pipe too
  bgstream photo.jpg                        a picture: photo.png
  bgstream shots/ -o done/ --mkdir          a folder's pictures and clips ('shots/**/*.jpg': all below it)
  bgstream clip.mp4 -q balanced             better mattes, slower (draft, fast, balanced, best)
  bgstream clip.mp4 --point 640,300         say what is meant: what lies under this point
  bgstream clip.mp4 -b plate:empty.jpg      before the same camera's empty scene, pixel for pixel
  bgstream green.mp4 -m key                 a green (or any) screen; --plate FILE for an empty scene
  bgstream call.mp4 -m selfie-landscape     choose the model yourself ('bgstream models' lists them)

other commands:
  bgstream probe FILE                       what a file is, and what each kind of output would keep of it
  bgstream cam | models | eval | bench | tune | doctor | warm-up    each has its own --help
"""


def parser() -> Parser:
    """The flags, in the words of :class:`bgstream.settings.Settings`."""
    made = Parser(
        prog="bgstream",
        argument_default=argparse.SUPPRESS,  # what is not said leaves the settings file and the defaults alone
        usage="bgstream INPUT ... [-o OUTPUT] [options]",
        description=f"Remove the background of moving pictures, on your own machine.\n\n{EXAMPLES}",
    )
    add = made.add_argument
    add("input", nargs="+", metavar="INPUT", help="a video or a picture; several, a folder, or a pattern in quotes")
    add("-o", "--output", type=Path, help="where to; the suffix decides the kind: .webm .mkv .mp4 .png; or a folder")
    add("-b", "--backdrop", help="transparent (default), blur, a colour, a picture, a clip (looped), plate:FILE")
    add("--fit", help="how a picture or clip behind fills the frame: cover (default), contain, stretch")
    add("-m", "--model", help="auto (default), a name, a card (.toml), a network (.onnx), key or plate, key+NAME")
    add("-q", "--quality", help="draft, fast (default), balanced or best")
    add("--subject", help="auto (default), person, largest, center or all: what is meant")
    add("--box", metavar="X,Y,W,H[@S]", help="the subject lies in this box (pixels or %%), at S seconds")
    add("--point", metavar="X,Y[@S]", help="the subject lies under this point; several points, several subjects")
    add("--keep", metavar="FILE[@S]", help="a picture, white where the subject is in any case; it moves along")
    add("--remove", metavar="FILE[@S]", help="a picture, white where the subject never is")
    add("-d", "--device", help="auto (default), cpu, cuda, tensorrt, migraphx, directml, coreml, openvino")
    add("--no-refine", dest="refine", action="store_false", help="do not follow the frame's own edges")
    add("--no-smooth", dest="smooth", action="store_false", help="do not steady the matte over time")
    add("--no-clean", dest="clean", action="store_false", help="keep islands and holes that come and go")
    add("--no-foreground", dest="foreground", action="store_false", help="leave the old background in soft edges")
    add("--sharp", action="store_true", help="edges of one pixel, for technical objects")
    add("--key-colour", metavar="COLOUR", help="the green screen's colour (default: found in the clip)")
    add("--plate", metavar="FILE", help="a picture or clip of the empty scene (default: estimated from the clip)")
    add("--keep-shadow", dest="shadow", action="store_true", help="key, plate: keep the subject's shadow")
    add("--no-spill", dest="spill", action="store_false", help="key: leave the screen's light on the subject")
    add("--choke", type=float, metavar="PX", help="move the edge inwards (negative: outwards)")
    add("--feather", type=float, metavar="PX", help="soften the edge")
    add("--matte", action="store_true", help="write alpha alone: grey, .mkv (FFV1) or .png")
    add("--key-file", metavar="FILE", help="fill and key: alpha goes here, grey (.mp4, .mkv); the output has none")
    add("--matte-colour", metavar="COLOUR", help=".gif: the page's colour, mixed into soft edges (default white)")
    add("--codec", metavar="NAME", help="how it is encoded; each suffix has its own ('bgstream probe --codecs')")
    add("--fps-budget", type=float, metavar="FPS", help="wanted speed: ask the general network more or less often")
    add("--start", metavar="TIME", help="begin here: seconds, 1:02.5, 0:01:02.5 or a frame's number from 0: 240f")
    add("--end", metavar="TIME", help="end before this")
    add("--no-audio", dest="audio", action="store_false", help="leave the sound out")
    add("--tonemap", action="store_true", help="map HDR to BT.709; else outputs of 8 bits refuse it")
    add("--no-subtitles", dest="subtitles", action="store_false", help="leave subtitles and chapters out")
    add("--mkdir", action="store_true", help="make the folder of the output where there is none")
    add("-y", "--overwrite", action="store_true", help="replace the default output if it exists")
    add("--config", type=Path, metavar="FILE", help="settings from a TOML file; flags override it")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, do it, tell."""
    made = parser()
    if not words:
        made.print_help()
        return 2
    said = vars(made.parse(words, several="input"))
    inputs, target, config = said.pop("input"), said.pop("output", None), said.pop("config", None)
    as_json, quiet = said.pop("json", False), said.pop("quiet", False)
    said.pop("debug", None)
    from bgstream.settings import Settings

    settings = Settings.layered(config, said)  # before anything heavy is imported: a wrong word is told at once
    from bgstream.batch import is_many

    if is_many(inputs):
        from bgstream.cli.many import run as remove_many

        return remove_many(inputs, target, settings, partial(_reporter, as_json, quiet), as_json)
    from bgstream.pipeline import run as remove

    report = remove(Path(inputs[0]), target, settings, _reporter(as_json, quiet))
    _tell(report, as_json)
    return 0


def _reporter(as_json: bool, quiet: bool) -> "Progress":
    from bgstream.progress import Bar, Lines, Silent

    if quiet:
        return Silent()
    if as_json:
        return Lines(as_json=True, every=0.5)
    return Bar() if sys.stderr.isatty() else Lines()


def _asked(report: "Report") -> str:
    """How often a large network was asked."""
    keys = report.keyframes
    return f", asked about {keys['keyframes']:.0f} of {keys['frames']:.0f} frames" if keys else ""


def _tell(report: "Report", as_json: bool) -> None:
    out = sys.stderr if report.target == "-" else sys.stdout  # there the pictures went
    if as_json:
        answer: dict[str, Any] = report.as_dict()
        print(json.dumps(answer), file=out)
        return
    print(
        f"{report.target}: {report.frames} frame{'s' * (report.frames != 1)} in {report.seconds:.1f} s"
        f" ({report.fps:.1f} fps, limited by {report.limited_by}),"
        f" model {report.model} on {report.device}{_asked(report)}",
        file=out,
    )
    for note in report.notes:
        print(f"note: {note}", file=out)
