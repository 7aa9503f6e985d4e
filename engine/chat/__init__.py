"""Conversations with a model: ``load`` one, ``send`` it turns, ``close`` it."""

from engine.chat.base import ChatBackend
from engine.chat.opening import load, open_chat, open_local

__all__ = ["ChatBackend", "load", "open_chat", "open_local"]
