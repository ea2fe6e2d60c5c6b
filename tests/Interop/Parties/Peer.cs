using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace Switchboard.Interop.Parties;

/// <summary>The other end, which does as it is told and reports what it sees.</summary>
internal abstract class Peer : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Channel<PeerEvent> _events = Channel.CreateUnbounded<PeerEvent>();

    /// <summary>What it consists of.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; protected set; } = new Dictionary<string, string>();

    /// <summary>Where it listens, if it is a server.</summary>
    public string Url { get; protected set; } = "";

    public Task SendAsync(Saying saying) => SendAsync(saying, fragmented: false, ping: null);

    /// <summary>Sends each piece as a frame.</summary>
    /// <param name="saying">Of as many pieces as there are to be frames.</param>
    /// <param name="ping">Goes as a ping after the first, if there is one.</param>
    public Task SendFragmentedAsync(Saying saying, string? ping = null) => SendAsync(saying, fragmented: true, ping);

    /// <summary>Sends the numbers from 0, one in each message.</summary>
    public Task CountAsync(int to) => TellAsync(new { Do = "count", To = to });

    public Task PingAsync(string data) => TellAsync(new { Do = "ping", Data = data });

    public Task CloseAsync(CloseCode code, string reason) => TellAsync(new { Do = "close", Code = (int)code, Reason = reason });

    public Task CloseWithoutCodeAsync() => TellAsync(new { Do = "close" });

    /// <summary>Ends it as the system does when it runs out of memory.</summary>
    public abstract Task KillAsync();

    public abstract ValueTask DisposeAsync();

    /// <returns>The next event, of which nothing but the kind is known.</returns>
    public async Task<PeerEvent> ExpectAsync(string kind)
    {
        try
        {
            var next = await _events.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Soon();
            Assert.True(next.Event == kind, $"The peer was to report '{kind}', and reported: {next}\n{Trouble}");
            return next;
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException)
        {
            throw new InvalidOperationException($"The peer was to report '{kind}', and reported nothing.\n{Trouble}", e);
        }
    }

    /// <summary>What it has complained about, for whoever looks for the cause of a failure.</summary>
    public abstract string Trouble { get; }

    /// <summary>Hands over a command.</summary>
    protected abstract Task TellAsync(string command);

    protected static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);

    protected void Reported(string line) => _events.Writer.TryWrite(JsonSerializer.Deserialize<PeerEvent>(line, Json)!);

    protected void HasEnded() => _events.Writer.TryComplete();

    private Task TellAsync<T>(T command) => TellAsync(Write(command));

    private Task SendAsync(Saying saying, bool fragmented, string? ping) =>
        TellAsync(new { Do = "send", saying.Type, saying.Pieces, saying.Times, Fragmented = fragmented, Ping = ping });
}
