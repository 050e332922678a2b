"""Weights that are not shipped: what is known of them, where they lie, and how they get there.

Nothing here opens a connection but :mod:`bgstream.library.web`, which only ``bgstream models pull`` imports.
"""
