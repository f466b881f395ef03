"""Follows conversations: hands on every event once, in order and without a gap, whatever the connection does. All
of it is one rule, in "Following" of ../../README.md: an event is handed on only if its seq is the cursor's plus
one; lower ones are ignored, higher ones held, and what lies between is fetched.

The reader pulls: nothing piles up however slow it is, since what does not fit is dropped and fetched again.
"""
import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from skein_connection import SkeinConnection, SkeinError
from skein_timeline import Event

SUBSCRIBE, UNSUBSCRIBE, HISTORY, EVENT, RESUBSCRIBE, SUBSCRIPTION_ENDED = 17, 18, 19, 128, 132, 135
SUBSCRIBE_BATCH_MAX, HISTORY_PAGE_MAX, HELD_MAX = 64, 100, 1000
RETRY_PAUSE_S = 0.25


@dataclass
class Cursor:
    """Where the reader is in a conversation, and events that are beyond it."""

    conversation: str
    epoch: int = 0
    seq: int | None = None
    """The last event handed on; None before the first answer to `subscribe`."""
    head: int = 0
    """The last event known of."""
    held: dict[int, Event] = field(default_factory=dict)
    is_asking: bool = False
    """Because of another epoch."""

    @property
    def is_behind(self) -> bool:
        return self.seq is not None and self.seq < self.head

    def next(self) -> Event | None:
        event = None if self.seq is None else self.held.pop(self.seq + 1, None)
        if event is not None:
            self.seq = event.seq
        return event

    def hold(self, event: Event) -> None:
        self.head = max(self.head, event.seq)
        if self.seq is None or event.seq > self.seq:
            self.held[event.seq] = event
        if len(self.held) > HELD_MAX:
            del self.held[max(self.held)]

    def begin_at(self, epoch: int, seq: int) -> None:
        early, self.held = self.held, {}
        self.epoch, self.seq, self.head = epoch, seq, seq
        for event in early.values():
            if event.epoch == epoch:
                self.hold(event)


class Follower:
    def __init__(self, connection: SkeinConnection) -> None:
        self._connection = connection
        self._cursors: dict[str, Cursor] = {}
        self._news = asyncio.Event()

    async def follow(self, conversation: str, after: tuple[int, int] | None) -> None:
        cursor = self._cursors.setdefault(conversation, Cursor(conversation, *(after or ())))
        refusals = await self._subscribe([cursor])
        for refusal in refusals:
            raise refusal

    async def unfollow(self, conversation: str) -> None:
        self._cursors.pop(conversation, None)
        await self._connection.call(UNSUBSCRIBE, [conversation])

    async def events(self) -> AsyncIterator[Event]:
        while True:
            behind = next((cursor for cursor in self._cursors.values() if cursor.is_behind), None)
            if behind is None:
                self._news.clear()
                await self._connection.wait_for(self._news)
            elif (event := behind.next()) is not None:
                yield event
            else:
                await self._fetch(behind)

    async def history(
        self, conversation: str, direction: str, seq: int, limit: int
    ) -> tuple[list[Event], bool]:
        fields = await self._connection.call(HISTORY, conversation, direction, seq, limit)
        _, epoch, events, more, as_of = fields[:5]
        return [event_of(conversation, epoch, event, as_of) for event in events], more

    def subscribe_again(self) -> None:
        self._connection.spawn(self._subscribe(self._cursors.values()))

    def take_push(self, opcode: int, fields: list[Any]) -> None:
        if opcode == EVENT:
            self._take_event(event_of(*fields[:3]))
        elif opcode == RESUBSCRIBE:
            cursors = [self._cursors[one] for one in fields[0] if one in self._cursors]
            self._connection.spawn(self._subscribe(cursors))
        elif opcode == SUBSCRIPTION_ENDED:
            self._cursors.pop(fields[0], None)

    def _take_event(self, event: Event) -> None:
        cursor = self._cursors.get(event.conversation)
        if cursor is None:
            return
        if cursor.seq is not None and event.epoch != cursor.epoch:
            self._connection.spawn(self._ask_for_epoch(cursor))
            return
        cursor.hold(event)
        self._news.set()

    async def _ask_for_epoch(self, cursor: Cursor) -> None:
        if cursor.is_asking:
            return
        cursor.is_asking = True
        try:
            await self._subscribe([cursor])
        finally:
            cursor.is_asking = False

    async def _fetch(self, behind: Cursor) -> None:
        try:
            page, _ = await self.history(behind.conversation, "after", behind.seq or 0, HISTORY_PAGE_MAX)
        except SkeinError:
            self._cursors.pop(behind.conversation, None)
            return
        if any(event.epoch != behind.epoch for event in page):
            await self._ask_for_epoch(behind)
            return
        for event in page:
            behind.hold(event)
        if not page:
            await asyncio.sleep(RETRY_PAUSE_S)

    async def _subscribe(self, cursors: Iterable[Cursor]) -> list[SkeinError]:
        """Answers the refusals that stay."""
        waiting, refusals = list(cursors), []
        while waiting:
            batch, waiting = waiting[:SUBSCRIBE_BATCH_MAX], waiting[SUBSCRIBE_BATCH_MAX:]
            wanted = [[one.conversation, one.epoch, one.seq] for one in batch]
            for kind, conversation, *details in (await self._connection.call(SUBSCRIBE, wanted))[0]:
                if kind != "refused":
                    self._take_answer(kind, conversation, *details[:2])
                elif (refusal := SkeinError(*details[:3])).retryable:
                    waiting += [one for one in batch if one.conversation == conversation]
                    await asyncio.sleep(max(refusal.retry_after_s, RETRY_PAUSE_S))
                else:
                    self._cursors.pop(conversation, None)
                    refusals.append(refusal)
        return refusals

    def _take_answer(self, kind: str, conversation: str, epoch: int, head: int) -> None:
        cursor = self._cursors.get(conversation)
        if cursor is None:
            return
        if cursor.seq is None or cursor.epoch != epoch:
            cursor.begin_at(epoch, head)
        elif kind == "gap":
            cursor.head = max(cursor.head, head)
        self._news.set()


def event_of(conversation: str, epoch: int, values: list[Any], as_of: int | None = None) -> Event:
    seq, at_ms, kind, *fields = values
    return Event(conversation, epoch, seq, at_ms, kind, fields, seq if as_of is None else as_of)
