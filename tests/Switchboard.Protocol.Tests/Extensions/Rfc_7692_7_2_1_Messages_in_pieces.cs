using System.Security.Cryptography;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Extensions;

/// <summary>RFC 7692 §6.1, §7.2.1: a message may be compressed while it is written, and its frames cut where the sender likes.</summary>
public class Rfc_7692_7_2_1_Messages_in_pieces
{
    [Theory]
    [InlineData(10, 64 * 1024, false)]
    [InlineData(10, 64, true)]
    [InlineData(3000, 64 * 1024, true)]
    [InlineData(3000, 64, false)]
    [InlineData(100_000, 7, false)]
    public void What_is_compressed_in_pieces_is_read_as_one_message(int pieceSize, int fragmentSize, bool flushes)
    {
        byte[] message = [.. Conversation.TextOf(30_000, 3), .. RandomNumberGenerator.GetBytes(20_000), .. new byte[50_000]];
        foreach (var agreed in Agreed.All[1..])
        {
            var sender = new Endpoint(Role.Server, deflate: agreed.For(Role.Server));
            var receiver = new Endpoint(Role.Client, deflate: agreed.For(Role.Client));
            using var deflater = agreed.For(Role.Server)!.NewDeflater()!;
            var room = new byte[fragmentSize];
            var isBegun = false;
            foreach (var piece in message.Chunk(pieceSize))
            {
                Compress(piece, flushes);
            }

            Compress([], flushes: true);
            sender.Connection.WriteFragment(sender.Output, Opcode.Continuation, [Deflater.EmptyBlock], isFinal: true, isCompressed: false);

            receiver.Feed(sender.Output.WrittenSpan);
            Assert.Equal([Happening.Binary(message)], receiver.Happenings);

            void Compress(ReadOnlySpan<byte> piece, bool flushes)
            {
                bool isDone;
                do
                {
                    isDone = deflater.Compress(ref piece, room, flushes, out var length);
                    sender.Connection.WriteFragment(
                        sender.Output, isBegun ? Opcode.Continuation : Opcode.Binary, room.AsSpan(0, length), isFinal: false, isCompressed: !isBegun);
                    isBegun = true;
                }
                while (!isDone);
                Assert.True(piece.IsEmpty);
            }
        }
    }

    [Fact]
    public void What_was_flushed_can_be_read_before_the_message_ends()
    {
        var agreed = Agreed.Of(Role.Client, Agreed.Shared);
        var receiver = new Endpoint(Role.Client, deflate: agreed) { HandsUpParts = true };
        using var deflater = agreed.NewDeflater()!;
        var room = new byte[1000];
        ReadOnlySpan<byte> piece = "so far"u8;
        Assert.True(deflater.Compress(ref piece, room, flushes: true, out var length));

        Assert.Equal("so far", System.Text.Encoding.UTF8.GetString(Wire.Bytes(string.Concat(receiver.Receive(0x41, room.AsSpan(0, length)).Select(part => part.Payload)))));
        Assert.Equal([Happening.Text("")], receiver.Receive(0x80, [Deflater.EmptyBlock]));
    }

    [Fact]
    public void Only_the_first_frame_is_marked()
    {
        var server = Endpoint.Server();
        server.Connection.WriteFragment(server.Output, Opcode.Text, [1], isFinal: false, isCompressed: true);
        server.Connection.WriteFragment(server.Output, Opcode.Continuation, [2], isFinal: true);

        Assert.Equal("410101" + "800102", server.Written);
    }

    [Fact]
    public void A_window_that_we_cannot_compress_for_has_no_deflater() =>
        Assert.Null(Agreed.Of(Role.Client, "permessage-deflate; client_max_window_bits=8").NewDeflater());
}
