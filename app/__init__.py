"""The desktop app of Luthier."""

import os

__version__ = "0.1.0"

# pydantic looks through every installed distribution for plugins, and loads importlib.metadata to do so: 60 ms of
# the second in which the window should stand. Luthier has no use for them.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
