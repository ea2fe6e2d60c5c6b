using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Playwright;
using Switchboard.Browser;

namespace Switchboard.Interop.Secure;

/// <summary>Chromium, which trusts the tests' authority as it trusts an administrator's, against our server over wss://.</summary>
public sealed class ChromiumTests : IAsyncLifetime
{
    // Opens a WebSocket, says hello to it, and tells what came of that.
    private const string Talk = """
        url => new Promise(tell => {
            const socket = new WebSocket(url);
            socket.onopen = () => socket.send('hello');
            socket.onmessage = message => { tell(message.data); socket.close(4003, 'heard'); };
            socket.onclose = close => tell(`closed ${close.code}`);
        })
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("switchboard-home-");
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        // Where Chromium looks for authorities that a user has added.
        var database = $"sql:{_home.CreateSubdirectory(".pki/nssdb").FullName}";
        var root = TestCertificates.WriteRoot(_home.FullName);
        await RunAsync("certutil", "-N", "-d", database, "--empty-password");
        await RunAsync("certutil", "-A", "-d", database, "-n", "tests", "-t", "C,,", "-i", root);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Find(),
            Args = Chromium.Arguments,
            Env = new Dictionary<string, string> { ["HOME"] = _home.FullName },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task Talks_to_a_server_whose_certificate_it_trusts()
    {
        ServerWebSocket? socket = null;
        WebSocketRequest? request = null;
        await using var server = Start(TestCertificates.Localhost, (opened, asked) => (socket, request) = (opened, asked));
        var page = await _browser.NewPageAsync();

        // A page of the server's own host: what stands there is its refusal of a request that asks for no WebSocket.
        await page.GotoAsync($"https://localhost:{server.Port}/");
        var heard = await page.EvaluateAsync<string>(Talk, $"wss://localhost:{server.Port}/");

        Assert.Equal("hello", heard);
        Assert.Equal($"https://localhost:{server.Port}", request?.Origin);
        Assert.True(request!.IsSecure);
        Assert.Equal("http/1.1", request.Tls!.ApplicationProtocol.ToString());
        await socket!.Closed.Soon();
        Assert.Equal(((CloseCode)4003, "heard", true), (socket.CloseCode, socket.CloseReason, socket.WasClean));
    }

    [Theory]
    [InlineData(nameof(TestCertificates.SelfSigned))]
    [InlineData(nameof(TestCertificates.Expired))]
    [InlineData(nameof(TestCertificates.WrongHost))]
    public async Task Refuses_a_server_whose_certificate_is_not_good(string certificate)
    {
        var opened = 0;
        await using var good = Start(TestCertificates.Localhost, (_, _) => { });
        await using var bad = Start(TestCertificates.Of(certificate), (_, _) => Interlocked.Increment(ref opened));
        var page = await _browser.NewPageAsync();
        await page.GotoAsync($"https://localhost:{good.Port}/");

        var heard = await page.EvaluateAsync<string>(Talk, $"wss://localhost:{bad.Port}/");

        Assert.Equal("closed 1006", heard);
        Assert.Equal(0, opened);
        Assert.Equal("hello", await page.EvaluateAsync<string>(Talk, $"wss://localhost:{good.Port}/"));
    }

    private static WebSocketServer Start(X509Certificate2 certificate, Action<ServerWebSocket, WebSocketRequest> onConnection)
    {
        var server = new WebSocketServer(new WebSocketServerOptions
        {
            Origins = OriginPolicy.Any,
            Tls = new ServerTlsOptions { Certificates = [ServerCertificate.From(certificate, [TestCertificates.Intermediate])] },
        });
        server.OnConnection += (socket, request) =>
        {
            socket.OnMessage += message => socket.Send(message);
            onConnection(socket, request);
        };
        server.Start();
        return server;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var complaints = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {complaints}");
    }
}
