"""websockets (https://github.com/python-websockets/websockets), which does as it is told: see ../README.md.

Runs with version 10.4 and later ones, 17 among them: the API moved to a new implementation in 14, whose connections
differ where `agreed_extensions` says so.
"""

import asyncio
import base64
import hashlib
import json
import os
import platform
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

VERSIONS = {"websockets": websockets.__version__, "Python": platform.python_version()}
NARROW = {
    "server_no_context_takeover": True,
    "client_no_context_takeover": True,
    "server_max_window_bits": 10,
    "client_max_window_bits": 10,
}


def report(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


def settings(terms, narrow):
    """The arguments that a client and a server have in common."""
    compression = terms["compression"]
    return {
        "compression": "deflate" if compression == "usual" else None,
        "extensions": [narrow(**NARROW)] if compression == "narrow" else None,
        "subprotocols": terms["protocols"] or None,
        "ping_interval": None,
        "max_size": None,
    }


def agreed_extensions(socket):
    headers = socket.response_headers if hasattr(socket, "response_headers") else socket.response.headers
    return headers.get("Sec-WebSocket-Extensions", "")


async def converse(socket, connected):
    report("open", protocol=socket.subprotocol or "", extensions=agreed_extensions(socket))
    connected.set_result(socket)
    try:
        async for message in socket:
            data = message.encode() if isinstance(message, str) else message
            report(
                "message",
                type="text" if isinstance(message, str) else "binary",
                length=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
            )
    except websockets.exceptions.ConnectionClosed:
        pass
    await socket.wait_closed()
    report("close", code=socket.close_code, reason=socket.close_reason)


async def lines():
    reader = asyncio.StreamReader(limit=2**27)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line


async def obey(connected):
    async for line in lines():
        command = json.loads(line)
        socket = await connected
        try:
            await do(socket, command)
        except websockets.exceptions.ConnectionClosed as closed:
            print(closed, file=sys.stderr)
    # Whoever told us what to do is gone.
    os._exit(0)


async def do(socket, command):
    if command["do"] == "send":
        await send(socket, command)
    elif command["do"] == "count":
        for number in range(command["to"]):
            await socket.send(str(number))
    elif command["do"] == "ping":
        await ping(socket, command["data"])
    elif command["do"] == "close":
        # It has no way to close without a code.
        await socket.close(command["code"], command["reason"])


async def ping(socket, data):
    answer = await socket.ping(data.encode())
    answer.add_done_callback(lambda done: done.exception() or report("pong", data=data))


async def send(socket, command):
    parts = [base64.b64decode(piece) for piece in command["pieces"]] * command["times"]
    if command["type"] == "text":
        parts = [part.decode() for part in parts]

    if not command["fragmented"]:
        await socket.send(parts[0][:0].join(parts))
        return

    async def fragments():
        for index, part in enumerate(parts):
            yield part
            if index == 0 and command["ping"]:
                await ping(socket, command["ping"])

    await socket.send(fragments())


async def call(terms, connected):
    report("ready", versions=VERSIONS)
    async with websockets.connect(terms["url"], **settings(terms, ClientPerMessageDeflateFactory)) as socket:
        await converse(socket, connected)


async def serve(terms, connected):
    arguments = settings(terms, ServerPerMessageDeflateFactory)
    async with websockets.serve(lambda socket, path=None: converse(socket, connected), "127.0.0.1", 0, **arguments) as server:
        report("ready", versions=VERSIONS, port=list(server.sockets)[0].getsockname()[1])
        await asyncio.Future()


async def main(terms):
    connected = asyncio.get_running_loop().create_future()
    run = call if terms["role"] == "client" else serve
    await asyncio.gather(obey(connected), run(terms, connected))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
