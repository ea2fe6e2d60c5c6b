using Microsoft.Extensions.Time.Testing;

namespace Switchboard.Wpt;

/// <summary><c>websockets/keeping-connection-open/</c>.</summary>
public sealed class KeepingConnectionOpen
{
    [Theory, WebPlatformTest("keeping-connection-open/001.html")]
    public Task N001_after_20_seconds_of_silence_it_is_open(Variant variant) => variant.RunAsync(async () =>
    {
        var clock = new FakeTimeProvider();
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var witness = variant.Watch("/echo", new Acts
        {
            Options = new WebSocketClientOptions { TimeProvider = clock },
            Open = _ => opened.SetResult(),
            Message = (socket, _) => socket.Close(),
        });
        await opened.Task.InTime();

        for (var second = 0; second < 20; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ReadyState.Open, witness.Socket.ReadyState);
        witness.Socket.Send("test");
        await witness.EndAsync();
        Assert.Equal(["open", "message Text test", "close 1005 '' clean"], witness.Events);
    });
}
