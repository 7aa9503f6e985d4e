"""The training engine of Luthier."""

__version__ = "0.1.0"
