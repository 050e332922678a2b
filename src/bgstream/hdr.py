"""Light and signal of HDR pictures, and how bright SDR's white is among them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[Any]

PQ, HLG = 16, 18  # ITU-T H.273, TransferCharacteristics
WHITE = 203.0  # cd/m² of SDR's white in an HDR picture (ITU-R BT.2408)
HLG_PEAK, HLG_GAMMA = 1000.0, 1.2  # of the display that HLG is reckoned for (ITU-R BT.2100)
PQ_PEAK = 10_000.0
SDR_GAMMA = 2.4  # of an SDR display (ITU-R BT.1886)
M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
A = 0.17883277
B, C = 1 - 4 * A, 0.5 - A * np.log(4 * A)
LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])
# Linear R, G, B of BT.709's primaries in those of BT.2020 (ITU-R BT.2087).
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
TO_2020 /= TO_2020.sum(axis=1, keepdims=True)  # white is white to the last bit
TO_709 = np.linalg.inv(TO_2020)


def light(signal: Samples, transfer: int) -> Samples:
    """What a display shows of a signal.

    Args:
        signal: (..., 3) R', G', B', 0..1, of BT.2020.
        transfer: ``PQ`` or ``HLG``.

    Returns:
        (..., 3) linear R, G, B in cd/m² (ITU-R BT.2100: table 4; table 5 with the system gamma of 1000 cd/m²).
    """
    if transfer == PQ:
        power = np.power(signal, 1 / M2)
        shown: Samples = PQ_PEAK * np.power(np.maximum(power - C1, 0) / (C2 - C3 * power), 1 / M1)
        return shown
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - C) / A) + B) / 12)
    luminance = (scene @ LUMA_2020)[..., None]
    linear: Samples = HLG_PEAK * scene * np.power(luminance, HLG_GAMMA - 1)
    return linear


def signal(shown: Samples, transfer: int) -> Samples:
    """The signal of which a display shows this light: the inverse of :func:`light`, 0..1."""
    if transfer == PQ:
        power = np.power(np.clip(shown / PQ_PEAK, 0, 1), M1)
        coded: Samples = np.power((C1 + C2 * power) / (1 + C3 * power), M2)
        return coded
    relative = np.maximum(shown / HLG_PEAK, 0)
    luminance = np.maximum((relative @ LUMA_2020)[..., None], 1e-9)
    scene = relative * np.power(luminance, 1 / HLG_GAMMA - 1)
    high = A * np.log(np.maximum(12 * scene - B, 1e-9)) + C
    both: Samples = np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)
    return np.clip(both, 0, 1)


def from_sdr(rgb: Samples, transfer: int) -> Samples:
    """An SDR colour as a signal among HDR's: its white at 203 cd/m², its hue kept (ITU-R BT.2408, 5.1).

    Args:
        rgb: (..., 3) R', G', B', 0..1, of BT.709.
        transfer: ``PQ`` or ``HLG``; primaries are those of BT.2020.
    """
    shown: Samples = WHITE * np.power(rgb, SDR_GAMMA) @ TO_2020.T
    return signal(shown, transfer)
