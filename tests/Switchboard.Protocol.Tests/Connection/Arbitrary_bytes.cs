using CsCheck;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Handshake;
using Switchboard.Protocol.Messages;
using Switchboard.Protocol.Tests.Support;

namespace Switchboard.Protocol.Tests.Connection;

/// <summary>
/// Whatever comes, nothing is thrown and no turn is made on the spot (<see cref="Endpoint.Feed(ReadOnlySpan{byte})"/> counts them),
/// and the cuts make no difference.
/// </summary>
public class Arbitrary_bytes
{
    private static readonly MessageLimits Limits = new(300, 5);

    // Bytes that look like frames: most of them get further than the first header.
    private static readonly Gen<byte[]> Frames = Gen.Select(
        Gen.Bool,
        Gen.Select(
            Gen.Frequency((6, Gen.OneOf<byte>(0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A)), (1, Gen.Byte)),
            Gen.Frequency((5, Gen.Byte[0x20, 0x7E].Array[0, 20]), (2, Gen.Byte.Array[0, 150]))).Array[0, 8],
        (fromClient, frames) => frames.SelectMany(frame => Wire.Frame(fromClient ? Role.Client : Role.Server, frame.Item1, frame.Item2)).ToArray());

    private static readonly Gen<byte[]> MutatedConversations = Gen.Select(
        Conversation.Any.Where(conversation => conversation.Bytes.Length is > 0 and < 5000),
        Gen.Select(Gen.Double[0, 0.999], Gen.Byte).Array[1, 4],
        (conversation, mutations) =>
        {
            var bytes = conversation.Bytes.ToArray();
            foreach (var (place, value) in mutations)
            {
                bytes[(int)(place * bytes.Length)] = value;
            }

            return bytes;
        });

    private static readonly Gen<byte[]> Heads = Gen.Select(
        Gen.OneOf(Support.Heads.Request, Support.Heads.Response, Support.Heads.Request.And("Sec-WebSocket-Extensions: foo; a=\"b\", bar")),
        Gen.Select(Gen.Double[0, 0.999], Gen.Frequency((1, Gen.Byte), (1, Gen.OneOf("\r\n :;,\"\\\0"u8.ToArray())))).Array[0, 4],
        (head, mutations) =>
        {
            var bytes = Support.Heads.Bytes(head);
            foreach (var (place, value) in mutations)
            {
                bytes[(int)(place * bytes.Length)] = value;
            }

            return bytes;
        });

    [Fact]
    public void At_random_are_survived() => Survives(Gen.Byte.Array[0, 200], 5000);

    [Fact]
    public void That_look_like_frames_are_survived() => Survives(Frames, 5000);

    [Fact]
    public void Of_a_conversation_gone_wrong_are_survived() => Survives(MutatedConversations, 1000);

    [Fact]
    public void For_a_head_are_survived() =>
        Gen.Select(Gen.OneOf(Heads, Gen.Byte.Array[0, 200]), Conversation.Pieces, Gen.Bool).Sample(
            (bytes, pieces, isServer) =>
            {
                var role = isServer ? Role.Server : Role.Client;
                var whole = new Session(role);
                whole.Feed(bytes);
                var byteByByte = new Session(role);
                var inPieces = new Session(role);
                foreach (var value in bytes)
                {
                    byteByByte.Feed([value]);
                }

                foreach (var piece in Conversation.Cut(bytes, pieces))
                {
                    inPieces.Feed(piece);
                }

                Assert.Equal(whole.Handshake, byteByByte.Handshake);
                Assert.Equal(whole.Handshake, inPieces.Handshake);
                Assert.Equal(whole.Endpoint.Happenings, byteByByte.Endpoint.Happenings);
                Assert.Equal(whole.Endpoint.Happenings, inPieces.Endpoint.Happenings);
            },
            iter: 5000);

    [Fact]
    public void In_header_values_are_survived() =>
        Gen.OneOf(Gen.Char[" \t,;=\"\\ab"].Array[0, 30], Gen.Char['\0', '\u00FF'].Array[0, 30]).Select(characters => new string(characters)).Sample(
            value =>
            {
                ExtensionHeader.Parse(value);
                SubprotocolChoice.ParseOffers(value);
                Token.ListContains(value, "a");
                AcceptKey.IsValid(value);
            },
            iter: 20_000);

    private static void Survives(Gen<byte[]> bytes, int times) =>
        Gen.Select(bytes, Conversation.Pieces, Gen.Bool, Gen.OneOf(Agreed.All)).Sample(
            (input, pieces, isServer, agreed) =>
            {
                var role = isServer ? Role.Server : Role.Client;
                var whole = new Endpoint(role, Limits, agreed.For(role)) { Replies = true };
                whole.Feed(input);
                var byteByByte = new Endpoint(role, Limits, agreed.For(role)) { Replies = true };
                byteByByte.FeedByteByByte(input);
                var inPieces = new Endpoint(role, Limits, agreed.For(role)) { Replies = true };
                foreach (var piece in Conversation.Cut(input, pieces))
                {
                    inPieces.Feed(piece);
                    Assert.InRange(inPieces.Connection.PinnedBytes, 0, 1024 + 1024 + Inflater.PinnedBytes);
                }

                Assert.Equal(whole.Happenings, byteByByte.Happenings);
                Assert.Equal(whole.Happenings, inPieces.Happenings);
                Assert.Equal(whole.Written, byteByByte.Written);
                Assert.Equal(whole.Written, inPieces.Written);
            },
            iter: times);
}
