using System.Diagnostics;
using System.Text;
using Switchboard.Tests.Support;

namespace Switchboard.Tests.Tls;

/// <summary>With OpenSSL's own client, <c>openssl s_client</c>, which verifies the chain by the authority's file and speaks WebSocket by hand.</summary>
public sealed class OpenSslTests
{
    [Theory]
    [InlineData("Epoll", "-tls1_2", "TLSv1.2")]
    [InlineData("Epoll", "-tls1_3", "TLSv1.3")]
    [InlineData("Sockets", "-tls1_2", "TLSv1.2")]
    [InlineData("Sockets", "-tls1_3", "TLSv1.3")]
    public async Task Shakes_hands_upgrades_and_gets_an_echo(string transport, string version, string name)
    {
        using var folder = new Folder();
        await using var secure = Secure.StartEcho(transport);
        using var client = OpenSsl.Connect(secure.Server.Port, folder, version, "-alpn", "http/1.1");

        await client.SayAsync(Encoding.Latin1.GetBytes(RawPeer.Request()));
        await client.Hears("101 Switching Protocols");
        await client.SayAsync(Frame.OfText("hello over OpenSSL").ToBytes(isMasked: true));

        await client.Hears("hello over OpenSSL");
        await client.SayAsync(Frame.Close(1000).ToBytes(isMasked: true));
        await client.Ends();
        Assert.Contains("Verify return code: 0 (ok)", client.Heard, StringComparison.Ordinal);
        Assert.Contains("ALPN protocol: http/1.1", client.Heard, StringComparison.Ordinal);
        Assert.Contains(name, client.Heard, StringComparison.Ordinal);
        await Eventually.IsTrue(() => secure.Server.Clients.Count == 0);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Shows_a_certificate_or_is_told_that_it_must(string version)
    {
        using var folder = new Folder();
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Client, folder.Path, "client");
        WebSocketRequest? request = null;
        await using var secure = Secure.Start("Epoll", (_, asked) => request = asked, new WebSocketServerOptions
        {
            Tls = Secure.Usual with { ClientCertificates = ClientCertificates.Required, ClientRoots = TestCertificates.Roots },
        });

        using var good = OpenSsl.Connect(secure.Server.Port, folder, version, "-cert", certificate, "-key", key, "-cert_chain", certificate);
        await good.SayAsync(Encoding.Latin1.GetBytes(RawPeer.Request()));
        await good.Hears("101 Switching Protocols");
        using var without = OpenSsl.Connect(secure.Server.Port, folder, version);

        await without.Hears("403 Forbidden");
        await without.Ends();
        Assert.Equal(TestCertificates.Client.Thumbprint, request?.ClientCertificate?.Thumbprint);
        Assert.Contains("The client has shown no certificate", without.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_resumed()
    {
        using var folder = new Folder();
        var session = Path.Combine(folder.Path, "session");
        await using var secure = Secure.StartEcho("Epoll");
        using (var first = OpenSsl.Connect(secure.Server.Port, folder, "-tls1_2", "-sess_out", session))
        {
            await first.Hears("Verify return code");
            await first.SayAsync("Q\n"u8.ToArray());
            await first.Ends();
        }

        using var second = OpenSsl.Connect(secure.Server.Port, folder, "-tls1_2", "-sess_in", session);

        await second.Hears("Reused, TLSv1.2");
    }

    [Fact]
    public async Task An_older_version_is_refused()
    {
        using var folder = new Folder();
        await using var secure = Secure.StartEcho("Epoll");
        using var client = OpenSsl.Connect(secure.Server.Port, folder, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0");

        await client.Ends();

        Assert.Contains("no peer certificate available", client.Heard, StringComparison.Ordinal);
        await Eventually.IsTrue(() => secure.Log.Has(1150));
    }

    /// <summary>The process. What it hears is what it writes to its output, its own remarks included.</summary>
    private sealed class OpenSsl : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _heard = new();
        private readonly Task _listening;

        private OpenSsl(Process process)
        {
            _process = process;
            _listening = Task.WhenAll(ListenAsync(process.StandardOutput), ListenAsync(process.StandardError));
        }

        internal string Heard
        {
            get
            {
                lock (_heard)
                {
                    return _heard.ToString();
                }
            }
        }

        internal static OpenSsl Connect(int port, Folder folder, params string[] arguments)
        {
            string[] all =
            [
                "s_client", "-connect", $"localhost:{port}", "-servername", "localhost", "-verify_hostname", "localhost",
                "-CAfile", TestCertificates.WriteRoot(folder.Path), "-nocommands", "-ign_eof", .. arguments,
            ];
            if (arguments.Contains("-sess_out"))
            {
                // It ends when it is told to, by a line with a Q.
                all = [.. all.Where(static argument => argument is not ("-nocommands" or "-ign_eof"))];
            }

            return new OpenSsl(Process.Start(new ProcessStartInfo("openssl", all)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.Latin1,
            })!);
        }

        internal async Task SayAsync(byte[] bytes)
        {
            await _process.StandardInput.BaseStream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            await _process.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
        }

        internal async Task Hears(string text)
        {
            await Eventually.IsTrue(() => Heard.Contains(text, StringComparison.Ordinal) || _listening.IsCompleted);
            Assert.Contains(text, Heard, StringComparison.Ordinal);
        }

        internal async Task Ends() => await _listening.InTime();

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        private async Task ListenAsync(StreamReader from)
        {
            var buffer = new char[4096];
            while (await from.ReadAsync(buffer) is > 0 and var count)
            {
                lock (_heard)
                {
                    _heard.Append(buffer, 0, count);
                }
            }
        }
    }
}
