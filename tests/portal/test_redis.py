"""The Redis of a run answers, and is not somebody's own."""

import pytest
import redis


@pytest.mark.redis
def test_the_redis_of_this_run_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()
