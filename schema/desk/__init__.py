"""The desk in GraphQL: stories and variants as those see them who write, translate and approve."""
