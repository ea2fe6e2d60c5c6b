using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>The client's side of the negotiation (RFC 7692 §7.1): one offer, and what the server makes of it.</summary>
internal sealed class DeflateOffer : IDisposable
{
    private readonly DeflateSettings _settings;
    private readonly DeflateParameters _offered;
    private WindowBudget.Share? _share;

    internal DeflateOffer(DeflateSettings settings)
    {
        _settings = settings;

        // The windows are reserved before anything is agreed on: what was agreed cannot be taken back.
        _share = settings.KeepsContext ? settings.Budget.TryReserve(PermessageDeflate.WindowBytes(Role.Client, default)) : null;
        _offered = new DeflateParameters
        {
            ServerNoContextTakeover = _share is null,
            ClientNoContextTakeover = _share is null,
            ServerMaxWindowBits = settings.PeerWindowBits < DeflateParameters.MostWindowBits ? settings.PeerWindowBits : null,
            ClientMaxWindowBits = settings.OwnWindowBits < DeflateParameters.MostWindowBits ? settings.OwnWindowBits : null,
            KnowsClientMaxWindowBits = true,
        };
    }

    /// <summary>The header's value.</summary>
    internal string Header => _offered.ToString();

    /// <param name="answer">The elements of the server's header.</param>
    /// <param name="agreed">What is agreed on, if there is no problem; null if the server wants none.</param>
    /// <returns>A sentence that says why the connection fails, or null.</returns>
    internal string? Judge(IReadOnlyList<ExtensionOffer> answer, out PermessageDeflate? agreed)
    {
        agreed = null;
        if (answer.Count == 0)
        {
            return null;
        }

        // RFC 6455 §4.1, item 5.
        if (answer.FirstOrDefault(element => element.Name != DeflateParameters.ExtensionName) is { } foreign)
        {
            return $"The server agreed to an extension that was not offered: {foreign.Name}.";
        }

        if (answer.Count > 1)
        {
            return "The server agreed to permessage-deflate more than once.";
        }

        // RFC 7692 §7.1, §7.1.3: the connection fails over whatever is unknown or out of range, or answers what was not offered.
        if (!DeflateParameters.TryRead(answer[0], isAnswer: true, out var parameters))
        {
            return "The server's answer to permessage-deflate has a parameter that is unknown, there twice, or has a bad value.";
        }

        if (_offered.ServerNoContextTakeover && !parameters.ServerNoContextTakeover)
        {
            return "The server accepted permessage-deflate without server_no_context_takeover, which was offered.";
        }

        if (parameters.ServerMaxWindowBits is null ? _offered.ServerMaxWindowBits is not null : parameters.ServerMaxWindowBits > _offered.ServerMaxWindowBits)
        {
            return $"The server accepted permessage-deflate without the window that was offered, server_max_window_bits={_offered.ServerMaxWindowBits}.";
        }

        var narrowed = Narrow(parameters);
        var size = PermessageDeflate.WindowBytes(Role.Client, narrowed);
        _share?.Keep(size);
        agreed = new PermessageDeflate(Role.Client, _settings, narrowed, size > 0 ? _share : null, parameters.ToString());
        _share = size > 0 ? null : _share;
        return null;
    }

    public void Dispose() => _share?.Dispose();

    // What was only our hint is kept also when the answer does not repeat it.
    private DeflateParameters Narrow(in DeflateParameters answer) => answer with
    {
        ClientNoContextTakeover = answer.ClientNoContextTakeover || _offered.ClientNoContextTakeover,
        ClientMaxWindowBits = Math.Min(answer.ClientMaxWindowBits ?? DeflateParameters.MostWindowBits, _settings.OwnWindowBits),
    };
}
