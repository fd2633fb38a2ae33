"""What webhooks are held against: a bare loop that signs a body and posts it, with the same libraries and nothing else.

python -m tests.bench.post PORT COUNT CONCURRENCY < BODY
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import httpx2
from standardwebhooks import Webhook

_SECRET = "whsec_" + "A" * 43 + "="


async def main(port: int, count: int, concurrency: int, body: str) -> None:
    """Posts so many times."""
    numbers = iter(range(count))
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx2.AsyncClient(limits=limits, trust_env=False) as client:

        async def post() -> None:
            for number in numbers:
                now, message_id = datetime.now(UTC), f"msg_{number:032x}"
                headers = {
                    "content-type": "application/json",
                    "webhook-id": message_id,
                    "webhook-timestamp": str(int(now.timestamp())),
                    "webhook-signature": Webhook(_SECRET).sign(message_id, now, body),
                }
                await client.post(f"http://127.0.0.1:{port}/hook", content=body.encode(), headers=headers)

        await asyncio.gather(*(post() for _ in range(concurrency)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.stdin.read()))
