"""The messages of one conversation as they are to be shown: each as everything known has left it. Pages show a
message as of their `asOfSeq`, pushes as it began, and changes come as events of their own; the rule that puts
them together is in "Events" of ../../README.md: a change counts only if its seq is greater than the one up to
which the message is known.
"""
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

CREATED, MESSAGE, DELETED, EDITED, REACTION, TOMBSTONE = range(1, 7)
CHANGES_KEPT_MAX = 1000


@dataclass(frozen=True)
class Event:
    """One durable event; `fields` are those after the type. Messages are shown as of `as_of`."""

    conversation: str
    epoch: int
    seq: int
    at_ms: float
    type: int
    fields: list[Any]
    as_of: int


@dataclass
class Message:
    seq: int
    by: str
    key: str
    body: str | None
    """None: deleted."""
    known_to: int
    edited_at_ms: float | None = None
    reactions: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """By emoji: how many, and whether mine is among them."""


class Timeline:
    def __init__(self, me: str) -> None:
        self._me = me
        self._epoch: int | None = None
        self._messages: dict[int, Message] = {}
        # Also of messages that are not here: a page that is on its way may be older than they are.
        self._changes: deque[Event] = deque(maxlen=CHANGES_KEPT_MAX)

    @property
    def messages(self) -> list[Message]:
        return [self._messages[seq] for seq in sorted(self._messages)]

    def take(self, event: Event) -> None:
        """What following hands on, in order."""
        self._begin_anew_if_replaced(event)
        if event.type in (MESSAGE, TOMBSTONE):
            self._take_message(event)
        elif event.type in (DELETED, EDITED, REACTION):
            self._changes.append(event)
            self._change(event)

    def take_page(self, events: Iterable[Event]) -> None:
        """What `history` answers, in any order of pages: its messages only. Taking a change from a page that is
        ahead of what was handed on would count as known what lies between."""
        for event in events:
            self._begin_anew_if_replaced(event)
            if event.type in (MESSAGE, TOMBSTONE):
                self._take_message(event)

    def _begin_anew_if_replaced(self, event: Event) -> None:
        if event.epoch != self._epoch:
            self._messages.clear()
            self._changes.clear()
            self._epoch = event.epoch

    def _take_message(self, event: Event) -> None:
        known = self._messages.get(event.seq)
        if known is not None and known.known_to >= event.as_of:
            return
        by, key, _ordinal, *rest = event.fields
        message = Message(event.seq, by, key, None, event.as_of)
        if event.type == MESSAGE:
            message.body, _reply_to, _mentions, _attachments, message.edited_at_ms, reactions = rest[:6]
            message.reactions = {one[0]: (one[1], one[2]) for one in reactions}
        self._messages[event.seq] = message
        for change in self._changes:
            self._change(change)

    def _change(self, event: Event) -> None:
        by, message_seq, *rest = event.fields
        message = self._messages.get(message_seq)
        if message is None or event.seq <= message.known_to:
            return
        message.known_to = event.seq
        if event.type == DELETED:
            message.body, message.edited_at_ms, message.reactions = None, None, {}
        elif message.body is None:
            return
        elif event.type == EDITED and rest[0] is not None:
            message.body, message.edited_at_ms = rest[0], event.at_ms
        elif event.type == REACTION:
            emoji, present = rest[:2]
            count, mine = message.reactions.pop(emoji, (0, False))
            count += 1 if present else -1
            if count > 0:
                message.reactions[emoji] = (count, present if by == self._me else mine)
