"""The command line: `storypool …`."""

from server.cli.program import main

__all__ = ["main"]
