using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests;

/// <summary>
/// A process that is out of descriptors. That is one of its own for each test: this assembly runs the test again in there, told by a
/// variable, and it passes here if it does there.
/// </summary>
public sealed class ExhaustionTests
{
    private const string Variable = "SWITCHBOARD_EXHAUSTED_TRANSPORT";
    private const int Limit = 400;

    private static string? Inside => Environment.GetEnvironmentVariable(Variable);

    private static ITransportFactory Factory =>
        Inside == "Epoll" && EpollTransportFactory.IsSupported ? EpollTransportFactory.Shared : SocketTransportFactory.Instance;

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task Who_knocks_meanwhile_is_turned_away_or_waits_and_accepting_goes_on_after(string transport)
    {
        if (Inside is null)
        {
            await RunInsideAsync(transport, nameof(Who_knocks_meanwhile_is_turned_away_or_waits_and_accepting_goes_on_after));
            return;
        }

        if (Inside != transport)
        {
            return;
        }

        var accepted = new List<ITransport>();
        await using var listener = Factory.Listen(Pairs.AnyPort, 512);
        listener.Start(transport =>
        {
            lock (accepted)
            {
                accepted.Add(transport);
            }

            transport.Start(new Echo(transport));
        });
        await WarmUpAsync(listener.LocalEndPoint);
        var clients = Enumerable.Range(0, 60).Select(_ => Unconnected()).ToList();
        var descriptors = TakeAllDescriptors();

        clients.ForEach(client => client.Connect(listener.LocalEndPoint));
        clients.ForEach(client => client.Send([1]));

        // A listener that tries again and again takes the whole processor; the odd look now and then is nothing.
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        var busy = Environment.CpuUsage.TotalTime - before;
        descriptors.ForEach(descriptor => descriptor.Dispose());

        Assert.InRange(busy, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        foreach (var client in clients)
        {
            // Either it was told that there is no room, or it is served now.
            await Settles(client);
            client.Dispose();
        }

        await WarmUpAsync(listener.LocalEndPoint);
    }

    [Theory]
    [InlineData("Sockets")]
    [InlineData("Epoll")]
    public async Task A_listener_that_starts_meanwhile_accepts_after(string transport)
    {
        if (Inside is null)
        {
            await RunInsideAsync(transport, nameof(A_listener_that_starts_meanwhile_accepts_after));
            return;
        }

        if (Inside != transport)
        {
            return;
        }

        await using (var first = Factory.Listen(Pairs.AnyPort, 512))
        {
            first.Start(static transport => transport.Start(new Echo(transport)));
            await WarmUpAsync(first.LocalEndPoint);
        }

        await using var listener = Factory.Listen(Pairs.AnyPort, 512);
        using var client = Unconnected();
        using var second = Unconnected();
        var hasFailed = false;
        var descriptors = TakeAllDescriptors();
        listener.Start(static transport => transport.Start(new Echo(transport)));
        client.Connect(listener.LocalEndPoint);
        client.Send([1]);
        second.Connect(listener.LocalEndPoint);
        second.Send([1]);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        descriptors.ForEach(descriptor => descriptor.Dispose());

        // Nobody knocks any more: who waits is seen all the same.
        hasFailed |= !await Settles(client);
        hasFailed |= !await Settles(second);
        Assert.False(hasFailed);
    }

    private static async Task RunInsideAsync(string transport, string test)
    {
        Assert.SkipUnless(EpollTransportFactory.IsSupported, "The limit is set by Linux's own call.");
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [typeof(ExhaustionTests).Assembly.Location, "--no-ansi", "--progress", "off", "--filter-method", $"*{nameof(ExhaustionTests)}.{test}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = transport;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            var text = await output.WaitAsync(3 * Eventually.Patience, TestContext.Current.CancellationToken) + await errors;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(process.ExitCode == 0, text);
            Assert.Contains("succeeded: 2", text, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<bool> Settles(Socket client)
    {
        try
        {
            return await client.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).InTime() == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Unconnected() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    // What is used later is loaded now: that takes descriptors too.
    private static async Task WarmUpAsync(EndPoint address)
    {
        using var client = Unconnected();
        client.Connect(address);
        client.Send([1]);
        Assert.True(await Settles(client));
        _ = new SocketException((int)SocketError.TooManyOpenSockets).Message;
        _ = Environment.CpuUsage.TotalTime;
        await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static List<IDisposable> TakeAllDescriptors()
    {
        var limit = new RLimit { Soft = Limit, Hard = Limit };
        Assert.Equal(0, SetLimit(7, limit));
        var taken = new List<IDisposable>();
        var isLeft = true;
        while (isLeft)
        {
            try
            {
                taken.Add(File.OpenHandle("/dev/null"));
            }
            catch (IOException)
            {
                isLeft = false;
            }
        }

        Assert.NotEmpty(taken);
        return taken;
    }

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in RLimit limit);

    private struct RLimit
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
