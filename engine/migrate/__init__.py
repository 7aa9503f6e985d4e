"""Configurations of other programs as recipes: one file a program."""
