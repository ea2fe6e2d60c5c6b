using Switchboard.Protocol.Connection;
using Switchboard.Protocol.Extensions;
using Switchboard.Protocol.Extensions.PermessageDeflate;

namespace Switchboard.Fuzz;

/// <summary>What two ends have agreed on about compression, as a byte says.</summary>
internal static class Agreement
{
    private static readonly string?[] Headers =
    [
        null,
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate",
        "permessage-deflate; server_no_context_takeover",
        "permessage-deflate; client_no_context_takeover",
        "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=9",
        "permessage-deflate; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=8",
    ];

    /// <summary>One end's side of it, to be disposed; null if messages are not compressed.</summary>
    internal static PermessageDeflate? Of(byte choice, Role role) =>
        Headers[choice % Headers.Length] is { } header ? Of(header, role, level: 1) : null;

    /// <summary>Whether the server's messages may refer to earlier ones.</summary>
    internal static bool ServerKeepsContext(byte choice) =>
        Headers[choice % Headers.Length] is { } header && !header.Contains("server_no_context_takeover", StringComparison.Ordinal);

    internal static PermessageDeflate Of(string header, Role role, int level)
    {
        FindingException.Unless(
            DeflateParameters.TryRead(ExtensionHeader.Parse(header)![0], isAnswer: true, out var parameters), $"The agreement cannot be read: {header}");
        var settings = new DeflateSettings(level, 0, KeepsContext: true, 15, 15, new WindowBudget(long.MaxValue));
        return new PermessageDeflate(role, settings, parameters, settings.Budget.TryReserve(1));
    }
}
