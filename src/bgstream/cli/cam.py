"""``bgstream cam``: the camera, without what is behind you, as a camera that call programs can pick."""

import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgstream.cli.parser import Parser
from bgstream.errors import BgstreamError

if TYPE_CHECKING:
    from bgstream.live.options import Options
    from bgstream.live.stats import Stats

CONTROL = ("set", "get", "pause", "resume", "toggle", "stop")
EXAMPLES = """\
examples:
  bgstream cam                              your camera, background blurred, as a camera that your call can pick
  bgstream cam -b beach.jpg                 on a picture (a colour, a video)
  bgstream cam --to none --preview          only look, in the browser
  bgstream cam set background=beach.jpg     while it runs: backdrop, blur, model, quality, mirror, framing, pause
  bgstream cam pause | resume | stop        and: cam get stats, cam get wishes
  bgstream doctor camera                    what is missing, and the command that mends it

keys while it runs: p pause, m mirror, f framing, + and - blur, b backdrop, q quit
"""


def parser() -> Parser:
    """The flags, in the words of :class:`bgstream.live.options.Options` and :class:`bgstream.live.wishes.Wishes`."""
    made = Parser(
        prog="bgstream cam",
        usage="bgstream cam [options]    or    bgstream cam set|get|pause|resume|stop",
        description=f"A camera for calls without what is behind you.\n\n{EXAMPLES}",
    )
    add = made.add_argument
    add("-c", "--camera", default="auto", help="auto (default), a number, a device, a clip, or synthetic")
    add("-t", "--to", default="auto", help="auto (default), a device (/dev/video10), obs, or none")
    add("-b", "--backdrop", help="blur (default), blur:STRENGTH, a colour, a picture or a video")
    add("--blur", type=float, metavar="PX", help="strength of the blur: 1 to 100, default 20")
    add("--ramp", action="store_true", help="blur what seems farther away more")
    add("--fit", help="how a picture or video fills the frame: cover (default), contain, stretch")
    add("-m", "--model", help="selfie-landscape (default), another network, a card or an ONNX file")
    add("-q", "--quality", help="draft, fast (default), balanced or best")
    add("--mirror", action="store_true", help="as in a mirror; the backdrop is not mirrored")
    add("--framing", action="store_true", help="the picture follows your face")
    add("--pause", action="store_true", help="begin paused")
    add("--picture", default="", metavar="FILE", help="what is shown while paused")
    add("--size", metavar="WxH", help="default: what the camera has that is nearest to 1280x720")
    add("--rate", type=float, default=0.0, metavar="FPS", help="default: nearest to 30")
    add("--always-on", dest="always", action="store_true", help="keep the camera running while nobody watches")
    add("--preview", type=int, nargs="?", const=0, metavar="PORT", help="a page to look on, for this machine only")
    add("--stats", action="store_true", help="print rate, latency, CPU and drops every second")
    add("--record", type=Path, metavar="FILE", help="also write what is shown: .webm, .mp4 or .mkv")
    add("-y", "--overwrite", action="store_true", help="replace that file (or the service)")
    add("--seconds", type=float, default=0.0, help="end after so long")
    add("-d", "--device", default="auto", help="auto (default), cpu, cuda, …")
    add("--install-service", action="store_true", help="show a systemd user unit with these flags, and write it")
    made.add_manners()
    return made


def run(words: list[str]) -> int:
    """Parse, do it, tell."""
    if words and words[0] in CONTROL:
        from bgstream.cli import cam_control

        return cam_control.run(words)
    said = parser().parse(words)
    options = _options(said)
    if said.install_service:
        from bgstream.live.service import install

        install(words, yes=said.overwrite)
        return 0
    from bgstream.live.cam import run as film

    teller = Teller(said.json, said.quiet, said.stats, said.debug)
    try:
        last = film(options, teller.progress(), teller, teller.figures)
    except KeyboardInterrupt:  # while it was loading, or for the second time
        print("stopped", file=sys.stderr)
        return 130
    if said.json:
        print(json.dumps(last.as_dict()))
    return 0


def _options(said: Any) -> "Options":
    from bgstream.live.options import Options, parse_size
    from bgstream.live.wishes import Wishes

    words = ("backdrop", "blur", "ramp", "fit", "model", "quality", "mirror", "framing", "pause")
    wanted = {word: value for word in words if (value := getattr(said, word)) not in (None, False)}
    names = ("camera", "to", "rate", "device", "always", "preview", "record", "overwrite", "picture", "seconds")
    return Options(
        wishes=Wishes().changed(wanted),
        size=parse_size(said.size) if said.size else None,
        **{name: getattr(said, name) for name in names},
    )


class Teller:
    """Lines for people, or NDJSON for programs, on stderr."""

    def __init__(self, as_json: bool, quiet: bool, stats: bool, debug: bool) -> None:
        self._json, self._quiet, self._stats, self._debug = as_json, quiet, stats, debug
        self._heard = True

    def progress(self) -> Any:
        """For what is prepared."""
        from bgstream.progress import Lines, Silent

        return Silent() if self._quiet else Lines(as_json=self._json)

    def __call__(self, text: str, hint: str = "") -> None:
        """A change or a failure."""
        if self._debug and sys.exc_info()[0] not in (None, BgstreamError):
            traceback.print_exc()
        if self._json:
            self._print(json.dumps({"event": "told", "text": text, "hint": hint}))
        elif not self._quiet or hint:
            self._print(f"bgstream: {text}{f' ({hint})' if hint else ''}")

    def figures(self, stats: "Stats") -> None:
        """How it goes."""
        if self._stats and self._json:
            self._print(json.dumps({"event": "stats", **stats.as_dict()}))
        elif self._stats:
            self._print(stats.line)

    def _print(self, line: str) -> None:
        """Whoever reads this may go; the call goes on."""
        try:
            if self._heard:
                print(line, file=sys.stderr, flush=True)
        except BrokenPipeError:
            self._heard = False
