using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

namespace Switchboard.Interop;

[Chapter(2, "Subprotocols and pings")]
public sealed class HandshakeAndPingTests(Results results) : InteropTests(results)
{
    [Theory]
    [Scenario("A subprotocol is agreed on")]
    public Task Subprotocol(Party with) => With(with, new Terms { Offered = ["chat.v2", "chat.v1"], Spoken = ["chat.v1"] }, async talk =>
    {
        Assert.Equal("chat.v1", talk.Opened.Protocol);
        Assert.Equal("chat.v1", talk.Ours.Protocol);
        await talk.ExchangeAsync(Saying.Text("Hello"));
    });

    [Theory]
    [Scenario("Neither has a subprotocol")]
    public Task No_subprotocol(Party with) => With(with, async talk =>
    {
        Assert.Equal("", talk.Opened.Protocol);
        Assert.Equal("", talk.Ours.Protocol);
        await talk.ExchangeAsync(Saying.Text("Hello"));
    });

    [Theory]
    [Scenario("Our ping is answered")]
    public Task Ping_from_here(Party with) => With(with, async talk =>
    {
        Assert.True(talk.Ours.Ping("Are you there?"u8));
        Assert.Equal("Are you there?", await talk.PongAsync());
        Assert.True(talk.Ours.Ping());
        Assert.Equal("", await talk.PongAsync());
    });

    [Theory]
    [Scenario("Their ping is answered", Abilities.Pings)]
    public Task Ping_from_there(Party with) => With(with, new Terms { PeerPings = true }, async talk =>
    {
        await talk.Theirs.PingAsync("Are you there?");
        Assert.Equal("Are you there?", (await talk.Theirs.ExpectAsync("pong")).Data);
        await talk.ExchangeAsync(Saying.Text("Hello"));
    });

    [Theory]
    [Scenario("Their ping between fragments is answered", Abilities.Fragments | Abilities.PingsWhenTold)]
    public Task Ping_between_fragments(Party with) => With(with, async talk =>
    {
        var saying = Saying.Text("One ", "two ", "three");
        await talk.Theirs.SendFragmentedAsync(saying, ping: "Still there?");
        Assert.Equal("Still there?", (await talk.Theirs.ExpectAsync("pong")).Data);
        await talk.HearAsync(saying);
    });
}
