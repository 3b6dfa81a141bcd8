"""Compiled functions on disk: what they were made from, and how they are kept and checked."""
