"""Trained networks in use: raw input in, an answer in the data's own units out."""
