using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Switchboard.Interop.Proxies;

/// <summary>A proxy of the system's, with a configuration of its own in a folder of its own.</summary>
internal sealed class ProxyProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly List<string> _complaints = [];
    private readonly Process _process;

    private ProxyProcess(DirectoryInfo folder, string program, string[] arguments)
    {
        _folder = folder;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Find(program), arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        _process.OutputDataReceived += (_, line) => Complain(line.Data);
        _process.ErrorDataReceived += (_, line) => Complain(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; private init; }

    /// <summary>Starts a proxy, and returns when it listens.</summary>
    /// <param name="route">Which, and how it is to pass on what comes.</param>
    /// <param name="server">Our server's port.</param>
    /// <param name="idleSeconds">How long it lets a connection be idle.</param>
    public static async Task<ProxyProcess> StartAsync(Route route, int server, int idleSeconds)
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-proxy-");
        var (certificate, key) = TestCertificates.WritePem(TestCertificates.Localhost, folder.FullName, "server");
        await File.AppendAllTextAsync(certificate, await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var port = FreePort();
        var setting = new Setting(folder.FullName, port, server, certificate, key, idleSeconds);
        var file = Path.Combine(folder.FullName, "proxy.conf");
        await File.WriteAllTextAsync(file, Configurations.Of(route, setting), TestContext.Current.CancellationToken);
        var proxy = Configurations.IsNginx(route)
            ? new ProxyProcess(folder, "nginx", ["-e", "stderr", "-p", folder.FullName, "-c", file]) { Port = port }
            : new ProxyProcess(folder, "haproxy", ["-db", "-f", file]) { Port = port };
        try
        {
            await Patience.Until(proxy.ListensAsync);
            return proxy;
        }
        catch (Exception e)
        {
            await proxy.DisposeAsync();
            throw new InvalidOperationException($"{route} does not start. {string.Join('\n', proxy._complaints)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Its workers too.
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Find(string program) =>
        ((Environment.GetEnvironmentVariable("PATH") ?? "") + ":/usr/sbin").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"The tests behind proxies need {program}; ./test installs it (on Debian and Ubuntu: nginx-light, libnginx-mod-stream, haproxy).");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> ListensAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException("It has ended.");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Complain(string? line)
    {
        lock (_complaints)
        {
            _complaints.Add(line ?? "");
        }
    }
}
