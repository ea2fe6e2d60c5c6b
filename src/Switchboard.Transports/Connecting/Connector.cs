using System.Net;
using System.Net.Sockets;

namespace Switchboard.Transports.Connecting;

/// <summary>Connects to where an end point leads: to itself, or to the first of a name's addresses that answers (RFC 8305).</summary>
/// <param name="resolve">Gives a name's addresses, the best first (RFC 6724 §6).</param>
/// <param name="timeProvider">The clock of the delays between attempts.</param>
internal sealed class Connector(Func<DnsEndPoint, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider timeProvider)
{
    internal static Connector System { get; } = new(SystemNames.ResolveAsync, TimeProvider.System);

    /// <param name="endPoint">An address, or a name.</param>
    /// <param name="connect">Makes one attempt at one address. What it fails with is a <see cref="SocketException"/> or an <see cref="IOException"/>.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <exception cref="NameResolutionException">The name has no address.</exception>
    /// <exception cref="IOException">No address answers: the message has each with its reason, the inner exception is the last one's.</exception>
    internal async ValueTask<ITransport> ConnectAsync(
        EndPoint endPoint, Func<EndPoint, CancellationToken, ValueTask<ITransport>> connect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (endPoint is not DnsEndPoint name)
        {
            return await new ConnectionRace(endPoint.ToString()!, [endPoint], connect, timeProvider).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        var addresses = Interleave(await ResolveAsync(name, cancellationToken).ConfigureAwait(false));
        var endPoints = addresses.Select(EndPoint (address) => new IPEndPoint(address, name.Port)).ToList();
        return await new ConnectionRace($"{name.Host}:{name.Port}", endPoints, connect, timeProvider).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// RFC 8305 §4: the families take turns, beginning with the best address's, so that one that leads nowhere costs one delay. Within its
    /// family each keeps its place.
    /// </summary>
    internal static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).ToList();
        var second = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).ToList();
        var inTurn = first.Zip(second, static (one, other) => new[] { one, other }).SelectMany(static pair => pair);
        return [.. inTurn, .. first.Skip(second.Count), .. second.Skip(first.Count)];
    }

    private async Task<IPAddress[]> ResolveAsync(DnsEndPoint name, CancellationToken cancellationToken)
    {
        try
        {
            return await resolve(name, cancellationToken).ConfigureAwait(false) is { Length: > 0 } addresses
                ? addresses
                : throw new NameResolutionException($"Cannot connect to {name.Host}:{name.Port}: the name has no address.");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            var cause = e switch
            {
                SocketException { SocketErrorCode: SocketError.HostNotFound } => "nobody knows this name",
                SocketException { SocketErrorCode: SocketError.NoData } => "the name has no address",
                SocketException { SocketErrorCode: SocketError.TryAgain } => "the name server does not answer; try again later",
                SocketException => e.Message,
                _ => "no name is like this",
            };
            throw new NameResolutionException($"Cannot connect to {name.Host}:{name.Port}: {cause}.", e);
        }
    }
}
