using System.Buffers;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

[Collection(nameof(Memory_is_quiet))]
public class The_hot_path_allocates_nothing
{
    private const int Messages = 1000;

    [Theory]
    [CombinatorialRoles(0x81, 0x82, 0x89, 0x8A)]
    public void When_a_whole_frame_is_read(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        ExpectNothing(new ProtocolConnection(role, MessageLimits.Default), Wire.Frame(Wire.Other(role), firstByte, "Hello, World"u8), events: 1);
    }

    [Theory]
    [CombinatorialRoles(0x01, 0x02)]
    public void When_fragments_are_read(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var peer = Wire.Other(role);
        byte[] message =
        [
            .. Wire.Frame(peer, firstByte, "Hello, "u8), .. Wire.Frame(peer, 0x89, "between"u8),
            .. Wire.Frame(peer, 0x00, new byte[3000]), .. Wire.Frame(peer, 0x80, "World"u8),
        ];

        ExpectNothing(new ProtocolConnection(role, MessageLimits.Default), message, events: 2);
    }

    [Theory]
    [CombinatorialRoles(0x81, 0x82, 0x89)]
    public void When_a_frame_comes_in_pieces(string receiver, int firstByte)
    {
        var role = Wire.RoleOf(receiver);
        var message = Wire.Frame(Wire.Other(role), firstByte, new byte[100]);
        var connection = new ProtocolConnection(role, MessageLimits.Default);
        var pieces = new byte[message.Length];

        ExpectNothing(() =>
        {
            var seen = 0;
            for (var i = 0; i < Messages; i++)
            {
                message.CopyTo(pieces, 0);
                for (var start = 0; start < pieces.Length; start += 9)
                {
                    var input = pieces.AsSpan(start, Math.Min(9, pieces.Length - start));
                    while (connection.TryRead(ref input, out _))
                    {
                        seen++;
                    }
                }
            }

            return seen == Messages;
        });
    }

    [Theory]
    [CombinatorialRoles(0, 100, 1000, 100_000)]
    public void When_messages_are_written(string sender, int length)
    {
        var connection = new ProtocolConnection(Wire.RoleOf(sender), MessageLimits.Default);
        var payload = new byte[length];
        var ping = new byte[Math.Min(length, 125)];
        var output = new ArrayBufferWriter<byte>(1024 * 1024);

        ExpectNothing(() =>
        {
            var isWritten = true;
            for (var i = 0; i < Messages; i++)
            {
                output.ResetWrittenCount();
                isWritten &= connection.WriteMessage(output, Opcode.Text, payload) &&
                    connection.WriteFragment(output, Opcode.Binary, payload, isFinal: false) &&
                    connection.WritePing(output, ping) &&
                    connection.WriteFragment(output, Opcode.Continuation, payload, isFinal: true);
            }

            return isWritten;
        });
    }

    [Fact]
    public void When_a_prepared_frame_is_written()
    {
        var connection = new ProtocolConnection(Role.Server, MessageLimits.Default);
        var frame = new byte[PreparedFrame.SizeFor(5)];

        ExpectNothing(() =>
        {
            "Hello"u8.CopyTo(PreparedFrame.Begin(frame, Opcode.Text, 5));
            return connection.AdmitsPrepared();
        });
    }

    [Theory]
    [InlineData("server")]
    [InlineData("client")]
    public void When_a_ping_is_answered(string receiver)
    {
        var role = Wire.RoleOf(receiver);
        var connection = new ProtocolConnection(role, MessageLimits.Default);
        var frame = Wire.Frame(Wire.Other(role), 0x89, "Hello"u8);
        var copy = frame.ToArray();
        var output = new ArrayBufferWriter<byte>(1024);

        ExpectNothing(() =>
        {
            output.ResetWrittenCount();
            frame.CopyTo(copy, 0);
            var input = copy.AsSpan();
            return connection.TryRead(ref input, out var received) && connection.WriteReply(output, received);
        });
    }

    private static void ExpectNothing(ProtocolConnection connection, byte[] bytes, int events)
    {
        var copy = new byte[bytes.Length];
        ExpectNothing(() =>
        {
            var seen = 0;
            for (var i = 0; i < Messages; i++)
            {
                bytes.CopyTo(copy, 0);
                var input = copy.AsSpan();
                while (connection.TryRead(ref input, out _))
                {
                    seen++;
                }
            }

            return seen == Messages * events;
        });
    }

    // A collection may empty the shared pool between two rounds, so the quietest of some rounds counts.
    private static void ExpectNothing(Func<bool> work)
    {
        Assert.True(work());
        var least = long.MaxValue;
        for (var round = 0; round < 5 && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRight = work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(isRight);
        }

        Assert.Equal(0, least);
    }
}
