"""Traces: the short link and the tracking pixel of each pickup, by which a copy names it, and how often they were asked for."""
