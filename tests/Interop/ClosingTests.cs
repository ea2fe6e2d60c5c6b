using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

namespace Switchboard.Interop;

[Chapter(3, "Endings")]
public sealed class ClosingTests(Results results) : InteropTests(results)
{
    private const CloseCode Own = (CloseCode)4001;
    private const string Farewell = "Genug für heute 👋🏽";

    [Theory]
    [Scenario("Closed from here, with a code and a reason")]
    public Task Closed_from_here(Party with) => With(with, async talk =>
    {
        talk.Ours.Close(Own, Farewell);
        await talk.TheyAreClosedAsync(Own, Farewell);
        await talk.IsClosedAsync(Own, Farewell, wasClean: true);
    });

    [Theory]
    [Scenario("Closed from here, without a code")]
    public Task Closed_from_here_without_code(Party with) => With(with, async talk =>
    {
        // .NET takes a close without a code for one with 1000, and says so in its answer.
        var understood = with is Party.ClientWebSocket or Party.Kestrel ? CloseCode.NormalClosure : CloseCode.NoStatusReceived;
        talk.Ours.Close();
        await talk.TheyAreClosedAsync(understood, "");
        await talk.IsClosedAsync(understood, "", wasClean: true);
    });

    [Theory]
    [Scenario("Closed from there, with a code and a reason")]
    public Task Closed_from_there(Party with) => With(with, async talk =>
    {
        await talk.Theirs.CloseAsync(Own, Farewell);
        await talk.IsClosedAsync(Own, Farewell, wasClean: true);
        Assert.Equal((int)Own, (await talk.Theirs.ExpectAsync("close")).Code);
    });

    [Theory]
    [Scenario("Closed from there, without a code", Abilities.ClosesWithoutCode)]
    public Task Closed_from_there_without_code(Party with) => With(with, async talk =>
    {
        await talk.Theirs.CloseWithoutCodeAsync();
        await talk.IsClosedAsync(CloseCode.NoStatusReceived, "", wasClean: true);
        Assert.Equal((int)CloseCode.NoStatusReceived, (await talk.Theirs.ExpectAsync("close")).Code);
    });

    [Theory]
    [Scenario("Closed from both sides at once")]
    public Task Closed_from_both_sides(Party with) => With(with, async talk =>
    {
        var closing = talk.Theirs.CloseAsync(Own, "They go");
        talk.Ours.Close((CloseCode)4002, "We go");
        await closing.Soon();
        await talk.Ours.Closed.Soon();

        // Whose frame was first is anybody's guess; that both ends have a code is not.
        CloseCode[] codes = [Own, (CloseCode)4002];
        Assert.Contains((CloseCode)(await talk.Theirs.ExpectAsync("close")).Code, codes);
        Assert.Contains(talk.Ours.CloseCode!.Value, codes);
        Assert.True(talk.Ours.WasClean);
    });

    [Theory]
    [Scenario("What was sent before the close arrives before it")]
    public Task Messages_before_the_close(Party with) => With(with, async talk =>
    {
        Saying[] last = [Saying.Noise(300_000), Saying.Text("The last word")];
        foreach (var saying in last)
        {
            Assert.True(talk.Ours.Send(new Message(saying.Type, saying.Bytes)));
        }

        talk.Ours.Close(CloseCode.NormalClosure, Farewell);
        await talk.TheyHearAsync(last);
        await talk.TheyAreClosedAsync(CloseCode.NormalClosure, Farewell);
        await talk.IsClosedAsync(CloseCode.NormalClosure, Farewell, wasClean: true);
    });

    [Theory]
    [Scenario("Our server stops: 1001", Abilities.IsClient)]
    public Task Server_stops(Party with) => With(with, async talk =>
    {
        await talk.Server!.StopAsync(TestContext.Current.CancellationToken).Soon();
        Assert.Equal((int)CloseCode.GoingAway, (await talk.Theirs.ExpectAsync("close")).Code);
        Assert.True(talk.Ours.WasClean);
    });

    [Theory]
    [Scenario("A message that is too large is refused: 1009")]
    public Task Too_large(Party with) => With(with, new Terms { MaxMessageBytes = 1024 * 1024 }, async talk =>
    {
        await talk.Theirs.SendAsync(Saying.Noise(1024 * 1024));
        await talk.HearAsync(Saying.Noise(1024 * 1024));
        await talk.Theirs.SendAsync(Saying.Noise(1024 * 1024 + 1));
        Assert.Equal((int)CloseCode.MessageTooBig, (await talk.Theirs.ExpectAsync("close")).Code);
    });

    [Theory]
    [Scenario("They are killed: 1006 here")]
    public Task Killed(Party with) => With(with, async talk =>
    {
        await talk.ExchangeAsync(Saying.Text("Hello"));
        await talk.Theirs.KillAsync();
        await talk.IsBrokenAsync();
    });

    [Theory]
    [Scenario("They are killed while we send: 1006 here")]
    public Task Killed_while_we_send(Party with) => With(with, async talk =>
    {
        var saying = Saying.Noise(256 * 1024);
        var sending = SendUntilRefusedAsync(talk.Ours, saying.Bytes);
        await talk.TheyHearAsync(saying, saying);
        await talk.Theirs.KillAsync();
        await sending.Soon();
        await talk.IsBrokenAsync();
    });

    [Theory]
    [Scenario("We break off: 1006 there")]
    public Task Aborted(Party with) => With(with, async talk =>
    {
        await talk.ExchangeAsync(Saying.Text("Hello"));
        talk.Ours.Abort();
        Assert.Equal((int)CloseCode.AbnormalClosure, (await talk.Theirs.ExpectAsync("close")).Code);
        await talk.IsBrokenAsync();
    });

    private static async Task SendUntilRefusedAsync(WebSocketConnection socket, byte[] data)
    {
        while (await socket.SendAsync(data, TestContext.Current.CancellationToken))
        {
        }
    }
}
