"""The desk: where stories and variants are written, translated, read by others and approved, before a release lets them out."""
