// gorilla/websocket 1.5, as its examples write it: /echo is examples/echo, /fanout the hub of examples/chat
// (https://github.com/gorilla/websocket/tree/v1.5.0/examples). Compression is off by default.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

// "var upgrader = websocket.Upgrader{} // use default options" (examples/echo/server.go)
var upgrader = websocket.Upgrader{}

func echo(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	for {
		messageType, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if err := conn.WriteMessage(messageType, message); err != nil {
			return
		}
	}
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: gorilla PORT")
	}
	hub := newHub()
	go hub.run()
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/fanout", hub.serve)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
