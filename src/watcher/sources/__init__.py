"""What is declared: `sources.yaml`, checked as a whole, and the vocabulary of claims."""

from watcher.sources.vocabulary import load_vocabulary

__all__ = ["load_vocabulary"]
