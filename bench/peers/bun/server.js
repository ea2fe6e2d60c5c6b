// Bun's own WebSocket server, as its documentation writes it (https://bun.com/docs/api/websockets): contextual data given to upgrade(),
// and its native publish and subscribe for the fan-out. Compression is off by default.
const topic = "fanout";
const [port, ...options] = process.argv.slice(2);

// The certificate that prepare has made.
const tls = options.includes("--tls") ? { key: Bun.file("obj/key.pem"), cert: Bun.file("obj/certificate.pem") } : undefined;

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  tls,
  fetch(request, server) {
    const path = new URL(request.url).pathname;
    if (path !== "/echo" && path !== "/fanout") {
      return new Response("There is nothing at this path.", { status: 404 });
    }
    return server.upgrade(request, { data: { isFanOut: path === "/fanout" } })
      ? undefined
      : new Response("A WebSocket is expected.", { status: 400 });
  },
  websocket: {
    // What is over the limit is dropped, by send() and by publish() alike; the default is 1 MiB for each client.
    backpressureLimit: 1024 * 1024 * 1024,
    open(socket) {
      if (socket.data.isFanOut) {
        socket.subscribe(topic);
      }
    },
    message(socket, message) {
      // A string is sent as text, a Buffer as binary. server.publish() reaches the sender too, socket.publish() would not.
      if (socket.data.isFanOut) {
        server.publish(topic, message);
      } else {
        socket.send(message);
      }
    },
  },
});
