"""Measuring mattes: against a truth where there is one, by their own steadiness where there is none.

    read → metrics, edges, connectivity, temporal (or blind) → score → result → table, report
    suite (the index), baselines (other programs' figures), matrix (models × qualities) → chart

Clips are streamed: two frames of alpha are held at a time, and pictures of the worst frames are read again.
"""
