using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Streams;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Streams;

/// <summary>Over the stream of a TCP connection.</summary>
public sealed class NetworkStreamContractTests : TransportContractTests
{
    private protected override bool HasHalfClose => false;

    private protected override bool HasReset => false;

    private protected override async Task<TransportPair> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
        var server = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        return new TransportPair(new StreamTransport(client.GetStream()), new StreamTransport(server.GetStream()));
    }
}

/// <summary>Over pipes, as an ASP.NET Core upgrade is.</summary>
public sealed class PipeStreamContractTests : TransportContractTests
{
    private protected override bool HasHalfClose => false;

    private protected override bool HasReset => false;

    private protected override Task<TransportPair> ConnectAsync()
    {
        var there = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var back = new Pipe(new PipeOptions(useSynchronizationContext: false));
        return Task.FromResult(new TransportPair(
            new StreamTransport(new DuplexPipeStream(back.Reader, there.Writer)),
            new StreamTransport(new DuplexPipeStream(there.Reader, back.Writer))));
    }
}
