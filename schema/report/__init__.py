"""Reports: who took what, where it ran, and how far it travelled."""
