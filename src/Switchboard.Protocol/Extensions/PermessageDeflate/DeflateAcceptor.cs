using System.Collections.Concurrent;
using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>The server's side of the negotiation (RFC 7692 §7.1): takes the first offer that it can keep. Safe from any thread.</summary>
internal sealed class DeflateAcceptor(DeflateSettings settings)
{
    // Agreements without windows hold nothing of their own, so connections that agree on the same share one.
    private readonly ConcurrentDictionary<DeflateParameters, PermessageDeflate> _shared = new();

    /// <returns>What is agreed on, or null: then messages are not compressed.</returns>
    internal PermessageDeflate? Accept(IReadOnlyList<ExtensionOffer> offers)
    {
        foreach (var offer in offers)
        {
            // §7.1.3, §5.1: an offer with anything wrong or unknown in it is declined, and the next one is looked at.
            if (offer.Name == DeflateParameters.ExtensionName
                && DeflateParameters.TryRead(offer, isAnswer: false, out var offered)
                && offered.ServerMaxWindowBits is null or >= DeflateParameters.LeastWindowBits)
            {
                return Agree(offered);
            }
        }

        return null;
    }

    private PermessageDeflate Agree(DeflateParameters offered)
    {
        if (settings.KeepsContext)
        {
            var agreed = Answer(offered, keepsContext: true);
            var size = PermessageDeflate.WindowBytes(Role.Server, agreed);
            if (size == 0)
            {
                return Share(agreed);
            }

            if (settings.Budget.TryReserve(size) is { } share)
            {
                return new PermessageDeflate(Role.Server, settings, agreed, share);
            }
        }

        return Share(Answer(offered, keepsContext: false));
    }

    private PermessageDeflate Share(DeflateParameters agreed) =>
        _shared.GetOrAdd(agreed, static (agreed, settings) => new PermessageDeflate(Role.Server, settings, agreed, share: null), settings);

    private DeflateParameters Answer(in DeflateParameters offered, bool keepsContext)
    {
        var own = Math.Min(offered.ServerMaxWindowBits ?? DeflateParameters.MostWindowBits, settings.OwnWindowBits);

        // §7.1.2.2: the client's window can be limited only if the client has said that it knows how.
        var peer = offered.KnowsClientMaxWindowBits
            ? Math.Min(offered.ClientMaxWindowBits ?? DeflateParameters.MostWindowBits, settings.PeerWindowBits)
            : DeflateParameters.MostWindowBits;
        return new DeflateParameters
        {
            // §7.1.1: an answer may have either, whether it was offered or not, and must have the first if it was.
            ServerNoContextTakeover = offered.ServerNoContextTakeover || !keepsContext,
            ClientNoContextTakeover = offered.ClientNoContextTakeover || !keepsContext,
            ServerMaxWindowBits = offered.ServerMaxWindowBits is not null || own < DeflateParameters.MostWindowBits ? own : null,
            ClientMaxWindowBits = peer < DeflateParameters.MostWindowBits ? peer : null,
            KnowsClientMaxWindowBits = peer < DeflateParameters.MostWindowBits,
        };
    }
}
