using System.Net;
using System.Net.Sockets;
using Switchboard.Transports.Connecting;
using Switchboard.Transports.Tests.Support;

namespace Switchboard.Transports.Tests.Connecting;

/// <summary>RFC 8305, with a resolver and a network that do what the test says, and a clock that it moves.</summary>
public sealed class ConnectorTests
{
    private static readonly DnsEndPoint Name = new("server.example", 80);

    private readonly CountingClock _clock = new();
    private readonly List<FakeAttempt> _attempts = [];
    private bool _ignoresToken;

    // §4: the families take turns, beginning with the best address's.
    [Theory]
    [InlineData("::1", "::1")]
    [InlineData("::1 ::2 ::3", "::1 ::2 ::3")]
    [InlineData("::1 ::2 1.0.0.1 1.0.0.2", "::1 1.0.0.1 ::2 1.0.0.2")]
    [InlineData("1.0.0.1 1.0.0.2 ::1", "1.0.0.1 ::1 1.0.0.2")]
    [InlineData("::1 1.0.0.1 1.0.0.2 1.0.0.3", "::1 1.0.0.1 1.0.0.2 1.0.0.3")]
    [InlineData("::1 ::2 ::3 1.0.0.1", "::1 1.0.0.1 ::2 ::3")]
    [InlineData("1.0.0.1 ::1 ::2", "1.0.0.1 ::1 ::2")]
    public void Families_take_turns(string resolved, string tried) =>
        Assert.Equal(tried.Split(' ').Select(IPAddress.Parse), Connector.Interleave([.. resolved.Split(' ').Select(IPAddress.Parse)]));

    [Fact]
    public async Task The_first_that_answers_is_the_only_one_asked()
    {
        var connecting = Connect("::1", "1.0.0.1");
        var transport = _attempts[0].Succeed();

        Assert.Same(transport, await connecting.InTime());
        Assert.Equal(["[::1]:80"], Asked);
        Assert.False(transport.IsAborted);
    }

    // §5: the next begins after 250 ms, and not before.
    [Fact]
    public async Task One_that_does_not_answer_delays_the_next_by_250_ms()
    {
        var connecting = Connect("::1", "1.0.0.1", "::2");
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(["[::1]:80"], Asked);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Eventually.IsTrue(() => Asked.Count == 2 && _clock.Timers == 2);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.IsTrue(() => Asked.Count == 3);

        Assert.Equal(["[::1]:80", "1.0.0.1:80", "[::2]:80"], Asked);
        var transport = _attempts[1].Succeed();
        Assert.Same(transport, await connecting.InTime());
        Assert.True(_attempts[0].IsCancelled);
        Assert.True(_attempts[2].IsCancelled);
    }

    [Fact]
    public async Task One_that_fails_is_followed_by_the_next_at_once()
    {
        var connecting = Connect("::1", "1.0.0.1");
        _attempts[0].Fail(SocketError.NetworkUnreachable);

        await Eventually.IsTrue(() => Asked.Count == 2);
        var transport = _attempts[1].Succeed();

        Assert.Same(transport, await connecting.InTime());
    }

    [Fact]
    public async Task One_that_fails_late_does_not_end_those_under_way()
    {
        var connecting = Connect("::1", "1.0.0.1");
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.IsTrue(() => Asked.Count == 2);

        _attempts[0].Fail(SocketError.TimedOut);
        Assert.False(connecting.IsCompleted);
        var transport = _attempts[1].Succeed();

        Assert.Same(transport, await connecting.InTime());
    }

    [Fact]
    public async Task The_slow_one_may_still_win_and_who_comes_second_is_closed()
    {
        _ignoresToken = true;
        var connecting = Connect("::1", "1.0.0.1");
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.IsTrue(() => Asked.Count == 2);

        var winner = _attempts[0].Succeed();
        Assert.Same(winner, await connecting.InTime());
        var loser = _attempts[1].Succeed();

        await Eventually.IsTrue(() => loser.IsAborted);
        Assert.False(winner.IsAborted);
    }

    [Fact]
    public async Task When_all_fail_each_is_named_with_its_reason()
    {
        var connecting = Connect("::1", "1.0.0.1");
        _attempts[0].Fail(SocketError.NetworkUnreachable);
        await Eventually.IsTrue(() => Asked.Count == 2);
        _attempts[1].Fail(SocketError.ConnectionRefused);

        var problem = await Assert.ThrowsAsync<IOException>(() => connecting.InTime());

        Assert.StartsWith("Cannot connect to server.example:80: [::1]:80: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("1.0.0.1:80: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(new SocketException((int)SocketError.NetworkUnreachable).Message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(problem.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task What_is_no_failure_of_the_network_ends_it_all()
    {
        var connecting = Connect("::1", "1.0.0.1");
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.IsTrue(() => Asked.Count == 2);

        _attempts[1].Fail(new ObjectDisposedException("loop"));

        await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting.InTime());
        Assert.True(_attempts[0].IsCancelled);
    }

    [Fact]
    public async Task Cancelling_ends_all_attempts()
    {
        using var cancellation = new CancellationTokenSource();
        var connecting = Connect(cancellation.Token, "::1", "1.0.0.1", "::2");
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.IsTrue(() => Asked.Count == 2);

        await cancellation.CancelAsync();

        var problem = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTime());
        Assert.Equal(cancellation.Token, problem.CancellationToken);
        Assert.All(_attempts, attempt => Assert.True(attempt.IsCancelled));
        Assert.Equal(2, Asked.Count);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "nobody knows")]
    [InlineData(SocketError.NoData, "no address")]
    [InlineData(SocketError.TryAgain, "try again")]
    public async Task A_name_that_is_not_resolved_is_another_error_than_one_that_does_not_answer(SocketError error, string reason)
    {
        var connector = new Connector((_, _) => throw new SocketException((int)error), _clock);

        var problem = await Assert.ThrowsAsync<NameResolutionException>(() => connector.ConnectAsync(Name, AttemptAsync, TestContext.Current.CancellationToken).AsTask());

        Assert.Contains("server.example:80", problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Equal(error, Assert.IsType<SocketException>(problem.InnerException).SocketErrorCode);
        Assert.Empty(_attempts);
    }

    [Fact]
    public async Task A_name_without_an_address_is_not_resolved() =>
        await Assert.ThrowsAsync<NameResolutionException>(() => Connect());

    [Fact]
    public async Task An_address_is_not_asked_of_anybody()
    {
        var connector = new Connector((_, _) => throw new InvalidOperationException("A test's own."), _clock);
        var connecting = connector.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 81), AttemptAsync, TestContext.Current.CancellationToken).AsTask();

        _attempts[0].Fail(SocketError.ConnectionRefused);

        var problem = await Assert.ThrowsAsync<IOException>(() => connecting.InTime());
        Assert.Equal($"Cannot connect to 127.0.0.1:81: {new SocketException((int)SocketError.ConnectionRefused).Message}.", problem.Message);
    }

    // RFC 6761 §6.3.
    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost.")]
    [InlineData("app.localhost")]
    public async Task Localhost_is_this_machine_whatever_a_name_server_says(string name)
    {
        var addresses = await SystemNames.ResolveAsync(new DnsEndPoint(name, 80), TestContext.Current.CancellationToken);

        Assert.Contains(IPAddress.Loopback, addresses);
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address)));
        Assert.Equal(
            [IPAddress.Loopback],
            await SystemNames.ResolveAsync(new DnsEndPoint(name, 80, AddressFamily.InterNetwork), TestContext.Current.CancellationToken));
    }

    private IReadOnlyList<string> Asked
    {
        get
        {
            lock (_attempts)
            {
                return [.. _attempts.Select(attempt => attempt.Address.ToString()!)];
            }
        }
    }

    private Task<ITransport> Connect(params string[] addresses) => Connect(TestContext.Current.CancellationToken, addresses);

    private Task<ITransport> Connect(CancellationToken cancellationToken, params string[] addresses)
    {
        var connector = new Connector((_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray()), _clock);
        return connector.ConnectAsync(Name, AttemptAsync, cancellationToken).AsTask();
    }

    private ValueTask<ITransport> AttemptAsync(EndPoint address, CancellationToken cancellationToken)
    {
        lock (_attempts)
        {
            _attempts.Add(new FakeAttempt(address, cancellationToken) { IgnoresToken = _ignoresToken });
            return new(_attempts[^1].Connected);
        }
    }
}
