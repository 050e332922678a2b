"""Where frames go, and who can say whether anybody looks there."""

import sys
from dataclasses import dataclass
from fractions import Fraction

from bgstream.devices.loopback import find_loopback
from bgstream.devices.watching import Watch
from bgstream.live.always import Always, Nobody, Watching
from bgstream.live.options import Options
from bgstream.protocols import Sink
from bgstream.sinks.nowhere import Nowhere
from bgstream.sinks.virtual import VirtualSink


@dataclass(frozen=True, slots=True)
class Output:
    """An output that was opened.

    Attributes:
        name: for people.
        sink: takes frames; not entered yet.
        watch: whether anybody looks; not entered yet.
    """

    name: str
    sink: Sink
    watch: Watching


def open_output(options: Options, size: tuple[int, int], rate: Fraction) -> Output:
    """What ``--to`` means.

    Args:
        options: to, always, record.
        size: (height, width), both even.
        rate: frames a second.

    Raises:
        SinkError: there is no such output, or it is taken.
    """
    asked = not options.always and options.record is None
    if options.to == "none":
        return Output("nowhere", Nowhere(size), Nobody() if asked and options.preview is not None else Always())
    if options.to == "obs" or (options.to == "auto" and sys.platform != "linux"):
        sink = VirtualSink(size, rate, None, "obs")
        return Output(sink.device, sink, Always())
    loopback = find_loopback(options.to)
    sink = VirtualSink(size, rate, loopback.path, "v4l2loopback")
    return Output(f"{loopback.label} ({loopback.path})", sink, Watch(loopback.path) if asked else Always())
