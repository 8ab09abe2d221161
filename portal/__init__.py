"""The village affairs transparency portal."""

__version__ = "0.1.0"
