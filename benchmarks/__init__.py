"""`make bench`: how long things take, how much memory they need and how often they call AWS.

A benchmark measures and judges nothing: it shows the aim beside the figure. `docs/performance.md` explains the figures.
"""
