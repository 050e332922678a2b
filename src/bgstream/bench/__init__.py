"""Measuring this machine: what a clip costs, stage by stage, what limits it, and what to do about that.

    clip (made, or an excerpt) → measure, networks, kernels, sizes, cores → result → advice → table, page

Everything is timed with the product's own parts; how many frames that takes is settled by time, not by count.
"""
