"""Compiled functions on disk: how they are identified, stored and checked."""
