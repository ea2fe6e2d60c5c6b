namespace Switchboard;

/// <summary>
/// Header fields by which proxies tell for whom they ask. Name those that the proxies write, and no others: a field that they hand on as it came
/// is the client's own word.
/// </summary>
[Flags]
public enum ForwardedFields
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>X-Forwarded-For: the client's address.</summary>
    XForwardedFor = 1,

    /// <summary>X-Forwarded-Proto: whether it has connected to wss://.</summary>
    XForwardedProto = 2,

    /// <summary>X-Forwarded-Host: the host that it meant, which pages' origins are compared with.</summary>
    XForwardedHost = 4,

    /// <summary>The three of them.</summary>
    XForwarded = XForwardedFor | XForwardedProto | XForwardedHost,

    /// <summary>Forwarded (RFC 7239), with all that it tells. Not together with the others.</summary>
    Forwarded = 8,
}
