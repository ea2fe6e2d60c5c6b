// ws on Node.js (https://github.com/websockets/ws), which does as it is told: see ../README.md.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { WebSocket, WebSocketServer } from "ws";

const terms = JSON.parse(process.argv[2]);
const versions = {
  ws: JSON.parse(readFileSync(new URL("node_modules/ws/package.json", import.meta.url))).version,
  "Node.js": process.versions.node,
};
const report = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

// A threshold of 0: without it, ws sends what is shorter than 1024 bytes uncompressed when no context is kept.
const compression = {
  off: false,
  usual: { threshold: 0 },
  narrow: {
    threshold: 0,
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: 10,
    clientMaxWindowBits: 10,
  },
}[terms.compression];

let socket;
const open = (opened, extensions) => {
  socket = opened;
  report({ event: "open", protocol: socket.protocol, extensions: extensions ?? "" });
};

const listen = (socket) => {
  // An error is followed by a close.
  socket.on("error", (error) => console.error(error.message));
  socket.on("message", (data, isBinary) =>
    report({
      event: "message",
      type: isBinary ? "binary" : "text",
      length: data.length,
      sha256: createHash("sha256").update(data).digest("hex"),
    }));
  socket.on("pong", (data) => report({ event: "pong", data: data.toString() }));
  socket.on("close", (code, reason) => report({ event: "close", code, reason: reason.toString() }));
};

const send = ({ type, pieces, times, fragmented, ping }) => {
  const parts = Array.from({ length: times }, () => pieces).flat().map((piece) => Buffer.from(piece, "base64"));
  const binary = type === "binary";
  if (!fragmented) {
    socket.send(Buffer.concat(parts), { binary });
    return;
  }

  parts.forEach((part, index) => {
    socket.send(part, { binary, fin: index === parts.length - 1 });
    if (index === 0 && ping) {
      socket.ping(ping);
    }
  });
};

const commands = {
  send,
  count: ({ to }) => {
    for (let number = 0; number < to; number++) {
      socket.send(String(number));
    }
  },
  ping: ({ data }) => socket.ping(data),
  close: ({ code, reason }) => (code ? socket.close(code, reason) : socket.close()),
};

if (terms.role === "client") {
  const client = new WebSocket(terms.url, terms.protocols, { perMessageDeflate: compression });
  let extensions;
  client.on("upgrade", (response) => (extensions = response.headers["sec-websocket-extensions"]));
  client.on("open", () => open(client, extensions));
  listen(client);
  report({ event: "ready", versions });
} else {
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    perMessageDeflate: compression,
    handleProtocols: (offered) => terms.protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  let extensions;
  server.on("headers", (headers) => {
    const name = "sec-websocket-extensions: ";
    extensions = headers.find((header) => header.toLowerCase().startsWith(name))?.slice(name.length);
  });
  server.on("connection", (client) => {
    listen(client);
    open(client, extensions);
  });
  server.on("listening", () => report({ event: "ready", versions, port: server.address().port }));
}

const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  const command = JSON.parse(line);
  commands[command.do](command);
});
input.on("close", () => process.exit());
