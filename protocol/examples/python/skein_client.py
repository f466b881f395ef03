"""A client of Skein in another language than the server's, written from ../../README.md alone: it shows that
the specification suffices, and is a place to start from. Needs the libraries `websockets` and `msgpack`.

The rules are in the files beside this one, a chapter each: connection, sending, following, timeline, sign_in.
The inbox, receipts and attachments are left to you: `call` makes any request.
"""
import argparse
import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

from skein_connection import SkeinConnection, TokenSource
from skein_following import HISTORY_PAGE_MAX, Follower
from skein_outbox import Outbox
from skein_sending import ON_THE_WIRE_MAX, Sender
from skein_sign_in import sign_in
from skein_timeline import MESSAGE, Event, Timeline

OPEN_DIRECT, FIND_USERS, EDIT, DELETE_MESSAGE, REACT = 21, 23, 27, 28, 29
USER_SEARCH_MAX = 20
LATEST = 2**53 - 1


class SkeinClient:
    def __init__(
        self,
        origin: str,
        token: TokenSource,
        outbox: Outbox | None = None,
        on_the_wire_max: int = ON_THE_WIRE_MAX,
    ) -> None:
        outbox = outbox or Outbox()
        self._connection = SkeinConnection(origin, token, outbox.device_id, self._on_welcome, self._on_push)
        self._sender = Sender(self._connection, outbox, on_the_wire_max)
        self._follower = Follower(self._connection)

    @property
    def user_id(self) -> str:
        return self._connection.user_id

    async def connect(self) -> None:
        """Returns when the server has said welcome; from then on the connection comes back by itself."""
        await self._connection.connect()
        self._connection.spawn(self._sender.run())

    async def close(self) -> None:
        await self._connection.close()

    async def call(self, opcode: int, *fields: Any) -> list[Any]:
        """Any request: the fields of its answer, or SkeinError."""
        return await self._connection.call(opcode, *fields)

    def send(self, conversation: str, body: str, key: str | None = None) -> asyncio.Future[int]:
        """Kept when it returns; await the answer for the seq that it got. Name the key to repeat a message."""
        return self._sender.write(conversation, body, key)

    async def follow(self, conversation: str, after: tuple[int, int] | None = None) -> None:
        """What happens from now on comes out of `events`; or what happened after an event of an earlier life, of
        which you kept the epoch and the seq."""
        await self._follower.follow(conversation, after)

    async def unfollow(self, conversation: str) -> None:
        await self._follower.unfollow(conversation)

    def events(self) -> AsyncIterator[Event]:
        """Every event of what is followed, once; in order and without a gap within a conversation. Another epoch
        than before says that the history was replaced: forget what you know of it. For one reader."""
        return self._follower.events()

    async def history(
        self, conversation: str, direction: str = "before", seq: int = LATEST, limit: int = HISTORY_PAGE_MAX
    ) -> tuple[list[Event], bool]:
        """A page, ascending, for `Timeline.take_page`; and whether there are more in that direction."""
        return await self._follower.history(conversation, direction, seq, limit)

    async def find_user(self, handle: str) -> str:
        """The id; LookupError if there is nobody of that handle."""
        for profile in (await self.call(FIND_USERS, handle, USER_SEARCH_MAX))[0]:
            if profile[1] == handle.lower():
                return str(profile[0])
        raise LookupError(f"There is no {handle}.")

    async def open_direct(self, user_id: str) -> str:
        """The id of your conversation with that person, which begins with this if there is none yet."""
        [summary, *_] = await self.call(OPEN_DIRECT, user_id)
        return str(summary[0])

    async def edit(self, conversation: str, message_seq: int, body: str) -> None:
        await self.call(EDIT, conversation, message_seq, body, [])

    async def delete(self, conversation: str, message_seq: int) -> None:
        await self.call(DELETE_MESSAGE, conversation, message_seq)

    async def react(self, conversation: str, message_seq: int, emoji: str, present: bool = True) -> None:
        await self.call(REACT, conversation, message_seq, emoji, present)

    def _on_welcome(self) -> None:
        self._follower.subscribe_again()

    def _on_push(self, opcode: int, fields: list[Any]) -> None:
        self._follower.take_push(opcode, fields)


async def chat(client: SkeinClient, handle: str) -> None:
    """What you type goes to one person, and what they write is printed."""
    await client.connect()
    conversation = await client.open_direct(await client.find_user(handle))
    await client.follow(conversation)
    timeline = Timeline(client.user_id)
    timeline.take_page((await client.history(conversation, limit=20))[0])
    for message in timeline.messages:
        author = "me" if message.by == client.user_id else handle
        print(f"{author}: {'(deleted)' if message.body is None else message.body}", flush=True)

    async def show() -> None:
        async for event in client.events():
            if event.type == MESSAGE and event.fields[0] != client.user_id:
                print(f"{handle}: {event.fields[3]}", flush=True)

    showing = asyncio.create_task(show())
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            await client.send(conversation, line.rstrip("\n"))
    showing.cancel()
    await client.close()


def token_source(options: argparse.Namespace) -> TokenSource:
    if options.sign_in:
        return sign_in(options.url, options.sign_in).access_token
    command: str | None = options.token_command

    async def token(_old: str | None) -> str:
        if command is None:
            return os.environ["SKEIN_TOKEN"]
        printed = await asyncio.to_thread(subprocess.check_output, command, shell=True, text=True)
        return str(printed).strip()

    return token


def main() -> None:
    parser = argparse.ArgumentParser(description="Chats with one person on a Skein server.")
    parser.add_argument("--url", required=True, help="the server's origin, such as https://chat.example.org")
    parser.add_argument("--to", required=True, metavar="HANDLE", help="whom to talk to")
    parser.add_argument("--sign-in", metavar="HANDLE", help="sign in with the browser")
    parser.add_argument("--token-command", help="prints an access token; without it, SKEIN_TOKEN has one")
    parser.add_argument("--outbox", default=":memory:", help="a file that keeps what could not be sent yet")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    async def run() -> None:
        await chat(SkeinClient(options.url, token_source(options), Outbox(options.outbox)), options.to)

    asyncio.run(run())


if __name__ == "__main__":
    main()
