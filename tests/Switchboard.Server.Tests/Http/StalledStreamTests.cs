namespace Switchboard.Server.Tests.Http;

/// <summary>A listener that reads nothing, for whom more waits than the system takes, and less than what it is cut off for.</summary>
public sealed class StalledStreamTests : IAsyncLifetime
{
    private InProcessServer _server = null!;
    private RawClient _stalled = null!;

    public async ValueTask InitializeAsync()
    {
        // 28 MB wait, of some 50 that may where messages are so long.
        _server = await InProcessServer.StartAsync(["--Switchboard:Rooms:Default:MaxMessageBytes=4000000"]);
        _stalled = await RawClient.ConnectAsync(_server.Address.Port, receiveBuffer: 4096);
        await _stalled.SendAsync("GET /rooms/lobby/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await Patience.Until(async () => await CountAsync() == 1);
        for (var i = 0; i < 8; i++)
        {
            await (await _server.PostAsync("/rooms/lobby/messages", new string('x', 3_500_000))).SequenceAsync();
        }

        Assert.Equal(1, await CountAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _stalled.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Does_not_keep_the_server_from_stopping()
    {
        await _server.StopAsync().Soon();
        await _stalled.ReadToEndAsync();
    }

    [Fact]
    public async Task Is_a_member_no_more_when_its_connection_breaks()
    {
        _stalled.Kill();
        await Patience.Until(async () => await CountAsync() == 0);
    }

    private async Task<int> CountAsync() => (await _server.JsonAsync("/rooms/lobby/members?limit=0")).GetProperty("count").GetInt32();
}
