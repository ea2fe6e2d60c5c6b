namespace Switchboard.LoadTest.CommandLine;

internal static class Usage
{
    public const string Text = """
        Load for WebSocket servers on this machine. Linux only; loopback addresses only.

        echo     --url ws://127.0.0.1:PORT/echo [--pid SERVERPID] [LOAD] [--cpu N]
                 Keeps messages in flight and checks every reply's opcode, length and order, and their count.
                 Prints messages/s, round trips per burst, and with --pid the server's CPU per message and its memory.
                 With wss:// the same over TLS, whatever the server's certificate.
                 With tcp://127.0.0.1:PORT the server is raw: no handshake, and each byte is to come back as it was sent.

        fanout   --url ws://127.0.0.1:PORT/fanout [--pid SERVERPID] [--members 1000] [--size 100] [--depth 1]
                 [--seconds 5] [--warmup 2] [--cpu N]
                 One of the members publishes bursts of --depth messages; the next burst leaves when every member has
                 the last one whole. Prints deliveries/s, publish to last member, and the server's CPU per delivery.

        idle     --url ws://127.0.0.1:PORT/echo --pid SERVERPID [--connections 1000] [--seconds 10] [--cpu N]
                 Opens connections on which nothing is said; prints the server's memory per connection, its CPU per
                 handshake and while they idle.

        connect  --url ws://127.0.0.1:PORT/echo --pid SERVERPID [--rate 5000] [--alive 500] [--quiet 16]
                 [--seconds 5] [--warmup 1] [--cpu N]
                 Opens --rate connections per second and closes the oldest beyond --alive. --quiet others send a small
                 message every 10 ms, and their round trips are printed without and with the storm.

        compare  --servers "name=command line with {port}" ["name=…" …] [--raw name …] [--tls name …] [--path /echo] [--rounds 5]
                 [LOAD] [--server-cpu 0] [--cpu 1] [--json FILE]
                 Starts every server pinned to --server-cpu, runs rounds in turn (A B A B), prints medians and the
                 ratios to the first server, round by round. The servers are killed at the end, whatever happens.

        suite    [--quick | --tls] [--only ROW-PATTERN] [--servers a,b] [--server-cpu 0] [--cpu 1]
                 What ./bench/run starts, from the repository's root: every row of work, every server, rounds in turn.
                 Writes docs/benchmarks.md with its charts and bench/results/<date>.json; a part of the whole, chosen
                 with --only or --servers, goes to artifacts/benchmarks/ instead. With --tls other rows, of servers that
                 speak TLS, for a section of their own and <date>-tls.json.

        rooms    [--members 10000] [--rooms 1] [--format plain|json] [--durable false|true] [--size 100] [--rate N|max ...]
                 [--seconds 5] [--warmup 3] [--publishers N] [--depth 1] [--clients 3] [--measure all|memory]
                 [--server-cpu 0] [--data-root DIR] [--server "command line with {port}, {data} and {durable}"]
                 Starts the rooms server, and --clients processes with the members, on the other CPUs. --rate is what all
                 publishers publish together, and several are measured in turn; with max each publishes bursts of --depth,
                 the next when the last has reached everybody. Prints deliveries/s, the server's CPU per delivery and
                 memory per member, and the time from publishing to the last member and to the ack. Every member must
                 receive every message, in one order; a run in which one does not fails.
        rooms    --all [--rounds 3] [--only ROW-PATTERN] [--seconds 5] [--warmup 3] ...
                 What ./bench/run --rooms starts: plain and JSON, ephemeral and durable, one room of 10,000 and 1,000
                 rooms of 10, rounds in turn, and rooms of one member for their memory; for docs/benchmarks.md.

        log      [--publishers 100] [--in-flight 16] [--rooms 1] [--size 100] [--keep 10000] [--no-ids]
                 [--rate 25000] [--seconds 10] [--warmup 2] [--rounds 3] [--data DIR]
                 Durable messages/s through SqliteMessageLog, each acknowledged after its commit, and the latency of that:
                 at full load, with --in-flight messages of each publisher, and at --rate messages/s. What is beyond --keep
                 messages of a room is forgotten meanwhile. Beside it the same transactions by SQLite alone. Rounds in turn, medians. DIR is to be on a disk that keeps what it is told.

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
