"""The networks shipped with bgstream: weights (``*.onnx``), their cards (``*.toml``) and licences.

A card tells everything a program needs to run its network: file and checksum, licence and origin, size,
layout, normalisation, and the names of the tensors. Read them through `folder`, so that they are found in
an editable checkout, an installed wheel and a zipped application alike.

``zoo/`` holds the cards of networks that are not shipped: their weights are pulled by users who want them.

The scripts that made the weights lie beside them (`convert_selfie`, `free_u2netp`, see README.md); they need the
development packages and are never imported from here.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["folder"]


def folder() -> Traversable:
    """Return the folder that holds the cards, the weights and ``LICENSES.md``.

    Example:
        >>> (folder() / "selfie.toml").is_file()
        True
    """
    return files("bgstream_models")
