"""The OAuth 2 authorization server: Authlib's framework-free core on Starlette."""
