using System.Net.WebSockets;
using BenchmarkDotNet.Attributes;
using Switchboard.Benchmarks.Support;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;

namespace Switchboard.Benchmarks.Connection;

/// <summary>The whole core in memory: a burst of masked frames in, messages up, the echo of each out. The figures are per message.</summary>
public class EchoBenchmarks
{
    // Whatever the burst, so many messages are one invocation: that is how the figures come to be per message.
    private const int Messages = 32;

    private byte[] _burst = [];
    private byte[] _receiveBuffer = [];
    private Output _output = new(0);
    private ProtocolConnection _connection = new(Role.Server, MessageLimits.Default);
    private WebSocket _socket = null!;

    [Params(20, 125, 1024, 16 * 1024)]
    public int Size { get; set; }

    [Params(1, Messages)]
    public int InBurst { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _burst = Burst.Of(InBurst, Size);
        _receiveBuffer = _burst.ToArray();
        _output = new Output(_burst.Length);
        _connection = new ProtocolConnection(Role.Server, MessageLimits.Default);
        _socket = WebSocket.CreateFromStream(new BurstStream(_burst), isServer: true, subProtocol: null, keepAliveInterval: TimeSpan.Zero);
    }

    /// <summary>
    /// The core alone: the bytes are where the transport has put them. Unmasking works in place, so every second time the
    /// payload becomes masked; to the core binary data is binary data.
    /// </summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public int Core()
    {
        var echoed = 0;
        for (var left = Messages; left > 0; left -= InBurst)
        {
            echoed += EchoBurst();
        }

        return echoed;
    }

    /// <summary>The same behind the copy that receiving is, which System.Net.WebSockets cannot be measured without.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public int Core_and_receive()
    {
        var echoed = 0;
        for (var left = Messages; left > 0; left -= InBurst)
        {
            _burst.CopyTo(_receiveBuffer);
            echoed += EchoBurst();
        }

        return echoed;
    }

    /// <summary>The base class library over a stream that never waits.</summary>
    [Benchmark(OperationsPerInvoke = Messages, Baseline = true)]
    public int System_Net_WebSockets()
    {
        var echoed = 0;
        for (var left = Messages; left > 0; left--)
        {
            echoed += EchoOne();
        }

        return echoed;
    }

    private int EchoBurst()
    {
        Span<byte> input = _receiveBuffer;
        while (_connection.TryRead(ref input, out var received))
        {
            _connection.WriteMessage(_output, Opcode.Binary, received.Payload);
        }

        return _output.Send();
    }

    private int EchoOne()
    {
        var received = Completed(_socket.ReceiveAsync(_receiveBuffer.AsMemory(), CancellationToken.None));
        var message = _receiveBuffer.AsMemory(0, received.Count);
        Completed(_socket.SendAsync(message, received.MessageType, received.EndOfMessage, CancellationToken.None));
        return received.Count;
    }

    private static T Completed<T>(ValueTask<T> task) =>
        task.IsCompleted ? task.Result : throw new InvalidOperationException("The stream never waits, so neither does what reads from it.");

    private static void Completed(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("The stream never waits, so neither does what writes to it.");
        }
    }
}
