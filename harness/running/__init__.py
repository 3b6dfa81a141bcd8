"""A study: asked for, conducted, carried out by workers."""
