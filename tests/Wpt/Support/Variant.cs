namespace Switchboard.Wpt.Support;

/// <summary>How a test is run: by which scheme, and with its events on a page or, where there is none, on the pool.</summary>
/// <param name="Scheme">Of the URL: the suite calls it <c>?default</c> and <c>?wss</c>.</param>
/// <param name="HasPage">Whether there is a <see cref="SynchronizationContext"/>.</param>
public sealed record Variant(string Scheme, bool HasPage)
{
    public override string ToString() => $"{Scheme}, {(HasPage ? "on a page" : "on the pool")}";

    /// <summary>The URL of a handler: its path, and a query if it takes one.</summary>
    internal string Url(string target) => WptServer.Current.Url(Scheme, target);

    /// <summary>
    /// Options for which the server is who it says: its authority is the tests' own, and its certificate is for one of its names.
    /// </summary>
    internal static WebSocketClientOptions Trusting(WebSocketClientOptions options) =>
        options with { Tls = new ClientTlsOptions { Roots = TestCertificates.Roots, ServerName = "localhost" } };

    internal WebSocket Create(string target, params string[] protocols) =>
        new(Url(target), Trusting(new WebSocketClientOptions { Protocols = protocols }));

    /// <summary>A socket that is open.</summary>
    internal Task<WebSocket> ConnectAsync(
        string target, WebSocketClientOptions? options = null, CancellationToken cancellationToken = default) =>
        WebSocket.ConnectAsync(Url(target), Trusting(options ?? new WebSocketClientOptions()), cancellationToken).InTime();

    internal Witness Watch(string target, Acts? acts = null) => new(Url(target), acts);

    internal Task RunAsync(Func<Task> script) => HasPage ? Page.RunAsync(script) : Task.Run(script);

    internal Task RunAsync(Action script) => RunAsync(() =>
    {
        script();
        return Task.CompletedTask;
    });

    /// <summary>A socket that is acted on in its events, until it has closed, has exactly these.</summary>
    internal Task SeesAsync(string target, Acts acts, params string[] events) => RunAsync(async () =>
    {
        var witness = Watch(target, acts);
        await witness.EndAsync();
        Assert.Equal(events, witness.Events);
    });
}
