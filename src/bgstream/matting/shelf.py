"""Networks on one device, each loaded once, however many steps ask it."""

from bgstream.matting.card import Card, Size
from bgstream.matting.segmenter import Segmenter
from bgstream.matting.session import Device


class Shelf:
    """Hands out networks.

    Args:
        device: where they run.
        apart: on a processor every question is one thread's, since several are asked side by side (see ``desk``);
            False where there is one at a time, whose answer is waited for.

    Attributes:
        device: as given.
    """

    def __init__(self, device: Device, apart: bool = True) -> None:
        self.device, self._threads = device, 1 if apart and not device.quick else 0
        self._loaded: dict[tuple[Card, Size | None], Segmenter] = {}

    def take(self, card: Card, size: Size | None = None) -> Segmenter:
        """A network with eyes of its own; a recurrent one is loaded for whoever takes it.

        Args:
            card: which.
            size: (height, width) to ask it at, where it is free in size; by default the card's rules.

        Raises:
            ModelError: the weights or the card are of no use.
            DeviceError: the device refused the network.
        """
        if card.recurrent:
            return self._load(card, size)
        key = (card, size)
        if key not in self._loaded:
            self._loaded[key] = self._load(card, size)
        return self._loaded[key].twin()

    def _load(self, card: Card, size: Size | None) -> Segmenter:
        return Segmenter(card, self.device, size, self._threads)


class Shelves:
    """Shelves that outlive one clip: what one picture of a folder has loaded serves the next."""

    def __init__(self) -> None:
        self._made: dict[tuple[Device, bool], Shelf] = {}

    def shelf(self, device: Device, apart: bool) -> Shelf:
        """The shelf of a device and a way of asking; see :class:`Shelf`."""
        key = (device, apart)
        if key not in self._made:
            self._made[key] = Shelf(device, apart)
        return self._made[key]
