"""Sends what is in the outbox: in order, batch by batch, each message with its key until it is accepted. A lost
answer, a lost connection and a refusal that will pass all mean the same: whatever is left goes again, with the
same keys. See "Sending" in ../../README.md.
"""
import asyncio
from collections.abc import Iterable
from typing import Any

from skein_connection import SkeinConnection, SkeinError
from skein_outbox import KeyMaker, Outbox, Outgoing

SEND = 16
SENDS_PER_SECOND, ON_THE_WIRE_MAX = 50, 64
RETRY_PAUSE_S = 0.25


class Sender:
    def __init__(self, connection: SkeinConnection, outbox: Outbox, on_the_wire_max: int) -> None:
        self._connection, self._outbox = connection, outbox
        self._on_the_wire_max = on_the_wire_max
        self._keys = KeyMaker()
        self._written = asyncio.Event()
        self._written.set()  # What an earlier life of the program left.
        self._accepted: dict[str, asyncio.Future[int]] = {}

    def write(self, conversation: str, body: str, key: str | None) -> asyncio.Future[int]:
        key = key or self._keys.make(self._connection.server_time_s())
        self._outbox.add(Outgoing(conversation, key, body))
        self._written.set()
        return self._accepted.setdefault(key, asyncio.get_running_loop().create_future())

    async def run(self) -> None:
        while True:
            await self._written.wait()
            await self._connection.wait_for(self._connection.online)
            batch = self._outbox.oldest(self._on_the_wire_max)
            if not batch:
                self._written.clear()
                continue
            # No faster than the server allows: a batch takes at least the time of its messages.
            pace = asyncio.sleep(len(batch) / SENDS_PER_SECOND)
            *answers, _ = await asyncio.gather(*self._transmit(batch), pace)
            pauses = [await self._settle(message, answer) for message, answer in zip(batch, answers)]
            await asyncio.sleep(max(pauses))

    def _transmit(self, batch: list[Outgoing]) -> Iterable[Any]:
        before: dict[str, str] = {}
        for message in batch:
            prev, before[message.conversation] = before.get(message.conversation), message.key
            yield self._transmit_one(message, prev)

    async def _transmit_one(self, message: Outgoing, prev: str | None) -> int | SkeinError:
        fields: list[Any] = [message.conversation, message.key, message.body, prev, None, [], []]
        try:
            answer = await self._connection.ask_once(SEND, *fields)
            return int(answer[2])
        except SkeinError as error:
            return error

    async def _settle(self, message: Outgoing, answer: int | SkeinError) -> float:
        """Answers how long to wait before anything else is sent."""
        if isinstance(answer, SkeinError) and answer.retryable:
            return max(answer.retry_after_s, RETRY_PAUSE_S)
        if isinstance(answer, SkeinError) and answer.code == "key_from_future":
            return await self._take_new_key(message)
        self._outbox.remove(message.key)
        accepted = self._accepted.pop(message.key, None)
        if accepted is None or accepted.done():
            return 0
        if isinstance(answer, SkeinError):
            accepted.set_exception(answer)
        else:
            accepted.set_result(answer)
        return 0

    async def _take_new_key(self, message: Outgoing) -> float:
        """The clock was ahead; nothing was stored under the old key."""
        try:
            await self._connection.correct_clock()
        except SkeinError:
            return RETRY_PAUSE_S
        self._keys.forget()
        key = self._keys.make(self._connection.server_time_s())
        self._outbox.give_key(message.key, key)
        if message.key in self._accepted:
            self._accepted[key] = self._accepted.pop(message.key)
        return RETRY_PAUSE_S
