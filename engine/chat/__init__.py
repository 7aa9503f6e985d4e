"""Conversations with a model: ``load`` one, ``send`` it turns, ``close`` it."""

from engine.chat.base import ChatBackend
from engine.chat.opening import load, open_chat

__all__ = ["ChatBackend", "load", "open_chat"]
