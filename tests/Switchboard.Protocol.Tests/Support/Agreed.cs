using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard.Protocol.Tests.Support;

/// <summary>What two ends have agreed on about compression, by the header of the server's answer; "" for nothing.</summary>
internal sealed record Agreed(string Header)
{
    internal const string Shared = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    internal const string Dedicated = "permessage-deflate";

    internal static Agreed[] All { get; } =
    [
        new(""), new(Shared), new(Dedicated), new("permessage-deflate; server_no_context_takeover"),
        new("permessage-deflate; server_max_window_bits=9; client_max_window_bits=10"),
    ];

    /// <summary>One end's side of it. With windows, a new one each time.</summary>
    internal PermessageDeflate? For(Role role, int level = 1) => Header.Length == 0 ? null : Of(role, Header, level);

    internal static PermessageDeflate Of(Role role, string header, int level = 1)
    {
        Assert.True(DeflateParameters.TryRead(ExtensionHeader.Parse(header)![0], isAnswer: true, out var parameters));
        var settings = Settings(keepsContext: true) with { Level = level };
        return new PermessageDeflate(role, settings, parameters, settings.Budget.TryReserve(1));
    }

    internal static DeflateSettings Settings(bool keepsContext = false, int own = 15, int peer = 15, long budget = long.MaxValue) =>
        new(Level: 1, Threshold: 1024, keepsContext, own, peer, new WindowBudget(budget));

    /// <summary>Compresses a message, which must become smaller.</summary>
    internal static byte[] Compress(PermessageDeflate deflate, ReadOnlySpan<byte> message)
    {
        var destination = new byte[message.Length + 100];
        using var sending = deflate.BeginSending();
        Assert.True(sending.TryCompress(message, destination, out var length));
        return destination[..length];
    }
}
