"""The desktop app of Luthier."""
