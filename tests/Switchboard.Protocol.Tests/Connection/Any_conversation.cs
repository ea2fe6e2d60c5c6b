using System.Buffers;
using CsCheck;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

/// <summary>What holds for every conversation, in both roles, however it is cut.</summary>
public class Any_conversation
{
    [Fact]
    public void Is_understood_as_it_was_meant() =>
        Conversation.Any.Sample(conversation => Assert.Equal(conversation.Expected, Whole(conversation).Happenings), iter: 1000);

    [Fact]
    public void Is_the_same_whole_byte_by_byte_and_in_any_pieces() =>
        Gen.Select(Conversation.Any, Conversation.Pieces).Sample(
            (conversation, pieces) =>
            {
                var whole = Whole(conversation);
                var byteByByte = new Endpoint(conversation.Receiver) { Replies = true };
                byteByByte.FeedByteByByte(conversation.Bytes);
                var inPieces = new Endpoint(conversation.Receiver) { Replies = true };
                foreach (var piece in Conversation.Cut(conversation.Bytes, pieces))
                {
                    inPieces.Feed(piece);
                }

                Assert.Equal(whole.Happenings, byteByByte.Happenings);
                Assert.Equal(whole.Happenings, inPieces.Happenings);
                Assert.Equal(whole.Written, byteByByte.Written);
                Assert.Equal(whole.Written, inPieces.Written);
                Assert.Equal(whole.Connection.Phase, byteByByte.Connection.Phase);
                Assert.Equal(whole.Connection.Phase, inPieces.Connection.Phase);
                foreach (var endpoint in new[] { whole, byteByByte, inPieces })
                {
                    endpoint.Connection.Release();
                    Assert.Equal(0, endpoint.Connection.PinnedBytes);
                }
            },
            iter: 300);

    [Fact]
    public void Is_the_same_with_its_handshake_in_front() =>
        Gen.Select(Conversation.Any, Conversation.Pieces).Sample(
            (conversation, pieces) =>
            {
                byte[] bytes = [.. Heads.Bytes(conversation.Receiver == Role.Server ? Heads.Request : Heads.Response), .. conversation.Bytes];
                var whole = new Session(conversation.Receiver);
                whole.Feed(bytes);
                var byteByByte = new Session(conversation.Receiver);
                foreach (var value in bytes)
                {
                    byteByByte.Feed([value]);
                }

                var inPieces = new Session(conversation.Receiver);
                foreach (var piece in Conversation.Cut(bytes, pieces))
                {
                    inPieces.Feed(piece);
                }

                Assert.All([whole, byteByByte, inPieces], session =>
                {
                    Assert.Equal("open", session.Handshake);
                    Assert.Equal(conversation.Expected, session.Endpoint.Happenings);
                    Assert.Equal(whole.Endpoint.Written, session.Endpoint.Written);
                });
            },
            iter: 200);

    [Fact]
    public void Is_read_as_it_was_written() =>
        Gen.Select(Gen.Bool, Conversation.Message.Any.Array[0, 6], Gen.OneOf("", "bye", "жзик €")).Sample(
            (toServer, messages, reason) =>
            {
                var sender = new ProtocolConnection(toServer ? Role.Client : Role.Server, MessageLimits.Default);
                var wire = new ArrayBufferWriter<byte>();
                var expected = new List<Happening>();
                foreach (var message in messages)
                {
                    Write(sender, wire, message, expected);
                }

                Assert.True(sender.WriteClose(wire, CloseCode.GoingAway, reason));
                expected.Add(Happening.Close(CloseCode.GoingAway, reason));

                var receiver = toServer ? Endpoint.Server() : Endpoint.Client();
                receiver.Feed(wire.WrittenSpan);
                Assert.Equal(expected, receiver.Happenings);
            },
            iter: 1000);

    [Fact]
    public void Breaks_every_rule_in_every_state()
    {
        foreach (var receiver in Enum.GetValues<Role>())
        {
            foreach (var breach in Breaches.All)
            {
                var (frames, error) = breach(Wire.Other(receiver));
                for (var cut = 0; cut <= Math.Min(frames.Length, 20); cut++)
                {
                    var endpoint = new Endpoint(receiver);
                    endpoint.Receive(0x89, "before"u8);
                    endpoint.Feed(frames.AsSpan(0, cut));
                    endpoint.Feed(frames.AsSpan(cut));
                    Assert.Equal(Happening.Failure(error), endpoint.Happenings[^1]);
                    Assert.Equal(0, endpoint.Connection.PinnedBytes);
                }
            }
        }
    }

    private static void Write(ProtocolConnection sender, ArrayBufferWriter<byte> wire, Conversation.Message message, List<Happening> expected)
    {
        var payload = message.Payload;
        var opcode = message.IsText ? Opcode.Text : Opcode.Binary;
        var fragments = Conversation.Fragments(payload, message.Cuts);
        if (fragments.Count == 1)
        {
            Assert.True(sender.WriteMessage(wire, opcode, payload));
        }

        for (var i = 0; i < fragments.Count && fragments.Count > 1; i++)
        {
            Assert.True(sender.WriteFragment(wire, i == 0 ? opcode : Opcode.Continuation, fragments[i], isFinal: i == fragments.Count - 1));
            if (i < fragments.Count - 1 && i < message.Between.Length)
            {
                var control = message.Between[i];
                Assert.True(control.IsPing ? sender.WritePing(wire, control.Payload) : sender.WritePong(wire, control.Payload));
                expected.Add(control.IsPing ? Happening.Ping(control.Payload) : Happening.Pong(control.Payload));
            }
        }

        expected.Add(new Happening(message.IsText ? ProtocolEventKind.Text : ProtocolEventKind.Binary, Wire.Hex(payload), 0, null));
    }

    private static Endpoint Whole(Conversation conversation)
    {
        var endpoint = new Endpoint(conversation.Receiver) { Replies = true };
        endpoint.Feed(conversation.Bytes);
        return endpoint;
    }
}
