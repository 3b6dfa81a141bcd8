"""The lowest layer: errors, files and text formats. It imports no other part of the package."""
