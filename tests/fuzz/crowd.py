"""Invented programs sent to a service of several processes by many at once: each is answered as it is alone.

What is kept for the next request, threads that draw beside each other, answers given up and processes that share
nothing are to change no byte. So every request is asked twice among others, and once of a service in a process of its
own, one after another.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context
from random import Random

import httpx

from benchmarks.load.service import free_port, ready, service
from tests.fuzz.addresses import Address, Request, Service, addresses, request_of
from tests.fuzz.examine import TRACES
from tests.fuzz.links import case
from tests.loops import run_async

TOGETHER, TIMES, SOME = 16, 2, 12
"""So many programs are sent at once, each request so many times; so many addresses are asked for one program."""
HOST = "testserver"
"""What the service in a process of its own is called; a page has it in its addresses."""
PATIENCE = 300.0
BUSY, BROKEN = 503, 0
"""The status of a refusal because no place is free, and what stands for one where no answer came."""

Answered = tuple[int, bytes]


def search(minutes: float, seed: int, workers: int, connections: int, report: bool = False) -> list[str]:
    """What is answered otherwise than alone, of programs from this seed on, within these minutes."""
    found, counts, port = list[str](), Counter[int](), free_port()
    every, address = addresses(), f"http://127.0.0.1:{port}"
    with service(port, workers, connections), ProcessPoolExecutor(1, get_context("spawn")) as pool:
        run_async(ready, address)
        end = time.monotonic() + 60 * minutes
        for first in count(seed, TOGETHER):
            if time.monotonic() > end:
                break
            requests = [it for k in range(first, first + TOGETHER) for it in requests_of(every, k)]
            alone = pool.submit(answered_alone, requests)
            crowd = run_async(answered_at_once, address, requests, connections, first)
            counts.update(status for answers in crowd for status, _ in answers)
            found += (f"seed {first}: {said}" for said in differences(requests, alone.result(), crowd))
            if report:
                print(first - seed + TOGETHER, "programs,", *(f"{n} × {status}" for status, n in counts.items()))
                print(*found[-3:], sep="\n", end="", flush=True)
    return found


def requests_of(every: Sequence[Address], seed: int) -> list[Request]:
    """What is asked of one program: its numbers, and some other addresses."""
    rng, found = Random(seed), case(seed)
    others = [it for it in every if it not in TRACES]
    return [request_of(found, it) for it in (*TRACES, *rng.sample(others, SOME))]


def answered_alone(requests: Sequence[Request]) -> list[Answered]:
    """Each answer of a service that has nobody else to answer."""
    one = Service()
    with one.listening():
        answers = [one.ask(it) for it in requests]
    return [(it.status_code, it.content) for it in answers]


async def answered_at_once(
    address: str, requests: Sequence[Request], connections: int, seed: int
) -> list[list[Answered]]:
    """The answers to each request, asked over so many connections in an order of chance, each time a new one."""
    order = [i for i in range(len(requests)) for _ in range(TIMES)]
    Random(seed).shuffle(order)
    found: list[list[Answered]] = [[] for _ in requests]
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, headers={"Host": HOST}, limits=limits, timeout=PATIENCE) as client:

        async def ask(waiting: Iterator[int]) -> None:
            for i in waiting:
                method, target, body = requests[i]
                try:
                    answer = await client.request(method, target, content=body)
                    found[i].append((answer.status_code, answer.content))
                except httpx.HTTPError as error:
                    found[i].append((BROKEN, repr(error).encode()))

        waiting = iter(order)
        await asyncio.gather(*(ask(waiting) for _ in range(connections)))
    return found


def differences(
    requests: Sequence[Request], alone: Sequence[Answered], crowd: Sequence[Sequence[Answered]]
) -> Iterator[str]:
    """Each request that was answered otherwise among others, and where; that no place is free is no answer. One that
    the service failed at is no better where it failed alone too."""
    for request, (status, body), answers in zip(requests, alone, crowd, strict=True):
        if status >= 500:
            yield f"{request.method} {request.target} {request.body or ''}\n{status}, alone {body!r}"
        for other, bytes_ in answers:
            if other != BUSY and (other, bytes_) != (status, body):
                at = next((i for i, (a, b) in enumerate(zip(body, bytes_, strict=False)) if a != b), -1)
                near = slice(max(at - 60, 0), at + 60)
                yield (
                    f"{request.method} {request.target} {request.body or ''}\n"
                    f"{other}, alone {status}; from {at} on {bytes_[near]!r}, alone {body[near]!r}"
                )
                break
