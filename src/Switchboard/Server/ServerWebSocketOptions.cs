using Microsoft.Extensions.Logging;
using Switchboard.Addresses;
using Switchboard.Connections;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Messages;

namespace Switchboard;

/// <summary>What a server's connections may do, wherever they come from.</summary>
public record ServerWebSocketOptions
{
    /// <summary>The subprotocols that are spoken here. The first of the client's offers that is among them is taken. Default none.</summary>
    public IReadOnlyCollection<string> Subprotocols { get; init; } = [];

    /// <summary>Which pages may connect; others get 403. Default <see cref="OriginPolicy.SameHost"/>.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.SameHost;

    /// <summary>
    /// Sees each request that keeps the rules, and accepts or refuses it. Default null: all are accepted. Its token is
    /// cancelled when the client goes, or has waited too long; if it throws, the client gets 500.
    /// </summary>
    public Func<WebSocketRequest, CancellationToken, ValueTask<HandshakeDecision>>? OnHandshake { get; init; }

    /// <summary>The largest message that is accepted, in payload bytes; a larger one ends its connection with 1009. Default 1 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>Of how many frames a message may consist; more end the connection with 1008. Default 16,384.</summary>
    public int MaxFragments { get; init; } = MessageLimits.Default.MaxFragments;

    /// <summary>
    /// How messages are compressed for clients that know compression. Default <see cref="CompressionOptions.Default"/>: from 1 KiB on, and at no
    /// cost to idle connections. Null for never.
    /// </summary>
    public CompressionOptions? Compression { get; init; } = CompressionOptions.Default;

    /// <summary>How much memory connections may pin together. Default <see cref="MemoryBudget.Process"/>, which all servers of the process share.</summary>
    public MemoryBudget Memory { get; init; } = MemoryBudget.Process;

    /// <summary>What one address may do at most. Default <see cref="AddressLimits.Default"/>, from which loopback is free; null for no limits.</summary>
    public AddressLimits? PerAddress { get; init; } = AddressLimits.Default;

    /// <summary>How long a peer may take to answer our close frame, and to end the connection after. Default 5 s; zero waits for nothing.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long a silence a ping is sent. Default 25 s; zero for never.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a peer may stay silent after a ping before its connection is cut. Default 20 s.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How many bytes may wait for one peer that reads too slowly, before <see cref="BacklogPolicy"/> applies. Default 1 MiB.
    /// A single message may be larger if nothing waits before it.
    /// </summary>
    public long MaxBacklogBytes { get; init; } = 1024 * 1024;

    /// <summary>What happens to a message for which there is no room. Default: its connection is closed with 1013.</summary>
    public BacklogPolicy BacklogPolicy { get; init; } = BacklogPolicy.Close;

    /// <summary>
    /// Where handlers run, the one of the handshake included. Default <see cref="HandlerThread.Transport"/>: the fastest, for handlers that
    /// never block; a handler that does is named in the log.
    /// </summary>
    public HandlerThread HandlersRunOn { get; init; }

    /// <summary>The clock of all deadlines and pings. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal virtual void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFragments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBacklogBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(CloseTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(PingInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PingTimeout, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(Memory);
        Compression?.Validate();
        PerAddress?.Validate();
        if (!Enum.IsDefined(HandlersRunOn))
        {
            throw new ArgumentOutOfRangeException(nameof(HandlersRunOn), HandlersRunOn, "Handlers run on the transport's thread or the thread pool.");
        }

        foreach (var subprotocol in Subprotocols)
        {
            if (!Protocol.Handshake.Token.IsToken(subprotocol))
            {
                throw new ArgumentException($"The subprotocol '{subprotocol}' is not a token (RFC 9110 §5.6.2).", nameof(Subprotocols));
            }
        }
    }

    internal DeflateAcceptor? ToAcceptor() => Compression is { } compression ? new DeflateAcceptor(compression.ToSettings(Memory)) : null;

    internal AddressBook? ToAddressBook() =>
        PerAddress is { } limits and not { MaxConnections: 0, MaxHandshakesPerSecond: 0 } ? new AddressBook(limits, TimeProvider) : null;

    internal ConnectionSettings ToSettings(Pulse pulse, ILogger logger) => new()
    {
        Limits = new MessageLimits(MaxMessageBytes, MaxFragments),
        EndsTransport = true,
        CloseTimeout = CloseTimeout,
        PingInterval = PingInterval,
        PingTimeout = PingTimeout,
        MaxBacklogBytes = MaxBacklogBytes,
        BacklogPolicy = BacklogPolicy,
        Memory = Memory,
        HandlersRunOn = HandlersRunOn,
        Pulse = pulse,
        Logger = logger,
    };

    /// <summary>The shortest of these that is not zero.</summary>
    internal TimeSpan ShortestTimeout(params ReadOnlySpan<TimeSpan> others)
    {
        var shortest = TimeSpan.FromSeconds(4);
        foreach (var timeout in (ReadOnlySpan<TimeSpan>)[CloseTimeout, PingInterval, PingTimeout, .. others])
        {
            if (timeout > TimeSpan.Zero && timeout < shortest)
            {
                shortest = timeout;
            }
        }

        return shortest;
    }
}
