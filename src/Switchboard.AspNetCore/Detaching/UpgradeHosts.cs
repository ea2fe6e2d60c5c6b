using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Switchboard.Server;

namespace Switchboard.AspNetCore.Detaching;

/// <summary>
/// The application's endpoints with WebSockets. A detached connection is no request any more, and nobody waits for it when the host
/// stops, except this: until each has been told, and has gone or let the close timeout pass.
/// </summary>
internal sealed class UpgradeHosts : IHostedService
{
    private readonly ConcurrentQueue<UpgradeHost> _hosts = new();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_hosts.Select(static host => host.StopAsync())).WaitAsync(cancellationToken);

    internal void Add(UpgradeHost host) => _hosts.Enqueue(host);
}
