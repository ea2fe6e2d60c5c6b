using System.Buffers;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

/// <summary>CVE-2016-10518, CVE-2026-45736: what lay in a buffer before must never reach the wire.</summary>
[Collection(nameof(Memory_is_quiet))]
public class Old_memory_never_reaches_the_wire
{
    [Theory]
    [CombinatorialRoles(0, 1, 5, 124, 125)]
    public void In_pings_pongs_and_messages(string sender, int length)
    {
        FillThePool();
        var role = Wire.RoleOf(sender);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
        var connection = Connection(role, out var output);

        connection.WritePing(output, payload);
        connection.WritePong(output, payload);
        connection.WriteMessage(output, Opcode.Binary, payload);

        output.ExpectExactly([.. Wire.Frame(role, 0x89, payload), .. Wire.Frame(role, 0x8A, payload), .. Wire.Frame(role, 0x82, payload)]);
    }

    [Theory]
    [CombinatorialRoles(126, 32_768, 32_769, 65_536, 100_000)]
    public void In_messages_that_are_written_in_pieces(string sender, int length)
    {
        FillThePool();
        var role = Wire.RoleOf(sender);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
        var connection = Connection(role, out var output);

        connection.WriteMessage(output, Opcode.Binary, payload);

        output.ExpectExactly(Wire.Frame(role, 0x82, payload));
    }

    [Theory]
    [InlineData("server", CloseCode.NormalClosure, "")]
    [InlineData("server", CloseCode.NormalClosure, "bye")]
    [InlineData("client", CloseCode.GoingAway, "€")]
    [InlineData("server", CloseCode.NoStatusReceived, "unsaid")]
    [InlineData("client", CloseCode.NoStatusReceived, "")]
    public void In_a_close(string sender, CloseCode code, string reason)
    {
        FillThePool();
        var role = Wire.RoleOf(sender);
        var connection = Connection(role, out var output);

        FillTheStack();
        connection.WriteClose(output, code, reason);

        byte[] body = code == CloseCode.NoStatusReceived ? [] : [(byte)((int)code >> 8), (byte)code, .. Wire.Utf8(reason)];
        output.ExpectExactly(Wire.Frame(role, 0x88, body));
    }

    [Fact]
    public void In_a_close_whose_reason_is_cut()
    {
        var connection = Connection(Role.Server, out var output);

        FillTheStack();
        connection.WriteClose(output, CloseCode.NormalClosure, string.Concat(Enumerable.Repeat("😀", 50)));

        output.ExpectExactly(Wire.Frame(Role.Server, 0x88, [0x03, 0xE8, .. Wire.Utf8(string.Concat(Enumerable.Repeat("😀", 30)))]));
    }

    [Theory]
    [CombinatorialRoles(0, 1, 60, 125)]
    public void In_the_answer_to_a_ping_that_came_in_pieces(string receiver, int length)
    {
        FillThePool();
        var role = Wire.RoleOf(receiver);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(i % 100)).ToArray();
        var connection = Connection(role, out var output);

        foreach (var value in Wire.Frame(Wire.Other(role), 0x89, payload))
        {
            Span<byte> input = [value];
            while (connection.TryRead(ref input, out var received))
            {
                connection.WriteReply(output, received);
            }
        }

        output.ExpectExactly(Wire.Frame(role, 0x8A, payload));
    }

    [Fact]
    public void In_a_message_that_was_assembled()
    {
        FillThePool();
        var client = Endpoint.Client();
        client.Feed("02 02 0102");
        client.FeedByteByByte(Wire.Bytes("00 03 030405"));

        Assert.Equal([Happening.Binary([1, 2, 3, 4, 5, 6])], client.Feed("80 01 06"));
    }

    private static ProtocolConnection Connection(Role role, out CanaryWriter output)
    {
        output = new CanaryWriter();
        return new ProtocolConnection(role, MessageLimits.Default, keys: new SampleKeys());
    }

    private static void FillThePool()
    {
        foreach (var size in new[] { 16, 64, 128, 1024, 4096, 65_536, 131_072 })
        {
            var rented = Enumerable.Range(0, 4).Select(_ => ArrayPool<byte>.Shared.Rent(size)).ToList();
            foreach (var buffer in rented)
            {
                buffer.AsSpan().Fill(CanaryWriter.Canary);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static void FillTheStack()
    {
        Span<byte> stack = stackalloc byte[4096];
        stack.Fill(CanaryWriter.Canary);
        GC.KeepAlive(stack[^1]);
    }

    private sealed class SampleKeys : MaskingKeys
    {
        internal override uint Next() => BitConverter.ToUInt32(Wire.SampleKey);
    }
}
