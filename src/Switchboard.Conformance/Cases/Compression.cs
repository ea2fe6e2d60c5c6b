using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Deflate;
using Switchboard.Conformance.Handshake;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Cases;

/// <summary>What the cases of groups 12 and 13 have in common.</summary>
internal static class Compression
{
    internal static readonly int[] Sizes =
        [0, 1, 16, 64, 256, 1024, 4 * 1024, 8 * 1024, 16 * 1024, 32 * 1024, 64 * 1024, 128 * 1024];

    internal static BlockStyle[] Styles { get; } = Enum.GetValues<BlockStyle>();

    /// <summary>Begins with this offer, or with this answer.</summary>
    internal static Opening With(DeflateOffer compression, Setting setting = Setting.Dedicated) =>
        Opening.Default with { Compression = compression, Setting = setting };

    /// <summary>The parameters under which messages are tried.</summary>
    internal static IReadOnlyList<(string Name, Opening Opening)> Parameters(Role tested) =>
    [
        ("with takeover", With(new DeflateOffer(ClientBits: tested == Role.Server ? 0 : null))),
        ("without takeover", With(new DeflateOffer(ServerNoTakeover: true, ClientNoTakeover: true))),
        ("with windows of 512 bytes", With(new DeflateOffer(ServerBits: 9, ClientBits: 9))),
    ];

    /// <summary>Compressible text, bytes that are not, and JSON.</summary>
    internal static IReadOnlyList<(string Name, Func<int, Frame> Of)> Contents { get; } =
    [
        ("text", size => Frame.Text(Payload.Text(size))),
        ("random bytes", size => Frame.Binary(Payload.Bytes(size))),
        ("JSON", size => Frame.Text(Payload.Json(size))),
    ];

    /// <summary>Messages of many sizes, twice each, so that the second can be a repetition, in the common styles in turn.</summary>
    internal static Script Exchange(int turn)
    {
        BlockStyle[] styles = [BlockStyle.Fixed, BlockStyle.Dynamic, BlockStyle.Several, BlockStyle.Stored];
        var script = new Script();
        foreach (var size in (int[])[Sizes[turn % 6], Sizes[6 + (turn % 4)], Sizes[(turn + 3) % 6], .. turn % 8 == 0 ? Sizes[10..] : []])
        {
            var message = Contents[turn % Contents.Count].Of(size);
            script.EchoCompressed(message, styles[turn % styles.Length]).EchoCompressed(message, styles[(turn + 1) % styles.Length]);
            turn++;
        }

        return script.Echo(Frame.Text("plain")).Close();
    }
}
