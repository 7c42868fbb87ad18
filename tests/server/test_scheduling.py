"""Work is done again after every change, whatever became of it before."""

import asyncio

from keraslint.server.scheduling import Scheduler


def test_a_mistake_with_a_result_ends_nothing():
    told, failures = [], []

    def done(result: int) -> None:
        told.append(result)
        if len(told) == 1:
            raise ValueError("once")

    async def run() -> None:
        scheduler = Scheduler(lambda: lambda outdated: len(told), done, failures.append)
        for _ in range(2):
            scheduler.change(0)
            await asyncio.wait_for(scheduler.settled(), 30)

    asyncio.run(run())
    assert told == [0, 1]
    assert [str(error) for error in failures] == ["once"]
