"""Watcher: what policy pages say, when it changed, and the proof."""

__version__ = "0.1.0"
