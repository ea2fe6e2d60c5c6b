[assembly: AssemblyFixture(typeof(Switchboard.Server.Tests.SharedServer))]

namespace Switchboard.Server.Tests;

/// <summary>One server for all tests that do not stop theirs. Each has rooms of its own in it.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ServerProcess _server = null!;

    public HttpClient Http { get; private set; } = null!;

    public int Port => _server.Port;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync();
        Http = new HttpClient { BaseAddress = _server.Address };
    }

    public Uri WebSocket(string target) => _server.WebSocket(target);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}
