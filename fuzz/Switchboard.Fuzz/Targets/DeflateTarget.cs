using Switchboard.Fuzz.Model;
using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Messages;

namespace Switchboard.Fuzz.Targets;

/// <summary>
/// Compressed messages that come, through <see cref="ProtocolConnection"/>. Options: what was agreed on; how the payload is cut into fragments; where
/// the data is cut into two messages (0: it is one). The data is what the peer has compressed, or not.
/// The same comes out as the runtime's <see cref="System.IO.Compression.DeflateStream"/> makes of it, or both refuse it, and so at every cut.
/// </summary>
/// <remarks>
/// Where the two may differ is a message's end: we refuse one that breaks off in a block as far as that can be known at the time, while the runtime
/// would wait.
/// </remarks>
internal sealed class DeflateTarget : ITarget
{
    private const int Limit = 200_000;

    /// <summary>A byte has at most eight symbols of 258 bytes: so much may come out of the runtime before a fault that it does not give away.</summary>
    private const int OutOfOneByte = 8 * 258;

    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private static readonly byte[] EmptyFinalBlock = [0x01, 0x00, 0x00, 0xFF, 0xFF];

    private static readonly MessageLimits Limits = new(Limit, int.MaxValue);

    public string Name => "deflate";

    public void Run(ReadOnlySpan<byte> input)
    {
        var choices = new Choices(input);
        var agreed = choices.Next();
        agreed = agreed % 8 == 0 ? (byte)1 : agreed;
        var pieces = new Pieces(choices.Next());
        var place = choices.Next() * choices.Data.Length / 256;
        byte[][] payloads = place == 0 ? [choices.Data.ToArray()] : [choices.Data[..place].ToArray(), choices.Data[place..].ToArray()];

        using var whole = New(agreed);
        using var byteByByte = New(agreed);
        using var fragmented = New(agreed);
        foreach (var payload in payloads)
        {
            var frame = Wire.Frame(Role.Server, 0xC2, payload);
            whole.Feed(frame);
            foreach (var value in frame)
            {
                byteByByte.Feed([value]);
            }

            FeedFragments(fragmented, payload, pieces);
        }

        Happening.ExpectSame(whole.Happenings, byteByByte.Happenings, "Something else comes out byte by byte.");
        Happening.ExpectSame(whole.Happenings, fragmented.Happenings, "Something else comes out in fragments.");
        ExpectAsTheRuntime(whole, payloads, agreed);
    }

    private static Endpoint New(byte agreed) => new(Role.Client, Limits, Agreement.Of(agreed, Role.Client));

    private static void FeedFragments(Endpoint end, ReadOnlySpan<byte> payload, Pieces pieces)
    {
        for (var i = 0; i == 0 || !payload.IsEmpty; i++)
        {
            var piece = pieces.Take(ref payload, i);
            end.Feed(Wire.Frame(Role.Server, (payload.IsEmpty ? 0x80 : 0) | (i == 0 ? 0x42 : 0x00), piece));
        }
    }

    private static void ExpectAsTheRuntime(Endpoint inflating, byte[][] payloads, byte agreed)
    {
        var keepsContext = Agreement.ServerKeepsContext(agreed);
        byte[] before = [];
        var known = 0;
        for (var i = 0; i < payloads.Length; i++)
        {
            before = keepsContext ? before : [];
            known = keepsContext ? known : 0;
            before = [.. before, .. payloads[i]];
            var end = RuntimeInflation.Of(before, known + Limit, out var untilTail);

            // Senders are out there that send nothing at all for an empty message, and a final block with no empty one behind it.
            before = payloads[i].Length == 0 || end == InflationEnd.AfterFinalBlock ? before : [.. before, .. Tail];
            var runtimes = RuntimeInflation.Of(before, known + Limit, out var output);

            // The tail says nothing: if something comes out by it, the payload broke off in the block that it ends.
            var isWhole = output.Length == untilTail.Length && EndsBetweenBlocks(before, known + Limit, output);
            var ours = inflating.Happenings.ElementAtOrDefault(i);
            FindingException.Unless(ours is not null, "A message came, and nothing happened.");
            if (ours.Kind == ProtocolEventKind.Failure)
            {
                var mayBeTooBig = runtimes == InflationEnd.TooBig || (runtimes == InflationEnd.Invalid && output.Length + OutOfOneByte > known + Limit);
                var mayBeInvalid = runtimes == InflationEnd.Invalid || (runtimes != InflationEnd.TooBig && !isWhole);
                FindingException.Unless(
                    ours.Code == CloseCode.MessageTooBig ? mayBeTooBig : mayBeInvalid,
                    $"The runtime inflates what we refuse with {ours.Code}.");
                return;
            }

            FindingException.Unless(
                runtimes is InflationEnd.Open or InflationEnd.AfterFinalBlock, $"We inflate what is {runtimes} to the runtime.");
            FindingException.UnlessSameBytes(output.AsSpan(known), ours.Payload, "The runtime inflates it to something else.");
            FindingException.Unless(isWhole || keepsContext, "A message was taken that broke off in a block.");
            if (!isWhole)
            {
                return;
            }

            known = output.Length;
        }
    }

    // An empty final block can begin here, and nothing comes out by it.
    private static bool EndsBetweenBlocks(byte[] data, int limit, byte[] output) =>
        RuntimeInflation.Of([.. data, .. EmptyFinalBlock], limit, out var more) == InflationEnd.AfterFinalBlock && more.Length == output.Length;
}
