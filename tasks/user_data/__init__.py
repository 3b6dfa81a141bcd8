"""Data that somebody brings: arrays, tables, texts."""
