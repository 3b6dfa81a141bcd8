"""What can go wrong with the files of a study, how it is seen, and how it is mended."""
