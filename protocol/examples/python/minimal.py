"""The smallest client that keeps the promises of ../../README.md: signs in, sends each line of its input once and in
order, prints what the other one writes, and goes on after a lost connection, for the hour that its token lives. Needs
`websockets` and `msgpack`; skein_client.py beside it does the rest. Run: python minimal.py <origin> <handle>
"""
import asyncio
import base64
import hashlib
import http.server
import json
import random
import secrets
import sys
import time
import urllib.parse
import urllib.request
import uuid

import msgpack
import websockets

HELLO, SEND, SUBSCRIBE, HISTORY, OPEN_DIRECT, FIND_USERS = 1, 16, 17, 19, 21, 23
ERROR, EVENT, RESUBSCRIBE, MESSAGE = 96, 128, 132, 2


def sign_in(origin: str) -> str:
    """An access token: authorization code with PKCE; the person follows the printed address (ACC-1)."""
    verifier, state, query = secrets.token_urlsafe(48), secrets.token_urlsafe(16), {}

    class Callback(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query.update(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            self.send_response(204)
            self.end_headers()

    server = http.server.HTTPServer(("127.0.0.1", 0), Callback)
    redirect = f"http://127.0.0.1:{server.server_port}/callback"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    wish = {"response_type": "code", "client_id": "skein-cli", "redirect_uri": redirect, "state": state,
            "scope": "openid profile offline_access", "code_challenge": challenge, "code_challenge_method": "S256"}
    print(f"{origin}/oauth/auth?{urllib.parse.urlencode(wish)}", flush=True)
    while query.get("state") != state:
        server.handle_request()
    proof = {"grant_type": "authorization_code", "client_id": "skein-cli", "code": query["code"],
             "redirect_uri": redirect, "code_verifier": verifier}
    with urllib.request.urlopen(f"{origin}/oauth/token", urllib.parse.urlencode(proof).encode()) as answer:
        return json.load(answer)["access_token"]


def new_key(now_ms: float) -> str:
    """A UUID of version 7 (RFC 9562): the time in front, so that keys sort as they were made."""
    value = (int(now_ms) << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


class Client:
    def __init__(self, origin: str, token: str) -> None:
        self.origin, self.token, self.device = origin, token, str(uuid.uuid4())
        self.user, self.offset_ms, self.wake = "", 0.0, asyncio.Event()
        self.pending: dict[int, asyncio.Future[list]] = {}
        self.outbox: list[tuple[str, str]] = []  # (key, body), until accepted
        self.conversation, self.epoch, self.cursor = "", 0, 0
        self.ahead: dict[int, list] = {}  # events that wait for one before them

    async def run(self, peer: str) -> None:
        failures = 0
        while True:
            try:
                address = self.origin.replace("http", "ws", 1) + "/ws"
                async with websockets.connect(address, max_size=2**20, compression=None) as self.socket:
                    reader = asyncio.create_task(self.read())
                    work = asyncio.create_task(self.work(peer))
                    await asyncio.wait([reader, work], return_when=asyncio.FIRST_COMPLETED)
                    work.cancel(), reader.cancel()
                    await asyncio.gather(work, reader, return_exceptions=True)
            except (OSError, websockets.WebSocketException):
                failures += 1
            await asyncio.sleep(random.uniform(0.1, 1) * min(15, 0.25 * 2**failures))

    async def request(self, opcode: int, *fields: object) -> list:
        number = secrets.randbelow(2**32 - 1) + 1
        answer = self.pending[number] = asyncio.get_running_loop().create_future()
        await self.socket.send(msgpack.packb([opcode, number, *fields], use_bin_type=True))
        frame = await asyncio.wait_for(answer, 15)
        if frame[0] == ERROR:
            raise RuntimeError(f"{frame[2]}: {frame[3]}")
        return frame

    async def read(self) -> None:
        async for data in self.socket:
            frame = msgpack.unpackb(data, raw=False)
            if waiting := self.pending.pop(frame[1], None):
                waiting.set_result(frame)
            elif frame[0] == EVENT and frame[2] == self.conversation:
                self.take(frame[4])
            elif frame[0] == RESUBSCRIBE:
                self.wake.set()

    async def work(self, peer: str) -> None:
        """Says hello, catches up, and sends what waits: from the beginning after each connection."""
        welcome = await self.request(HELLO, 1, self.token, self.device, "minimal/1.0")
        self.user, self.offset_ms = welcome[2], welcome[5] - time.time() * 1000
        found = await self.request(FIND_USERS, peer, 20)
        self.conversation = (await self.request(OPEN_DIRECT, next(user for user, handle, _ in found[2] if handle == peer)))[2][0]
        wish = [[self.conversation, self.epoch, self.cursor if self.epoch else None]]
        result = (await self.request(SUBSCRIBE, wish))[2][0]
        assert result[0] != "refused", result[2]
        if self.epoch != result[2]:  # the first time, or another history: begin from its head
            self.epoch, self.cursor = result[2], result[3]
            self.ahead.clear()
        print(f"# connected as {self.user}", flush=True)
        while True:
            self.wake.clear()
            await self.catch_up()
            for at, (key, body) in enumerate(list(self.outbox)):
                await self.request(SEND, self.conversation, key, body, None, None, [], [])
                self.outbox.pop(0)  # each waits for the one before it, so `prev` is never needed
            await self.wake.wait()

    async def catch_up(self) -> None:
        page: list = [True] * 6
        while page[5]:
            page = await self.request(HISTORY, self.conversation, "after", self.cursor, 100)
            for event in page[4]:
                self.take(event)

    def take(self, event: list) -> None:
        """Hands on cursor plus one, and what waited behind it; everything else waits or is known (OFF-4)."""
        if event[0] > self.cursor:
            self.ahead[event[0]] = event
        while following := self.ahead.pop(self.cursor + 1, None):
            self.cursor = following[0]
            if following[2] == MESSAGE and following[3] != self.user:
                print(following[6], flush=True)
        if self.ahead:
            self.wake.set()  # something is missing


async def main(origin: str, peer: str) -> None:
    client = Client(origin, sign_in(origin))
    running = asyncio.create_task(client.run(peer))
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip():
            client.outbox.append((new_key(time.time() * 1000 + client.offset_ms), line.rstrip("\n")))
            client.wake.set()
    while client.outbox and not running.done():
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
