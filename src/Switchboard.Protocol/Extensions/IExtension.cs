using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Extensions;

/// <summary>What a server may agree to (RFC 6455 §9). The agreed one tells the connection which reserved bits it gives a meaning to.</summary>
internal interface IExtension
{
    /// <summary>The token by which it is offered.</summary>
    string Name { get; }

    /// <summary>The reserved bits that it uses on a message's first frame.</summary>
    ReservedBits Claims { get; }

    /// <param name="offer">An offer of this name.</param>
    /// <param name="response">What goes into our header, if true is returned.</param>
    /// <returns>False to decline the offer, for example because of a parameter that is unknown.</returns>
    bool TryAccept(ExtensionOffer offer, out string response);
}

/// <summary>What was agreed on.</summary>
/// <param name="Header">The value of our Sec-WebSocket-Extensions, or null.</param>
/// <param name="Claims">The reserved bits that now have a meaning.</param>
internal readonly record struct ExtensionAgreement(string? Header, ReservedBits Claims)
{
    /// <summary>Takes from the client's offers, in its order, each that an extension accepts and whose bits are still free.</summary>
    internal static ExtensionAgreement Negotiate(IReadOnlyList<ExtensionOffer> offers, IReadOnlyList<IExtension> supported)
    {
        var agreed = default(ExtensionAgreement);
        foreach (var offer in offers)
        {
            foreach (var extension in supported)
            {
                if (extension.Name == offer.Name && (agreed.Claims & extension.Claims) == 0 && extension.TryAccept(offer, out var response))
                {
                    var header = agreed.Header is null ? response : $"{agreed.Header}, {response}";
                    agreed = new ExtensionAgreement(header, agreed.Claims | extension.Claims);
                    break;
                }
            }
        }

        return agreed;
    }
}
