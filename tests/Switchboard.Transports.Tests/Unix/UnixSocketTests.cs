using System.Net.Sockets;
using System.Runtime.Versioning;
using Switchboard.Transports.Linux;
using Switchboard.Transports.Sockets;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Unix;

/// <summary>Unix domain sockets: what is different from TCP is the file.</summary>
public abstract class UnixSocketTests : IDisposable
{
    private readonly SocketFolder _folder = new();

    private protected abstract ITransportFactory Factory { get; }

    [Fact]
    public async Task A_listener_has_a_file_and_removes_it()
    {
        var endPoint = _folder.NextEndPoint();
        var listener = Factory.Listen(endPoint, 16);
        listener.Start(static transport => transport.Start(new Echo(transport)));
        Assert.True(File.Exists(endPoint.ToString()));
        Assert.Equal(endPoint.ToString(), listener.LocalEndPoint.ToString());

        await IsEchoed(endPoint);
        await listener.DisposeAsync().AsTask().InTime();

        Assert.False(File.Exists(endPoint.ToString()));
        await Assert.ThrowsAnyAsync<IOException>(() => ConnectAsync(endPoint));
    }

    [Fact]
    public async Task A_file_that_was_left_behind_is_replaced()
    {
        var endPoint = _folder.NextEndPoint();
        LeaveBehind(endPoint);
        var nobody = await Assert.ThrowsAsync<IOException>(() => ConnectAsync(endPoint));
        Assert.Contains(endPoint.ToString(), nobody.Message, StringComparison.Ordinal);

        await using var listener = Factory.Listen(endPoint, 16);
        listener.Start(static transport => transport.Start(new Echo(transport)));

        await IsEchoed(endPoint);
    }

    [Fact]
    public async Task A_file_that_somebody_listens_at_is_in_use()
    {
        var endPoint = _folder.NextEndPoint();
        await using var first = Factory.Listen(endPoint, 16);
        first.Start(static transport => transport.Start(new Echo(transport)));

        var problem = Assert.Throws<IOException>(() => Factory.Listen(endPoint, 16));

        Assert.Contains(endPoint.ToString(), problem.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(problem.InnerException).SocketErrorCode);
        await IsEchoed(endPoint);
    }

    [Fact]
    public void A_file_of_another_kind_stays_as_it_is()
    {
        var endPoint = _folder.NextEndPoint();
        File.WriteAllText(endPoint.ToString(), "mine");

        Assert.Throws<IOException>(() => Factory.Listen(endPoint, 16));

        Assert.Equal("mine", File.ReadAllText(endPoint.ToString()));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_IOException_that_names_the_file()
    {
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(_folder.Path, "none", "socket"));

        Assert.Contains(endPoint.ToString(), Assert.Throws<IOException>(() => Factory.Listen(endPoint, 16)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_IOException_that_names_it()
    {
        var endPoint = _folder.NextEndPoint();

        Assert.Contains(endPoint.ToString(), (await Assert.ThrowsAsync<IOException>(() => ConnectAsync(endPoint))).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    // The socket is closed by another owner of its handle, who knows nothing of the file: so ends a process that is killed.
    private static void LeaveBehind(UnixDomainSocketEndPoint endPoint)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(endPoint);
        socket.Listen();
        socket.SafeHandle.Dispose();
        Assert.True(File.Exists(endPoint.ToString()));
    }

    private Task<ITransport> ConnectAsync(UnixDomainSocketEndPoint endPoint) =>
        Factory.ConnectAsync(endPoint, TestContext.Current.CancellationToken).AsTask();

    private async Task IsEchoed(UnixDomainSocketEndPoint endPoint)
    {
        var recorder = new Recorder();
        var client = await ConnectAsync(endPoint);
        client.Start(recorder);
        client.Send([1, 2, 3]);
        await Eventually.IsTrue(() => recorder.Length == 3);
        client.Abort();
        await recorder.Closed.InTime();
        Assert.Empty(recorder.Complaints);
    }
}

public sealed class SocketUnixTests : UnixSocketTests
{
    private protected override ITransportFactory Factory => SocketTransportFactory.Instance;
}

[SupportedOSPlatform("linux")]
public sealed class EpollUnixTests : UnixSocketTests
{
    private protected override ITransportFactory Factory => EpollTransportFactory.Shared;
}

/// <summary>All that a transport must do, over Unix domain sockets.</summary>
public sealed class SocketUnixContractTests : TransportContractTests, IDisposable
{
    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override bool HasReset => false;

    private protected override Task<TransportPair> ConnectAsync() => _folder.ConnectAsync(SocketTransportFactory.Instance);
}

/// <inheritdoc cref="SocketUnixContractTests"/>
[SupportedOSPlatform("linux")]
public sealed class EpollUnixContractTests : TransportContractTests, IDisposable
{
    private readonly SocketFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override bool HasReset => false;

    private protected override Task<TransportPair> ConnectAsync() => _folder.ConnectAsync(EpollTransportFactory.Shared);
}
