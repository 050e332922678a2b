"""What this machine offers, checked by trying; and for each problem the fix."""

from collections.abc import Iterator

from bgstream.doctor.finding import Finding

__all__ = ["TOPICS", "Finding", "examine"]

TOPICS = ("camera",)  # that can be looked at alone, and then in depth


def examine(topic: str = "") -> Iterator[Finding]:
    """Look at everything, cheapest first; or at one of :data:`TOPICS`, in depth."""
    from bgstream.doctor import camera, codecs, networks, packages

    if topic == "camera":
        yield from camera.examine(deep=True)
        return
    yield from packages.machine()
    yield from packages.packages()
    yield from networks.devices()
    yield from codecs.codecs()
    yield from networks.models()
    yield from camera.examine(deep=False)
    yield networks.cache()
    yield networks.tuning()
