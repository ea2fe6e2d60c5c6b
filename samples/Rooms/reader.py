#!/usr/bin/env python3
"""Reads a room for ever, and misses nothing: python3 reader.py ws://localhost:3000 lobby

Needs nothing but the package websockets. One line for each message: its sequence and its data.
"""
import asyncio
import json
import sys

import websockets


async def read(server, room):
    since, epoch = 0, None
    while True:
        position = f"&since={since}" + (f"&epoch={epoch}" if epoch else "")
        try:
            async with websockets.connect(f"{server}/rooms/{room}?as=reader{position}", subprotocols=["switchboard.v1.json"]) as socket:
                async for text in socket:
                    frame = json.loads(text)
                    if frame["type"] == "joined":
                        epoch = frame["epoch"]
                    elif frame["type"] == "reset":
                        since = frame["first"] - 1
                        print(f"reset: begins at {frame['first']}", flush=True)
                    elif frame["type"] == "message":
                        since = frame["seq"]
                        print(since, json.dumps(frame["data"]), flush=True)
        except (OSError, websockets.WebSocketException):
            pass
        await asyncio.sleep(0.2)


try:
    asyncio.run(read(sys.argv[1], sys.argv[2]))
except KeyboardInterrupt:
    pass
