"""Reports on results: tables, figures, samples. Nothing here trains."""
