"""What both processes agree on: recipe, messages, errors, codec, paths.

The only part of ``engine`` that ``app`` may import. It needs pydantic and the standard library,
never torch and never Qt, so that either side starts fast.
"""
