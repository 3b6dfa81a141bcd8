"""Tasks made from the user's own data: arrays, tables, texts."""
