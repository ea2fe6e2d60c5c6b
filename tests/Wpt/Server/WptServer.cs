using Switchboard.Wpt.Server;

[assembly: AssemblyFixture(typeof(Switchboard.Wpt.WptServer))]

namespace Switchboard.Wpt;

/// <summary>What the tests connect to, one for all, as the suite's server is: the same handlers by each scheme.</summary>
public sealed class WptServer : IAsyncLifetime
{
    private static WptServer? _current;

    private readonly Dictionary<string, Endpoints> _endpoints = new() { ["ws"] = new Endpoints(tls: null), ["wss"] = new Endpoints(OurTls) };

    internal static WptServer Current => _current ?? throw new InvalidOperationException("The server was not started.");

    private static ServerTlsOptions OurTls => new()
    {
        Certificates = [ServerCertificate.From(TestCertificates.Localhost, [TestCertificates.Intermediate])],
    };

    public ValueTask InitializeAsync()
    {
        foreach (var endpoints in _endpoints.Values)
        {
            endpoints.Start();
        }

        _current = this;
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var endpoints in _endpoints.Values)
        {
            await endpoints.DisposeAsync();
        }
    }

    internal string Url(string scheme, string target) => $"{scheme}://localhost:{_endpoints[scheme].PortOf(target.Split('?')[0])}{target}";
}
