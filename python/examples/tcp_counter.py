"""Actors under a live asyncio TCP server.

One actor per connection reads lines, one actor holds the counters that all connections share. The server, the streams and the tasks
are asyncio's own; the actors run on the same loop.

    python examples/tcp_counter.py serve 8765      # then: printf 'add apples 3\nget apples\n' | nc localhost 8765
    python examples/tcp_counter.py demo            # a server and twenty clients, checked

Protocol: `add NAME N` and `get NAME` answer with the total, `watch NAME` sends every change from now on, anything else answers with
`error: …`.
"""

from __future__ import annotations

import asyncio
import sys

import actor_rt as art
from actor_rt import aio


class Counters(art.Actor):
    """The shared state. No locks: an actor handles one message at a time."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self.watchers: dict[str, list[art.Ref[Session]]] = {}

    def add(self, name: str, n: int) -> int:
        total = self.totals[name] = self.totals.get(name, 0) + n
        for session in self.watchers.get(name, []):
            session.tell(Session.changed, name, total)
        return total

    def get(self, name: str) -> int:
        if name not in self.totals:
            # An answer, not a failure: this actor lives on.
            raise art.Refused(f"no counter {name!r}")
        return self.totals[name]

    def watch(self, name: str, session: art.Ref[Session]) -> None:
        self.watchers.setdefault(name, []).append(session)

    def forget(self, session: art.Ref[Session]) -> None:
        for sessions in self.watchers.values():
            if session in sessions:
                sessions.remove(session)


class Session(art.Actor):
    """One connection."""

    def __init__(self, writer: asyncio.StreamWriter, counters: art.Ref[Counters]) -> None:
        self.writer = writer
        self.counters = counters

    async def line(self, text: str) -> None:
        # Asyncio's own awaitables work here too: the loop runs this coroutine.
        try:
            answer = await self.command(text.split())
        except (art.Refused, ValueError) as error:
            answer = f"error: {error}"
        self.writer.write(f"{answer}\n".encode())
        await self.writer.drain()

    async def command(self, words: list[str]) -> str:
        if len(words) == 3 and words[0] == "add":
            return str(await self.counters.ask(Counters.add, words[1], int(words[2])))
        if len(words) == 2 and words[0] == "get":
            return str(await self.counters.ask(Counters.get, words[1]))
        if len(words) == 2 and words[0] == "watch":
            await self.counters.ask(Counters.watch, words[1], self.ctx.ref)
            return f"watching {words[1]}"
        raise ValueError("commands: add NAME N, get NAME, watch NAME")

    def changed(self, name: str, total: int) -> None:
        self.writer.write(f"{name} is {total}\n".encode())

    def on_stop(self, cause: art.StopCause) -> None:
        self.counters.tell(Counters.forget, self.ctx.ref)
        self.writer.close()


class Server:
    """Accepts connections and hands their lines to actors."""

    def __init__(self, rt: art.Runtime) -> None:
        self.rt = rt
        self.counters = rt.spawn(Counters)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = self.rt.spawn(Session, writer, self.counters)
        try:
            while line := await reader.readline():
                # One line after the other: a client that does not read its answers does not fill our memory.
                await session.ask(Session.line, line.decode())
        except (ConnectionError, art.ActorRtError):
            pass
        finally:
            if not self.rt.closed:
                session.stop()

    async def start(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self.connected, "127.0.0.1", port)


async def serve(port: int) -> None:
    with art.Runtime() as rt, aio.attach(rt):
        server = await Server(rt).start(port)
        print(f"listening on port {server.sockets[0].getsockname()[1]}", flush=True)
        async with server:
            await server.serve_forever()


class Client:
    """A line in, a line out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @staticmethod
    async def connect(port: int) -> Client:
        return Client(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, line: str) -> str:
        self.writer.write(f"{line}\n".encode())
        return await self.hear()

    async def hear(self) -> str:
        return (await self.reader.readline()).decode().strip()

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


async def demo(clients: int = 20, rounds: int = 25) -> None:
    """A server and clients in one process, with everything they say checked."""
    with art.Runtime() as rt, aio.attach(rt):
        server = await Server(rt).start(0)
        port: int = server.sockets[0].getsockname()[1]

        watcher = await Client.connect(port)
        assert await watcher.ask("watch shared") == "watching shared"

        async def work(number: int) -> None:
            client = await Client.connect(port)
            for n in range(1, rounds + 1):
                assert await client.ask(f"add own-{number} {n}") == str(n * (n + 1) // 2)
                await client.ask("add shared 1")
            assert await client.ask("get nothing") == "error: no counter 'nothing'"
            assert (await client.ask("what?")).startswith("error: commands")
            await client.close()

        await asyncio.gather(*(work(number) for number in range(clients)))
        seen = [await watcher.hear() for _ in range(clients * rounds)]
        assert seen == [f"shared is {n}" for n in range(1, clients * rounds + 1)]
        assert await watcher.ask("get shared") == str(clients * rounds)
        await watcher.close()
        server.close()
        await server.wait_closed()
        # Every connection's actor ends; only the counters are left.
        while rt.actors > 1:
            await asyncio.sleep(0)
        print(f"{clients} clients, {clients * (2 * rounds + 2)} requests, {len(seen)} notices: all as expected")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["serve"] and len(arguments) == 2:
        try:
            asyncio.run(serve(int(arguments[1])))
        except KeyboardInterrupt:
            pass
        return 0
    if arguments == ["demo"]:
        asyncio.run(demo())
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
