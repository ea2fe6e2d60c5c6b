using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Switchboard.Server.Tests;

/// <summary>The server as it is run with --tls-dev and --tls-cert.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("switchboard-tls-");

    private string Certificates => Path.Combine(_home.FullName, "switchboard", "development-certificate");

    private string Authority => Path.Combine(Certificates, "authority.pem");

    private Dictionary<string, string> Environment => new() { ["XDG_DATA_HOME"] = _home.FullName };

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task A_development_certificate_is_made_once_explained_and_good()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "The folder of the user's data is set by XDG_DATA_HOME.");
        await using (var server = await ServerProcess.StartAsync(["--port", "0", "--tls-dev"], Environment))
        {
            Assert.Equal("https", server.Address.Scheme);
            await Patience.Until(() => server.Output.Count >= 9);
            Assert.Contains("was made now", server.Output[1], StringComparison.Ordinal);
            Assert.Contains($"curl --cacert {Authority} https://127.0.0.1:{server.Port}", string.Join('\n', server.Output), StringComparison.Ordinal);
            Assert.Equal("hello", await EchoAsync(server.Port, Trusting(Authority)));
            Assert.True(OperatingSystem.IsWindows()
                || File.GetUnixFileMode(Path.Combine(Certificates, "localhost.key")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        var before = await File.ReadAllTextAsync(Path.Combine(Certificates, "localhost.pem"), TestContext.Current.CancellationToken);
        await using var again = await ServerProcess.StartAsync(["--port", "0", "--tls-dev"], Environment);
        await Patience.Until(() => again.Output.Count >= 2);
        Assert.Contains("is there", again.Output[1], StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(Certificates, "localhost.pem"), TestContext.Current.CancellationToken));

        // Who has not been told to trust it does not.
        var failure = (await Assert.ThrowsAsync<WebSocketConnectException>(() => EchoAsync(again.Port, ClientTlsOptions.Default))).Failure;
        Assert.Equal(FailureKind.Tls, failure.Kind);
    }

    [Fact]
    public async Task A_certificate_of_files_is_read_anew_and_plain_text_is_told_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "The folder of the user's data is set by XDG_DATA_HOME.");
        await using (await ServerProcess.StartAsync(["--port", "0", "--tls-dev"], Environment))
        {
        }

        var (certificate, key) = (Path.Combine(_home.FullName, "c.pem"), Path.Combine(_home.FullName, "k.pem"));
        File.Copy(Path.Combine(Certificates, "localhost.pem"), certificate);
        File.Copy(Path.Combine(Certificates, "localhost.key"), key);
        await using var server = await ServerProcess.StartAsync(["--port", "0", "--tls-cert", certificate, "--tls-key", key]);
        using var first = await ShownAsync(server.Port);
        Assert.Equal("CN=localhost", first.Subject);

        using (var plain = new TcpClient("127.0.0.1", server.Port))
        {
            await plain.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(plain.GetStream(), Encoding.ASCII);
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken).Soon();
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.EndsWith("This port speaks TLS: use wss:// or https://.\n", answer, StringComparison.Ordinal);
        }

        Directory.Delete(Certificates, recursive: true);
        await using (await ServerProcess.StartAsync(["--port", "0", "--tls-dev"], Environment))
        {
        }

        File.Copy(Path.Combine(Certificates, "localhost.key"), key, overwrite: true);
        File.Copy(Path.Combine(Certificates, "localhost.pem"), certificate, overwrite: true);
        await Patience.Until(async () =>
        {
            using var shown = await ShownAsync(server.Port);
            return shown.Thumbprint != first.Thumbprint;
        });
    }

    [Fact]
    public async Task Over_HTTP_2_all_of_a_room_is_there_on_one_connection()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "The folder of the user's data is set by XDG_DATA_HOME.");
        await using var server = await ServerProcess.StartAsync(["--port", "0", "--tls-dev"], Environment);
        var connections = 0;
        using var handler = new SocketsHttpHandler
        {
            SslOptions = { CertificateChainPolicy = TrustOf(Authority) },
            ConnectCallback = async (context, cancellationToken) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://localhost:{server.Port}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        // More than the six connections that a browser takes to one host.
        var streams = new List<EventStream>();
        for (var i = 0; i < 10; i++)
        {
            streams.Add(new EventStream(await AskAsync(HttpMethod.Get, $"/rooms/lobby/events?as=ada-{i}")));
            await streams[i].HearAsync("joined");
        }

        using var posted = await AskAsync(HttpMethod.Post, "/rooms/lobby/messages", new StringContent("hello"));
        Assert.Equal(1, await posted.SequenceAsync());
        using var head = await AskAsync(HttpMethod.Head, "/rooms/lobby/messages");
        using var read = await AskAsync(HttpMethod.Get, "/rooms/lobby/messages");
        Assert.Equal((200, 200, 1), ((int)head.StatusCode, (int)read.StatusCode, (await read.JsonAsync()).GetProperty("messages").GetArrayLength()));
        foreach (var stream in streams)
        {
            while (await stream.NextAsync() is not ("message", _))
            {
                // Others who joined.
            }

            Assert.Equal("1", stream.LastEventId);
        }

        Assert.Equal(1, connections);
        streams[0].Dispose();
        await Patience.Until(async () =>
        {
            using var members = await AskAsync(HttpMethod.Get, "/rooms/lobby/members?limit=0");
            return (await members.JsonAsync()).GetProperty("count").GetInt32() == 9;
        });

        server.Terminate();
        Assert.Equal(0, await server.EndAsync());
        foreach (var stream in streams)
        {
            stream.Dispose();
        }

        async Task<HttpResponseMessage> AskAsync(HttpMethod method, string target, HttpContent? body = null)
        {
            using var request = new HttpRequestMessage(method, target)
            {
                Content = body,
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).Soon();
        }
    }

    [Theory]
    [InlineData(1, "/no/such.pem", "--tls-cert", "/no/such.pem")]
    [InlineData(2, "needs its certificate", "--tls-key", "x.pem")]
    [InlineData(2, "Choose one", "--tls-dev", "--tls-cert", "x.pem")]
    [InlineData(2, "needs a value", "--tls-cert")]
    public async Task What_cannot_be_is_said_in_one_sentence(int exitCode, string sentence, params string[] flags)
    {
        var (code, _, log) = await ServerProcess.RunAsync(["--port", "0", .. flags], Environment);

        Assert.Equal(exitCode, code);
        Assert.Contains(sentence, log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    private static ClientTlsOptions Trusting(string authority)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(authority);
        return new ClientTlsOptions { Roots = roots };
    }

    private static X509ChainPolicy TrustOf(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authority);
        return policy;
    }

    private static async Task<string> EchoAsync(int port, ClientTlsOptions tls)
    {
        await using var socket = await WebSocket.ConnectAsync(
            $"wss://localhost:{port}/echo", new WebSocketClientOptions { Tls = tls }, TestContext.Current.CancellationToken);
        socket.Send("hello");
        await foreach (var message in socket.Messages.WithCancellation(TestContext.Current.CancellationToken))
        {
            return message.Text;
        }

        return "";
    }

    [SuppressMessage("Security", "CA5359", Justification = "It looks at the certificate, and sends nothing.")]
    private static async Task<X509Certificate2> ShownAsync(int port)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await using var stream = new SslStream(client.GetStream(), false, static (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync("localhost");
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.Export(X509ContentType.Cert));
    }
}
