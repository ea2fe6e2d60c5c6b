using System.Net;
using Switchboard.Rooms;
using Switchboard.Rooms.WebSockets;

namespace Switchboard.Server.Configuration;

/// <summary>The section <c>Switchboard</c> of the configuration: appsettings.json, <c>Switchboard__Port</c> and the like, flags.</summary>
internal sealed class ServerSettings
{
    /// <summary>Where to listen: an IP address, <c>localhost</c>, or <c>*</c> for all addresses. Default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 to 65535; 0 lets the system choose. Default 3000.</summary>
    public int Port { get; init; } = 3000;

    /// <summary>Pages from elsewhere that may connect and publish, such as <c>https://example.com</c>. Default none.</summary>
    public string[] AllowedOrigins { get; init; } = [];

    /// <summary>How to speak TLS. Default not at all.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>
    /// Networks and addresses of the proxies in front of this server, separated by commas, such as <c>10.0.0.0/8,127.0.0.1</c>: their X-Forwarded-For,
    /// -Proto and -Host are believed, and nobody else's. Default none.
    /// </summary>
    public string TrustedProxies { get; init; } = "";

    /// <summary>The folder that messages are kept in, made if it is not there. Default ./switchboard-data.</summary>
    public string Data { get; init; } = "switchboard-data";

    /// <summary>What holds for each connection to rooms: malformed frames, rooms of one connection, slow members.</summary>
    public RoomSocketOptions Sockets { get; init; } = new();

    /// <summary>What holds in which room, see <see cref="RoomsSettings"/>.</summary>
    internal RoomRules Rules { get; private set; } = new();

    /// <summary>Who is let in. Default everybody, on loopback.</summary>
    public AuthSettings Auth { get; init; } = new();

    internal string Url => $"http://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";

    internal IReadOnlyList<IPNetwork> Proxies { get; private set; } = [];

    internal OriginPolicy Origins { get; private set; } = OriginPolicy.SameHost;

    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    /// <exception cref="ArgumentException">A value is out of its range, or there is no such setting.</exception>
    internal static ServerSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Switchboard");
        KnownSettings.ThrowIfUnknown(section, typeof(ServerSettings), "Rooms");
        var settings = section.Get<ServerSettings>() ?? new ServerSettings();
        if (settings.Port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentException($"The port must be from 0 to 65535, not {settings.Port}.");
        }

        // Kestrel takes a free port on one address only.
        if (settings is { Host: "localhost", Port: 0 })
        {
            throw new ArgumentException("A free port (--port 0) needs one address: use --host 127.0.0.1.");
        }

        if (settings.Host is not ("localhost" or "*") && !IPAddress.TryParse(settings.Host, out _))
        {
            throw new ArgumentException($"The host must be an IP address, 'localhost', or '*' for all addresses, not '{settings.Host}'.");
        }

        settings.Tls.Validate();
        settings.Rules = RoomsSettings.Read(section.GetSection("Rooms"));
        settings.Auth.Validate();
        settings.Proxies = ProxyNetworks.Parse(settings.TrustedProxies);
        settings.Origins = OriginPolicy.SameHostAnd(settings.AllowedOrigins);
        return settings;
    }
}
