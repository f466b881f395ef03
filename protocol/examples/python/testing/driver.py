"""Runs the example client for a test: commands come as lines of JSON on standard input, answers and events go as
lines of JSON to standard output. The browser part of signing in is done here, with plain HTTP.
"""
import asyncio
import html
import http.cookiejar
import json
import random
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from skein_client import SkeinClient
from skein_connection import SkeinError, TokenSource
from skein_outbox import Outbox
from skein_sign_in import Session, SignInNeeded, sign_in
from skein_timeline import Event, Timeline


class Browser:
    """As much of a browser as signing in takes: cookies, redirects, and the form on the page."""

    def __init__(self, handle: str, password: str) -> None:
        self._fields = {"handle": handle, "password": password}
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(jar, urllib.request.ProxyHandler({})).open

    def visit(self, url: str) -> None:
        with self._open(urllib.request.Request(url, headers={"Accept": "text/html"})) as answer:
            page, address = answer.read().decode(), answer.url
        [action] = re.findall(r'<form [^>]*action="([^"]+)"', page)[:1]
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(address))
        body = urllib.parse.urlencode(self._fields).encode()
        target = urllib.parse.urljoin(address, html.unescape(action))
        self._open(urllib.request.Request(target, body, {"Accept": "text/html", "Origin": origin})).close()


class Driver:
    def __init__(self) -> None:
        self._session: Session | None = None
        self._client: SkeinClient | None = None
        self._timelines: dict[str, Timeline] = {}

    @property
    def client(self) -> SkeinClient:
        assert self._client is not None, "connect first"
        return self._client

    async def sign_in(self, origin: str, handle: str, password: str) -> dict[str, Any]:
        def open_url(url: str) -> None:
            threading.Thread(target=Browser(handle, password).visit, args=(url,)).start()

        self._session = await asyncio.to_thread(sign_in, origin, handle, open_url)
        return {"access": await self._session.access_token(), "refresh": self._session.refresh_token}

    async def refresh(self) -> dict[str, Any]:
        assert self._session is not None
        access = await self._session.access_token(await self._session.access_token())
        return {"access": access, "refresh": self._session.refresh_token}

    async def connect(
        self, origin: str, token: str | None = None, outbox: str = ":memory:", window: int = 64
    ) -> str:
        async def given(_old: str | None) -> str:
            assert token is not None
            return token

        source: TokenSource = self._session.access_token if token is None and self._session else given
        self._client = SkeinClient(origin, source, Outbox(outbox), window)
        await self._client.connect()
        self._showing = asyncio.create_task(self._show())
        return self._client.user_id

    async def _show(self) -> None:
        async for event in self.client.events():
            timeline = self._timelines.setdefault(event.conversation, Timeline(self.client.user_id))
            timeline.take(event)
            say({"event": asdict(event)})

    async def follow(self, conversation: str, epoch: int | None = None, seq: int | None = None) -> None:
        await self.client.follow(conversation, None if epoch is None or seq is None else (epoch, seq))

    async def disturb(self, seed: int) -> None:
        """From now on what the server sends unasked is lost, doubled or late."""
        choose, late, on_push = random.Random(seed), list[list[Any]](), self.client._on_push

        def disturbed(opcode: int, fields: list[Any]) -> None:
            pushes = choose.choice([0, 1, 1, 2])
            if choose.random() < 0.3:
                late.append(fields)
            for one in [fields] * pushes + (late[:1] if choose.random() < 0.5 else []):
                on_push(opcode, one)

        self.client._connection._on_push = disturbed

    async def open_direct(self, handle: str) -> str:
        return await self.client.open_direct(await self.client.find_user(handle))

    async def send(self, conversation: str, body: str, key: str | None = None) -> int:
        return await self.client.send(conversation, body, key)

    async def send_all(self, conversation: str, bodies: list[str]) -> list[int]:
        return list(await asyncio.gather(*[self.client.send(conversation, body) for body in bodies]))

    async def change(self, how: str, conversation: str, seq: int, *what: Any) -> None:
        changes: dict[str, Callable[..., Any]] = {
            "edit": self.client.edit,
            "delete": self.client.delete,
            "react": self.client.react,
        }
        await changes[how](conversation, seq, *what)

    async def load(self, conversation: str, limit: int) -> list[dict[str, Any]]:
        """All of the conversation in pages of `limit`, latest first, into its timeline."""
        seq, more, loaded = 2**53 - 1, True, list[Event]()
        while more:
            page, more = await self.client.history(conversation, "before", seq, limit)
            self._timelines.setdefault(conversation, Timeline(self.client.user_id)).take_page(page)
            loaded, seq = page + loaded, page[0].seq
        return [asdict(event) for event in loaded]

    async def shown(self, conversation: str) -> list[dict[str, Any]]:
        return [asdict(message) for message in self._timelines[conversation].messages]

    async def call(self, opcode: int, *fields: Any) -> list[Any]:
        return await self.client.call(opcode, *fields)


async def answer(driver: Driver, line: str) -> None:
    number, command, arguments = json.loads(line)
    try:
        say({"answer": number, "value": await getattr(driver, command)(*arguments)})
    except SkeinError as error:
        say({"answer": number, "code": error.code, "message": str(error), "retryable": error.retryable})
    except (SignInNeeded, LookupError, OSError) as error:
        say({"answer": number, "code": type(error).__name__, "message": str(error)})


def say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


async def main() -> None:
    driver, answering = Driver(), set[asyncio.Task[None]]()
    while line := await asyncio.to_thread(sys.stdin.readline):
        answering.add(asyncio.create_task(answer(driver, line)))


asyncio.run(main())
