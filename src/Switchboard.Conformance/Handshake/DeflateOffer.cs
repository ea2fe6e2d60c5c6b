using System.Globalization;

namespace Switchboard.Conformance.Handshake;

/// <summary>The parameters of permessage-deflate as an offer or an answer has them.</summary>
/// <param name="ServerNoTakeover">server_no_context_takeover.</param>
/// <param name="ClientNoTakeover">client_no_context_takeover.</param>
/// <param name="ServerBits">server_max_window_bits; null for none.</param>
/// <param name="ClientBits">client_max_window_bits; null for none, 0 without a value.</param>
internal sealed record DeflateOffer(bool ServerNoTakeover = false, bool ClientNoTakeover = false, int? ServerBits = null, int? ClientBits = null)
{
    public override string ToString()
    {
        List<string> parts = [Agreement.Name];
        if (ServerNoTakeover)
        {
            parts.Add(Agreement.ServerTakeover);
        }

        if (ClientNoTakeover)
        {
            parts.Add(Agreement.ClientTakeover);
        }

        if (ServerBits is { } server)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Agreement.ServerBits}={server}"));
        }

        if (ClientBits is { } client)
        {
            parts.Add(client == 0 ? Agreement.ClientBits : string.Create(CultureInfo.InvariantCulture, $"{Agreement.ClientBits}={client}"));
        }

        return string.Join("; ", parts);
    }
}
