"""Cards by name. A new network is a new card, never a new class; what a card says: :mod:`bgstream.matting.card`."""

from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from bgstream.errors import ConfigError, ModelError, nearest
from bgstream.library.places import locate
from bgstream.matting.card import Card
from bgstream.matting.card_file import read_card

__all__ = ["Card", "card_named", "find_card", "pullable", "read_card", "shipped"]


def shipped() -> dict[str, Card]:
    """The cards of the networks that come with bgstream, by name."""
    return _cards(resources.files("bgstream_models"))


def pullable() -> dict[str, Card]:
    """The cards of the networks that 'bgstream models pull' gets, by name."""
    return _cards(resources.files("bgstream_models") / "zoo")


def _cards(folder: Traversable) -> dict[str, Card]:
    cards = [read_card(entry) for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return {card.name: card for card in sorted(cards, key=lambda card: card.name)}


def find_card(model: str) -> Card:
    """The card for what ``--model`` says, its weights on this machine.

    Args:
        model: a name, a card (``.toml``) or a network (``.onnx``). A network with a card beside it (same name,
            ``.toml``) uses that; otherwise it is inspected.

    Raises:
        ConfigError: there is no model of that name.
        ModelError: its file is missing, was not pulled yet, or cannot be used.
    """
    card = card_named(model)
    if card.download and locate(card.download) is None:
        raise ModelError(f"model '{card.name}' is not on this machine", card.download.command)
    return card


def card_named(model: str) -> Card:
    """The same, wherever the weights are.

    Raises:
        ConfigError: there is no model of that name.
        ModelError: a file is missing or cannot be used.
    """
    path = Path(model)
    if path.suffix == ".toml":
        card = read_card(_existing(path))
        # 'bgstream models pull' does not know a user's card by its name
        return replace(card, download=replace(card.download, name=model)) if card.download else card
    if path.suffix == ".onnx":
        beside = _existing(path).with_suffix(".toml")
        if beside.exists():
            return read_card(beside)
        from bgstream.matting.inspect import inspect_network

        return inspect_network(path)
    cards = shipped()
    if model not in cards:
        cards |= pullable()
    if model not in cards:
        raise ConfigError(f"unknown model '{model}'", nearest(model, [*cards, "auto"]))
    return cards[model]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"no such model file: {path}", "'bgstream models' lists what there is")
    return path
