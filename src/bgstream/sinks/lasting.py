"""Times of packets: encoders forget how long pictures are shown, and muxers then guess how long the last one is."""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.packet import Packet

MILLI = Fraction(1, 1000)
LARGEST = 65_535  # numerator and denominator of an APNG's delay
LONGEST = (1 << 24) - 1  # milliseconds of a WebP's picture
# Pictures up to which an encoder leaves dts to chance: x265 4.x reckons it from times of pictures that never came.
TOO_FEW = {"libx265": 2}


class Lasting:
    """Tells packets how long their pictures last: until the next one, and the last as long as its source says.

    One packet is held back until there is a next one.

    Args:
        encoder: FFmpeg's name.
        unit: seconds of one unit of time, of pictures and packets alike.
    """

    def __init__(self, encoder: str, unit: Fraction) -> None:
        self._unit, self._changed, self._few = unit, CHANGED.get(encoder), TOO_FEW.get(encoder, 0)
        self._spans: dict[int, int] = {}  # of pictures that the encoder still holds, by pts
        self._last: int | None = None
        self._count = self._length = 0
        self._held: Packet[Any] | None = None

    def note(self, pts: int, duration: int) -> None:
        """A picture is going to be encoded; a duration of 0 is unknown.

        Only the last one's is ever used: that of others is what decoding order gives, where MP4 has B-frames.
        """
        if self._last is not None:
            self._spans[self._last] = pts - self._last
        self._last, self._length = pts, duration
        self._count += 1

    def told(self, packets: "Iterable[Packet[Any]]") -> "Iterator[Packet[Any]]":
        """The packets that can be written once these have come out of the encoder."""
        for packet in packets:
            if self._held is not None:
                yield self._lasting(self._held)
            self._held = packet

    def rest(self, packets: "Iterable[Packet[Any]]") -> "Iterator[Packet[Any]]":
        """All that are left, once these, the encoder's last, have come out."""
        ready = list(self.told(packets))
        if self._held is not None:
            if self._changed is not None and self._length:
                self._held.update(self._changed(bytes(self._held), self._length * self._unit))
            ready.append(self._lasting(self._held))
        for packet in ready:
            packet.dts = packet.pts if self._count <= self._few else packet.dts
            yield packet

    def _lasting(self, packet: "Packet[Any]") -> "Packet[Any]":
        known = self._length if packet.pts == self._last else self._spans.pop(packet.pts or 0, 0)
        packet.duration = known or packet.duration
        return packet


def apng_lasting(packet: bytes, seconds: Fraction) -> bytes:
    """An APNG's picture with its own delay in ``fcTL`` (W3C PNG, third edition); else the muxer repeats the last."""
    at = 0
    while at + 8 <= len(packet):
        size = int.from_bytes(packet[at : at + 4], "big")
        if packet[at + 4 : at + 8] == b"fcTL":
            delay = seconds.limit_denominator(max(1, min(LARGEST, int(LARGEST / seconds))))
            lasting = struct.pack(">HH", min(delay.numerator, LARGEST), delay.denominator)
            body = packet[at + 4 : at + 28] + lasting + packet[at + 32 : at + 34]
            return packet[: at + 4] + body + zlib.crc32(body).to_bytes(4, "big") + packet[at + 38 :]
        at += size + 12
    return packet


def webp_lasting(packet: bytes, seconds: Fraction) -> bytes:
    """A WebP whose last ``ANMF`` (RFC 9649) has this duration; libwebp gives it the average of the others."""
    at, last = 12, 0
    while at + 8 <= len(packet):
        if packet[at : at + 4] == b"ANMF":
            last = at
        size = int.from_bytes(packet[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    if not last:  # all pictures are alike: it has one
        return packet
    lasting = min(LONGEST, max(1, round(seconds / MILLI)))
    return packet[: last + 20] + lasting.to_bytes(3, "little") + packet[last + 23 :]


CHANGED: dict[str, Callable[[bytes, Fraction], bytes]] = {"apng": apng_lasting, "libwebp_anim": webp_lasting}
