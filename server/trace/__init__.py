"""Short links and pixels over HTTP: they count, and keep nothing of who asked."""

from server.trace.counter import TraceCounter
from server.trace.endpoint import TraceEndpoint

__all__ = ["TraceCounter", "TraceEndpoint"]
