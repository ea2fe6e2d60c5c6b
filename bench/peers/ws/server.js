// ws on Node.js, as its README writes it (https://github.com/websockets/ws): "Multiple servers sharing a single HTTP/S server" for the
// paths, "Server broadcast" for the fan-out, and the add-on of "Opt-in for performance" (bufferutil, which it finds by itself).
// Compression is off by default.
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

const echo = new WebSocketServer({ noServer: true });
echo.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});

const fanOut = new WebSocketServer({ noServer: true });
fanOut.on("connection", (socket) => {
  socket.on("error", () => {});
  socket.on("message", (data, isBinary) => {
    for (const client of fanOut.clients) {
      if (client.readyState === WebSocket.OPEN) {
        client.send(data, { binary: isBinary });
      }
    }
  });
});

const paths = new Map([["/echo", echo], ["/fanout", fanOut]]);
const server = createServer((request, response) => response.writeHead(426).end());
server.on("upgrade", (request, socket, head) => {
  const target = paths.get(new URL(request.url, "ws://localhost").pathname);
  if (target === undefined) {
    socket.destroy();
    return;
  }
  target.handleUpgrade(request, socket, head, (client) => target.emit("connection", client, request));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
