using Switchboard.Tests.Support;

namespace Switchboard.Tests.Client;

/// <summary>WHATWG WebSockets, <c>bufferedAmount</c>.</summary>
public sealed class BufferedAmountTests
{
    public static TheoryData<int> Sizes => [0, 1, 125, 126, 1024, 12 * 1024, 65_536, 1_000_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Reads_the_full_amount_right_after_Send_in_the_same_turn_and_goes_down_later(int size)
    {
        await using var test = TestServer.Start();
        var amounts = new TaskCompletionSource<long[]>();
        var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        client.OnMessage += _ => { };
        client.OnOpen += () =>
        {
            var before = client.BufferedAmount;
            client.Send(new byte[size]);
            var one = client.BufferedAmount;
            client.Send(new string('é', size));
            amounts.SetResult([before, one, client.BufferedAmount]);
        };

        long[] expected = [0, size, 3L * size];
        Assert.Equal(expected, await amounts.Task.InTime());
        await Eventually.IsTrue(() => client.BufferedAmount == 0);
        client.Abort();
    }

    [Fact]
    public async Task Counts_lone_surrogates_as_what_they_become_and_slices_as_slices()
    {
        await using var test = TestServer.Start();
        var amounts = new TaskCompletionSource<long[]>();
        var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        client.OnMessage += _ => { };
        client.OnOpen += () =>
        {
            client.Send("\uD800");
            var one = client.BufferedAmount;
            client.Send(new byte[100].AsSpan(10, 7));
            amounts.SetResult([one, client.BufferedAmount]);
        };

        long[] expected = [3, 10];
        Assert.Equal(expected, await amounts.Task.InTime());
        client.Abort();
    }

    [Fact]
    public async Task Grows_with_what_is_sent_after_the_close_and_never_goes_down()
    {
        await using var test = TestServer.Start();
        var client = new WebSocket($"ws://localhost:{test.Server.Port}/", new WebSocketClientOptions { Transport = test.Network });
        await client.IsOpen();

        client.Close();
        Assert.False(client.Send("1234é"));
        Assert.False(client.Send(new byte[10]));
        Assert.Equal(16, client.BufferedAmount);
        await client.Closed.InTime();
        Assert.Equal(16, client.BufferedAmount);
        Assert.False(await client.SendAsync(new byte[4], TestContext.Current.CancellationToken));

        Assert.Equal(20, client.BufferedAmount);
    }

    [Fact]
    public async Task Send_while_connecting_throws_and_counts_nothing()
    {
        await using var hostile = new HostileServer(answer: null);
        var client = new WebSocket($"ws://localhost:{hostile.Port}/", new WebSocketClientOptions { Transport = hostile.Network });

        Assert.Throws<InvalidStateErrorException>(() => client.Send("x"));
        await Assert.ThrowsAsync<InvalidStateErrorException>(async () => await client.SendAsync("x", TestContext.Current.CancellationToken));
        Assert.Equal(0, client.BufferedAmount);

        client.Close();
        Assert.False(client.Send("xyz"));
        await client.Closed.InTime();
        Assert.Equal(3, client.BufferedAmount);
    }
}
