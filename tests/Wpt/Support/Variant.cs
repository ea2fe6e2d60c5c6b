namespace Switchboard.Wpt.Support;

/// <summary>How a test is run: by which scheme, and with its events on a page or, where there is none, on the pool.</summary>
/// <param name="Scheme">Of the URL: the suite calls it <c>?default</c> and <c>?wss</c>.</param>
/// <param name="HasPage">Whether there is a <see cref="SynchronizationContext"/>.</param>
public sealed record Variant(string Scheme, bool HasPage)
{
    public override string ToString() => $"{Scheme}, {(HasPage ? "on a page" : "on the pool")}";

    /// <summary>The URL of a handler: its path, and a query if it takes one.</summary>
    internal string Url(string target) => WptServer.Current.Url(Scheme, target);

    /// <summary>A socket that is open.</summary>
    internal Task<WebSocket> ConnectAsync(string target, WebSocketClientOptions? options = null) =>
        WebSocket.ConnectAsync(Url(target), options, TestContext.Current.CancellationToken).InTime();

    internal Task RunAsync(Func<Task> script) => HasPage ? Page.RunAsync(script) : Task.Run(script);

    internal Task RunAsync(Action script) => RunAsync(() =>
    {
        script();
        return Task.CompletedTask;
    });

    /// <summary>A socket that is acted on in its events, until it has closed, has exactly these.</summary>
    internal Task SeesAsync(string target, Acts acts, params string[] events) => RunAsync(async () =>
    {
        var witness = new Witness(Url(target), acts);
        await witness.EndAsync();
        Assert.Equal(events, witness.Events);
    });
}
