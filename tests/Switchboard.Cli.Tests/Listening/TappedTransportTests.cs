using System.Text.RegularExpressions;
using Switchboard.Cli.Listening.Tapping;
using Switchboard.Cli.Listening.Wire;
using Switchboard.Transports.Memory;

namespace Switchboard.Cli.Tests.Listening;

public sealed class TappedTransportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_pass_unchanged_and_are_all_seen(bool isCompressed)
    {
        var network = new MemoryNetwork { Split = static available => Math.Min(available, 7) };
        var tap = new Recorder();
        var compression = isCompressed ? CompressionOptions.Default : null;
        await using var server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            Port = 80,
            Compression = compression,
            Transport = new TappedTransports(network, _ => tap),
        });
        server.OnConnection += (socket, _) => socket.OnMessage += message => socket.Send(message);
        server.Start();
        await using var client = new WebSocket("ws://127.0.0.1", new WebSocketClientOptions { Transport = network, Compression = compression });
        string[] messages = ["", "hello", new string('x', 70_000), "bye"];
        client.OnOpen += () => Array.ForEach(messages, message => client.Send(message));

        var heard = new List<string>();
        await foreach (var message in client.Messages)
        {
            heard.Add(message.Text);
            if (heard.Count == messages.Length)
            {
                client.Close(CloseCode.NormalClosure);
            }
        }

        Assert.Equal(messages, heard);
        Assert.True(client.WasClean);
        await tap.End.Task.Soon();

        var (inbound, outbound) = (Describe(tap.Inbound), Describe(tap.Outbound));
        Assert.Equal("GET / HTTP/1.1", inbound[0]);
        Assert.Equal("HTTP/1.1 101 Switching Protocols", outbound[0]);
        Assert.All([inbound, outbound], lines => Assert.Equal(messages.Length, lines.Count(line => line.StartsWith("text FIN", StringComparison.Ordinal))));
        Assert.Matches("^close FIN mask [0-9a-f]{8}, 2 bytes: 1000$", inbound[^1]);
        Assert.Equal("close FIN, 2 bytes: 1000", outbound[^1]);
        Assert.Equal(isCompressed, outbound.Any(line => Regex.IsMatch(line, "^text FIN RSV1, .*: compressed ")));
    }

    private static List<string> Describe(List<byte> bytes)
    {
        var lines = new List<string>();
        var scanner = new WireScanner(previewBytes: 16, seen => lines.AddRange(WireText.Describe(seen)));
        scanner.Read([.. bytes]);
        scanner.End();
        return lines;
    }

    private sealed class Recorder : IWireTap
    {
        public List<byte> Inbound { get; } = new();

        public List<byte> Outbound { get; } = new();

        public TaskCompletionSource End { get; } = new();

        public void Received(ReadOnlySpan<byte> bytes) => Inbound.AddRange(bytes);

        public void Sent(ReadOnlySpan<byte> bytes) => Outbound.AddRange(bytes);

        public void Ended(Exception? fault) => End.TrySetResult();
    }
}
