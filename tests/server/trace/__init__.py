"""Short links and pixels over HTTP."""
