namespace Switchboard.Protocol.Handshake;

/// <summary>Sec-WebSocket-Protocol (RFC 6455 §1.9, §4.2.2): the client offers in its order of preference, the server takes one or none.</summary>
internal static class SubprotocolChoice
{
    /// <returns>The offers; none if there is no header; null if the header is not a list of unique tokens (§4.1, item 10).</returns>
    internal static IReadOnlyList<string>? ParseOffers(string? header)
    {
        if (header is null)
        {
            return [];
        }

        var offers = new List<string>();
        foreach (var range in header.AsSpan().Split(','))
        {
            var offer = header.AsSpan(range).Trim(" \t");
            if (!Token.IsToken(offer))
            {
                return null;
            }

            offers.Add(offer.ToString());
        }

        return offers.Distinct(StringComparer.Ordinal).Count() == offers.Count ? offers : null;
    }

    /// <returns>A sentence on the first offer that a client may not make (WHATWG WebSockets, constructor, steps 7 and 8), or null.</returns>
    internal static string? FindInvalidOffer(IReadOnlyList<string> offers)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var offer in offers)
        {
            if (!Token.IsToken(offer))
            {
                return $"The subprotocol '{offer}' is not a token: use letters, digits and !#$%&'*+-.^_`|~, at least one of them.";
            }

            if (!seen.Add(offer))
            {
                return $"The subprotocol '{offer}' is offered twice: leave one out. Case makes no difference.";
            }
        }

        return null;
    }

    /// <returns>The first offer that is supported, or null.</returns>
    internal static string? Choose(IReadOnlyList<string> offers, IReadOnlyCollection<string> supported)
    {
        foreach (var offer in offers)
        {
            if (supported.Contains(offer))
            {
                return offer;
            }
        }

        return null;
    }
}
