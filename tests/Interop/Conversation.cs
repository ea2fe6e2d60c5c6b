using System.Threading.Channels;
using Switchboard.Interop.Parties;

namespace Switchboard.Interop;

/// <summary>A connection with both of its ends: ours, and a peer that nobody here wrote.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private readonly Channel<Message> _heard = Channel.CreateUnbounded<Message>();
    private readonly Channel<string> _pongs = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<WebSocketConnection> _ours = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CountingRelay? _relay;
    private int _closes;

    public WebSocketConnection Ours => _ours.Task.Result;

    public Peer Theirs { get; private set; } = null!;

    /// <summary>What the peer says about the beginning.</summary>
    public PeerEvent Opened { get; private set; } = null!;

    /// <summary>How many bytes went over the wire until now, if they are counted.</summary>
    public (long FromHere, long FromThere) Bytes =>
        Server is null ? (_relay!.FromClient, _relay.FromServer) : (_relay!.FromServer, _relay.FromClient);

    /// <summary>Ours, if the peer is a client.</summary>
    public WebSocketServer? Server { get; private set; }

    public static async Task<Conversation> BeginAsync(PartyDescription party, Terms terms)
    {
        var conversation = new Conversation();
        try
        {
            await (party.IsClient ? conversation.AnswerAsync(party, terms) : conversation.CallAsync(party, terms));
            conversation.Opened = await conversation.Theirs.ExpectAsync("open");
            await conversation._ours.Task.Soon();
            return conversation;
        }
        catch
        {
            await conversation.DisposeAsync();
            throw;
        }
    }

    /// <summary>Each end sends all of these, and the other gets them as they are.</summary>
    public async Task ExchangeAsync(params Saying[] sayings)
    {
        await SendAsync(sayings);
        foreach (var saying in sayings)
        {
            await Theirs.SendAsync(saying);
        }

        await HearAsync(sayings);
    }

    /// <summary>We send, and the peer hears.</summary>
    public async Task SendAsync(params Saying[] sayings)
    {
        foreach (var saying in sayings)
        {
            var message = new Message(saying.Type, saying.Bytes);
            Assert.True(await Ours.SendAsync(message, TestContext.Current.CancellationToken).AsTask().Soon());
            await TheyHearAsync(saying);
        }
    }

    /// <summary>The next messages that the peer hears are these.</summary>
    public async Task TheyHearAsync(params Saying[] sayings)
    {
        foreach (var saying in sayings)
        {
            AssertSame(saying.AsReported(), await Theirs.ExpectAsync("message"));
        }
    }

    /// <summary>The next messages that we hear are these.</summary>
    public async Task HearAsync(params Saying[] sayings)
    {
        foreach (var saying in sayings)
        {
            var message = await HearAsync();
            AssertSame(saying.AsReported(), Saying.Report(message.Type, message.Data.Span));
        }
    }

    /// <returns>The payload of the next pong.</returns>
    public Task<string> PongAsync() => _pongs.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();

    /// <summary>Our end was told of this close, once.</summary>
    public async Task IsClosedAsync(CloseCode code, string reason, bool wasClean)
    {
        await Ours.Closed.Soon();
        Assert.Equal((code, reason, wasClean), (Ours.CloseCode, Ours.CloseReason, Ours.WasClean));
        Assert.Equal(1, Volatile.Read(ref _closes));
    }

    /// <inheritdoc cref="IsClosedAsync"/>
    public async Task IsBrokenAsync()
    {
        await Ours.Closed.Soon();
        Assert.Equal((CloseCode.AbnormalClosure, false), (Ours.CloseCode, Ours.WasClean));
        Assert.Equal(1, Volatile.Read(ref _closes));
    }

    /// <summary>The peer was told of this close.</summary>
    public async Task TheyAreClosedAsync(CloseCode code, string reason)
    {
        var close = await Theirs.ExpectAsync("close");
        Assert.Equal((code, reason), ((CloseCode)close.Code, close.Reason));
    }

    // The peer goes first: whoever is gone keeps nobody waiting for a closing handshake.
    public async ValueTask DisposeAsync()
    {
        if (Theirs is not null)
        {
            await Theirs.DisposeAsync();
        }

        if (_ours.Task.IsCompletedSuccessfully)
        {
            await Ours.DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }

    private async Task AnswerAsync(PartyDescription party, Terms terms)
    {
        Server = new WebSocketServer(new WebSocketServerOptions
        {
            Host = "127.0.0.1",
            Subprotocols = terms.Spoken,
            MaxMessageBytes = terms.MaxMessageBytes,
        }.With(terms.OurCompression));
        Server.OnConnection += (socket, _) => Attach(socket);
        Server.Start();
        var url = Between(terms, $"ws://127.0.0.1:{Server.Port}/");
        Theirs = await party.Start(new PeerTerms(party.Role, url, terms.Offered, terms.PeerCompression, terms.PeerPings));
    }

    private async Task CallAsync(PartyDescription party, Terms terms)
    {
        Theirs = await party.Start(new PeerTerms(party.Role, "", terms.Spoken, terms.PeerCompression, terms.PeerPings));
        Attach(new WebSocket(Between(terms, Theirs.Url), new WebSocketClientOptions
        {
            Protocols = terms.Offered,
            MaxMessageBytes = terms.MaxMessageBytes,
        }.With(terms.OurCompression)));
    }

    private string Between(Terms terms, string url)
    {
        if (!terms.CountsBytes)
        {
            return url;
        }

        _relay = new CountingRelay(url);
        return _relay.Url;
    }

    private void Attach(WebSocketConnection ours)
    {
        ours.OnMessage += message => _heard.Writer.TryWrite(message.ToMessage());
        ours.OnPong += payload => _pongs.Writer.TryWrite(System.Text.Encoding.UTF8.GetString(payload));
        ours.OnClose += (_, _) =>
        {
            Interlocked.Increment(ref _closes);
            _heard.Writer.TryComplete();
        };
        if (ours is WebSocket client)
        {
            client.OnOpen += () => _ours.TrySetResult(ours);
        }
        else
        {
            _ours.TrySetResult(ours);
        }
    }

    private async Task<Message> HearAsync()
    {
        try
        {
            return await _heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException)
        {
            throw new InvalidOperationException(
                $"A message was to come, and none did. Closed: {Ours.CloseCode} {Ours.CloseReason}\n{Theirs.Trouble}", e);
        }
    }

    private static void AssertSame(PeerEvent expected, PeerEvent actual) =>
        Assert.Equal((expected.Type, expected.Length, expected.Sha256), (actual.Type, actual.Length, actual.Sha256));
}
