using System.Globalization;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance.Handshake;

/// <summary>What one side's compressor keeps to.</summary>
internal sealed record Direction(int WindowBits, bool TakesOver);

/// <summary>The parameters of permessage-deflate that are in force (RFC 7692 §7.1).</summary>
/// <param name="Server">How the server compresses.</param>
/// <param name="Client">How the client compresses.</param>
internal sealed record Agreement(Direction Server, Direction Client)
{
    internal const string Name = "permessage-deflate";
    internal const string ServerTakeover = "server_no_context_takeover";
    internal const string ClientTakeover = "client_no_context_takeover";
    internal const string ServerBits = "server_max_window_bits";
    internal const string ClientBits = "client_max_window_bits";

    private const int DefaultBits = 15;

    /// <summary>Reads a server's answer, and fails the case if it breaks a rule of its own.</summary>
    internal static Agreement Read(string answer)
    {
        if (Extension.Parse(answer) is not [{ Name: Name } extension])
        {
            throw new CaseFailedException($"the extensions '{answer}'");
        }

        if (extension.Parameters.Select(parameter => parameter.Key).Distinct().Count() < extension.Parameters.Count
            || !extension.Parameters.All(IsValid))
        {
            throw new CaseFailedException($"the answer '{answer}', which RFC 7692 does not allow");
        }

        var parameters = extension.Parameters.ToDictionary();
        return new Agreement(
            new Direction(BitsOf(parameters, ServerBits), !parameters.ContainsKey(ServerTakeover)),
            new Direction(BitsOf(parameters, ClientBits), !parameters.ContainsKey(ClientTakeover)));
    }

    /// <summary>RFC 7692 §7.1: an answer agrees to all of the offer, and to nothing that only an offer can bring up.</summary>
    internal void HoldAgainst(DeflateOffer offer)
    {
        Judge(!offer.ServerNoTakeover || !Server.TakesOver, "server_no_context_takeover was offered and is not agreed to");
        Judge(Server.WindowBits <= (offer.ServerBits ?? DefaultBits), "a server_max_window_bits above the offer's");
        Judge(
            Client.WindowBits == DefaultBits || offer.ClientBits is null or 0 || Client.WindowBits <= offer.ClientBits,
            "a client_max_window_bits above the offer's");
        Judge(offer.ClientBits is not null || Client.WindowBits == DefaultBits, "a client_max_window_bits that was not offered");
    }

    private static void Judge(bool isGood, string problem)
    {
        if (!isGood)
        {
            throw new CaseFailedException($"the answer has {problem}");
        }
    }

    private static int BitsOf(Dictionary<string, string?> parameters, string name) =>
        parameters.TryGetValue(name, out var bits) ? int.Parse(bits!, CultureInfo.InvariantCulture) : DefaultBits;

    private static bool IsValid(KeyValuePair<string, string?> parameter) => parameter.Key switch
    {
        ServerTakeover or ClientTakeover => parameter.Value is null,
        ServerBits or ClientBits => parameter.Value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15",
        _ => false,
    };
}
