package main

import (
	"net/http"

	"github.com/gorilla/websocket"
)

// hub is that of examples/chat/hub.go, with two differences. A message is framed once for all: "Use PreparedMessage to efficiently
// send a message payload to multiple connections" (the package's documentation). And where the example drops a client whose queue
// is full, this one waits for it, because here each message must arrive.
type hub struct {
	clients    map[*client]bool
	broadcast  chan *websocket.PreparedMessage
	register   chan *client
	unregister chan *client
}

type client struct {
	conn *websocket.Conn
	send chan *websocket.PreparedMessage
}

func newHub() *hub {
	return &hub{
		clients:    make(map[*client]bool),
		broadcast:  make(chan *websocket.PreparedMessage),
		register:   make(chan *client),
		unregister: make(chan *client),
	}
}

func (h *hub) run() {
	for {
		select {
		case c := <-h.register:
			h.clients[c] = true
		case c := <-h.unregister:
			delete(h.clients, c)
			close(c.send)
		case message := <-h.broadcast:
			for c := range h.clients {
				c.send <- message
			}
		}
	}
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &client{conn: conn, send: make(chan *websocket.PreparedMessage, 256)}
	h.register <- c
	go c.writePump()
	h.readPump(c)
}

func (h *hub) readPump(c *client) {
	defer func() { h.unregister <- c }()
	for {
		messageType, data, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		message, err := websocket.NewPreparedMessage(messageType, data)
		if err != nil {
			return
		}
		h.broadcast <- message
	}
}

// writePump sends one message per frame, until the hub closes the queue. It empties the queue of a client that is gone, too: the hub
// may wait for room in it.
func (c *client) writePump() {
	defer c.conn.Close()
	var failed error
	for message := range c.send {
		if failed == nil {
			failed = c.conn.WritePreparedMessage(message)
		}
	}
}
