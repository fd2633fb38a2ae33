"""Serves the baseline: `python -m tests.bench.serve_baseline PORT DATABASE_URL MEDIA_URL`."""

from __future__ import annotations

import sys

import uvicorn

from tests.bench.baseline import create_baseline

if __name__ == "__main__":
    port, database_url, media_url = sys.argv[1:]
    uvicorn.run(create_baseline(database_url, media_url), port=int(port), log_config=None, access_log=False)
