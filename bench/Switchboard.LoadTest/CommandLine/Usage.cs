namespace Switchboard.LoadTest.CommandLine;

internal static class Usage
{
    public const string Text = """
        Load for WebSocket servers on this machine. Linux only; loopback addresses only.

        echo     --url ws://127.0.0.1:PORT/echo [--pid SERVERPID] [LOAD] [--cpu N]
                 Keeps messages in flight and checks every reply's opcode and length, and their count.
                 Prints messages/s, round trips per burst, and with --pid the server's CPU per message.

        idle     --url ws://127.0.0.1:PORT/echo --pid SERVERPID [--connections 1000] [--cpu N]
                 Opens connections, waits 3 s, prints the server's memory per connection and its CPU in 5 idle seconds.

        compare  --servers "name=command line with {port}" ["name=…" …] [--path /echo] [--rounds 5] [LOAD]
                 [--server-cpu 0] [--cpu 1] [--json FILE]
                 Starts every server pinned to --server-cpu, runs rounds in turn (A B A B), prints medians and the
                 ratios to the first server, round by round. The servers are killed at the end, whatever happens.

        LOAD     --connections N  how many connections, each with one burst in flight    64
                 --size BYTES     payload of each message                                20
                 --depth N        messages in a burst: sent at once, next burst when
                                  every reply is there                                   1
                 --text           text messages (ASCII) instead of binary
                 --seconds S      length of the measured window                          5
                 --warmup S       load before the window, not measured                   2

        --cpu N  pins the generator to that CPU; whoever starts the server pins the server (`taskset -c 0 …`).
        """;
}
