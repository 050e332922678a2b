"""Small colour profiles, made by hand (ICC.1:2001-04): what they say is unlike what anybody would guess."""

import struct

GAMMA_ONE = struct.pack(">4sIIH2x", b"curv", 0, 1, 1 << 8)  # light itself: 128 shows as bright as sRGB's 188
INKS = 4
WHITE, GREEN = (255, 128, 128), (200, 60, 190)  # Lab as bytes: 0..255 is 0..100 of L, and 128 is 0 of a and b


def profile(space: bytes, tags: dict[bytes, bytes], connection: bytes = b"XYZ ") -> bytes:
    """A profile for printers of a colour space (``GRAY``, ``CMYK``)."""
    tags = {b"wtpt": struct.pack(">4sIiii", b"XYZ ", 0, 63190, 65536, 54061), **tags}
    start, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(
        ">I4sI4s4s4s12s4s", start + len(body), bytes(4), 0x02400000, b"prtr", space, connection, bytes(12), b"acsp"
    )
    head += bytes(28) + struct.pack(">iii", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def grey_profile() -> bytes:
    """Grey in proportion to light."""
    return profile(b"GRAY", {b"kTRC": GAMMA_ONE})


def ink_profile() -> bytes:
    """CMYK whose every ink, if there is much of it, is green."""
    ramp = bytes(range(256))
    nodes = b"".join(bytes(GREEN if node else WHITE) for node in range(2**INKS))
    lut = struct.pack(">4sIBBBx", b"mft1", 0, INKS, 3, 2) + struct.pack(
        ">9i", *(65536 * (k % 4 == 0) for k in range(9))
    )
    return profile(b"CMYK", {b"A2B0": lut + ramp * INKS + nodes + ramp * 3}, b"Lab ")
