using System.Net;

namespace Switchboard.Server.Identity.Keys;

/// <summary>
/// The keys that an issuer publishes at a URL. They are read at the start, then every ten minutes, and in between when a token is signed with one
/// that is not known: whoever sends such tokens makes us ask once in ten seconds at most. While they cannot be read, the last ones stay.
/// </summary>
internal sealed class PublishedKeys : IKeySource, IDisposable
{
    internal const int MaxBytes = 256 * 1024;

    /// <summary>How long a key that was withdrawn is believed at most, unless the issuer cannot be reached.</summary>
    internal static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(10);

    /// <summary>How long nobody asks after the keys were asked for, whatever came of it.</summary>
    internal static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long the issuer may take.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // It goes where the configuration says, and nowhere that an answer would send it.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        MaxResponseContentBufferSize = MaxBytes,
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _url;
    private readonly TimeProvider _clock;
    private readonly ILogger<PublishedKeys> _log;
    private readonly ITimer _timer;
    private volatile IReadOnlyList<VerificationKey> _keys = [];
    private Task _reading = Task.CompletedTask;
    private long? _lastAsked;

    internal PublishedKeys(Uri url, TimeProvider clock, ILogger<PublishedKeys> log)
    {
        _url = url;
        _clock = clock;
        _log = log;
        _timer = clock.CreateTimer(static self => _ = ((PublishedKeys)self!).RefreshAsync(), this, TimeSpan.Zero, RefreshInterval);
    }

    // Without a query, where there may be a key of another kind.
    private string Name => _url.GetLeftPart(UriPartial.Path);

    /// <summary>Whether it is a URL whose answers can be believed: nobody on the way can change them.</summary>
    internal static bool IsUsable(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && parsed.UserInfo.Length == 0
        && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback));

    public async ValueTask<IReadOnlyList<VerificationKey>?> FindAsync(string algorithm, string? id, CancellationToken cancellationToken)
    {
        var found = Fitting(algorithm, id);
        if (found.Count == 0)
        {
            await RefreshAsync().WaitAsync(cancellationToken);
            found = Fitting(algorithm, id);
        }

        return _keys.Count == 0 ? null : found;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stopping.Cancel();
        _http.Dispose();
        _stopping.Dispose();
    }

    private List<VerificationKey> Fitting(string algorithm, string? id) => [.. _keys.Where(key => key.Fits(algorithm, id))];

    /// <summary>Reads the keys anew, unless that was tried just now. Whoever comes meanwhile waits for the same answer.</summary>
    private Task RefreshAsync()
    {
        lock (_gate)
        {
            if (!_reading.IsCompleted || (_lastAsked is { } then && _clock.GetElapsedTime(then) < RestInterval))
            {
                return _reading;
            }

            _lastAsked = _clock.GetTimestamp();
            return _reading = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(Timeout, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
            using var answer = await _http.GetAsync(_url, either.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw new HttpRequestException($"The answer is {(int)answer.StatusCode}.");
            }

            var keys = KeySet.Read(await answer.Content.ReadAsStringAsync(either.Token));
            if (keys.Count == 0)
            {
                throw new ArgumentException("No key of it is for RS256 or ES256.");
            }

            _keys = keys;
            _log.KeysRead(Name, keys.Count);
        }
        catch (Exception e)
        {
            // Whatever it was, it was the issuer's, or lies between us: it ends neither the timer nor who waits.
            if (!_stopping.IsCancellationRequested)
            {
                _log.KeysNotRead(Name, e is OperationCanceledException ? $"no answer within {Timeout.TotalSeconds:0} s." : e.Message, _keys.Count);
            }
        }
    }
}
