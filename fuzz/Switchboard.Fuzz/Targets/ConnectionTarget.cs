using System.Buffers.Binary;
using System.Text;
using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// <see cref="ProtocolConnection"/> in one role. Options: what was agreed on (three bits) and the limits (two), and how the bytes are cut. The data is
/// what the peer sends. What happens is what <see cref="ReadingByTheBook"/> says, if there is no compression. The same happens at every cut, and the
/// same is replied: what the RFC wants, in frames by its letter. The memory is bounded, and after the end nothing happens any more. Where no limit
/// is met, messages that are handed up in parts are the same messages.
/// </summary>
internal sealed class ConnectionTarget(Role role) : ITarget
{
    private static readonly MessageLimits[] Limits = [new(70_000, 1000), new(300, 5), new(16, 2), new(4096, 64)];

    private static readonly MessageLimits Large = new(1 << 26, int.MaxValue);

    public string Name => role == Role.Server ? "connection-server" : "connection-client";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var options = choices.Next();
        var pieces = new Pieces(choices.Next());
        var limits = Limits[(options >> 3) & 3];
        var data = choices.Data;

        using var whole = New(limits, options);
        whole.Feed(data);
        if ((options & 7) == 0)
        {
            Happening.ExpectSame(new ReadingByTheBook(role, limits).Of(data), whole.Happenings, "Something else happens than the RFC says.");
        }

        ExpectReplies(whole);
        ExpectMoreToChangeNothing(whole);

        using var byteByByte = New(limits, options);
        for (var i = 0; i < data.Length; i++)
        {
            byteByByte.Feed(data.Slice(i, 1));
        }

        ExpectSame(whole, byteByByte, "byte by byte");

        using var inPieces = New(limits, options);
        using var inParts = new Endpoint(role, Large, Agreement.Of(options, role)) { HandsUpParts = true };
        using var unlimited = New(Large, options);
        unlimited.Feed(data);
        for (var i = 0; !data.IsEmpty; i++)
        {
            var piece = pieces.Take(ref data, i);
            inPieces.Feed(piece);
            inParts.Feed(piece);
        }

        ExpectSame(whole, inPieces, "in pieces");
        if (unlimited.Happenings is not [.., { Code: CloseCode.MessageTooBig }])
        {
            ExpectSame(unlimited, inParts, "in parts");
        }
    }

    private Endpoint New(MessageLimits limits, byte options) => new(role, limits, Agreement.Of(options, role));

    private static void ExpectSame(Endpoint whole, Endpoint cut, string how)
    {
        Happening.ExpectSame(whole.Happenings, cut.Happenings, $"Something else happens {how}.");
        FindingException.UnlessSameBytes(whole.Written, cut.Written, $"Something else is replied {how}.");
        FindingException.UnlessSame(whole.Connection.Phase, cut.Connection.Phase, $"The connection is in another phase {how}.");
    }

    private void ExpectReplies(Endpoint end)
    {
        var expected = new List<byte>();
        foreach (var happening in end.Happenings)
        {
            expected.AddRange(happening.Kind switch
            {
                ProtocolEventKind.Ping => Wire.Frame(role, 0x8A, happening.Payload),
                ProtocolEventKind.Close => Wire.Frame(role, 0x88, BodyOf(happening.Code, "")),
                ProtocolEventKind.Failure => Wire.Frame(role, 0x88, BodyOf(happening.Code, happening.Reason!)),
                _ => [],
            });
        }

        FindingException.UnlessSameBytes(expected.ToArray(), end.Written, "The replies are not what the RFC wants.");
    }

    private static byte[] BodyOf(CloseCode code, string reason)
    {
        var body = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)code);
        return code == CloseCode.NoStatusReceived ? [] : [.. body, .. Encoding.UTF8.GetBytes(reason)];
    }

    private void ExpectMoreToChangeNothing(Endpoint end)
    {
        var isOver = end.Happenings is [.., { Kind: ProtocolEventKind.Close or ProtocolEventKind.Failure }];
        FindingException.UnlessSame(
            isOver ? ConnectionPhase.Closed : ConnectionPhase.Open, end.Connection.Phase, "The connection is in the wrong phase.");
        if (isOver)
        {
            var (happened, written) = (end.Happenings.Count, end.Written.Length);
            end.Feed(Wire.Frame(role == Role.Server ? Role.Client : Role.Server, 0x89, "more"u8));
            FindingException.Unless(end.Happenings.Count == happened && end.Written.Length == written, "Something happens after the end.");
        }
    }
}
