using System.Globalization;
using System.Text;

namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>The four parameters of RFC 7692 §7.1, as an offer or an answer has them.</summary>
internal readonly record struct DeflateParameters
{
    internal const string ExtensionName = "permessage-deflate";

    /// <summary>The smallest window that zlib can compress for; the RFC has 8, too. See docs/decisions/0007.</summary>
    internal const int LeastWindowBits = 9;

    internal const int MostWindowBits = 15;

    private const string ServerNoContextTakeoverName = "server_no_context_takeover";
    private const string ClientNoContextTakeoverName = "client_no_context_takeover";
    private const string ServerMaxWindowBitsName = "server_max_window_bits";
    private const string ClientMaxWindowBitsName = "client_max_window_bits";

    /// <summary>§7.1.1.1: the server's messages do not refer to earlier ones.</summary>
    internal bool ServerNoContextTakeover { get; init; }

    /// <summary>§7.1.1.2: nor do the client's.</summary>
    internal bool ClientNoContextTakeover { get; init; }

    /// <summary>§7.1.2.1: 8 to 15, or null if it is not there.</summary>
    internal int? ServerMaxWindowBits { get; init; }

    /// <summary>§7.1.2.2: 8 to 15, or null if it is not there, or is there without a value.</summary>
    internal int? ClientMaxWindowBits { get; init; }

    /// <summary>§7.1.2.2: whether an offer lets the answer limit the client's window.</summary>
    internal bool KnowsClientMaxWindowBits { get; init; }

    /// <param name="element">An offer or an answer of this extension.</param>
    /// <param name="isAnswer">An answer names a value for every window (§7.1.2.2).</param>
    /// <param name="parameters">What it says, if true is returned.</param>
    /// <returns>False if a parameter is unknown, there twice, or has a value that it must not have (§7.1, §7.1.3).</returns>
    internal static bool TryRead(ExtensionOffer element, bool isAnswer, out DeflateParameters parameters)
    {
        parameters = default;
        foreach (var (name, value) in element.Parameters)
        {
            switch (name)
            {
                case ServerNoContextTakeoverName when value is null && !parameters.ServerNoContextTakeover:
                    parameters = parameters with { ServerNoContextTakeover = true };
                    break;
                case ClientNoContextTakeoverName when value is null && !parameters.ClientNoContextTakeover:
                    parameters = parameters with { ClientNoContextTakeover = true };
                    break;
                case ServerMaxWindowBitsName when WindowBits(value) is { } bits && parameters.ServerMaxWindowBits is null:
                    parameters = parameters with { ServerMaxWindowBits = bits };
                    break;
                case ClientMaxWindowBitsName
                    when (WindowBits(value) is not null || (value is null && !isAnswer)) && !parameters.KnowsClientMaxWindowBits:
                    parameters = parameters with { ClientMaxWindowBits = WindowBits(value), KnowsClientMaxWindowBits = true };
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>The header's value.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(ExtensionName);
        Append(text, ServerNoContextTakeoverName, ServerNoContextTakeover);
        Append(text, ClientNoContextTakeoverName, ClientNoContextTakeover);
        Append(text, ServerMaxWindowBitsName, ServerMaxWindowBits is not null, ServerMaxWindowBits);
        Append(text, ClientMaxWindowBitsName, KnowsClientMaxWindowBits, ClientMaxWindowBits);
        return text.ToString();
    }

    // §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
    private static int? WindowBits(string? value) => value switch
    {
        "8" => 8,
        "9" => 9,
        "10" => 10,
        "11" => 11,
        "12" => 12,
        "13" => 13,
        "14" => 14,
        "15" => 15,
        _ => null,
    };

    private static void Append(StringBuilder text, string name, bool isThere, int? value = null)
    {
        if (!isThere)
        {
            return;
        }

        text.Append("; ").Append(name);
        if (value is { } bits)
        {
            text.Append('=').Append(bits.ToString(CultureInfo.InvariantCulture));
        }
    }
}
