using CsCheck;

namespace Switchboard.Rooms.Tests;

/// <summary>
/// Whatever the order in which messages are published, members come with a position, take their pages and go, old messages are forgotten and the store is lost:
/// each member has heard what it should. On two nodes, one of which hears news only now and then.
/// </summary>
public class CatchUpModelTests
{
    private const int Ends = 3; // Members at once.

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (8, Gen.Select(Gen.Int[0, 1], Gen.Int[1, 4]).Select((node, count) => new Step(Kind.Publish, node, count))),
        (4, Gen.Select(Gen.Int[0, 1], Gen.Int[0, Ends - 1], Gen.Int[-2, 12]).Select((node, member, back) => new Step(Kind.Join, node, back, member))),
        (3, Gen.Int[0, Ends - 1].Select(member => new Step(Kind.Leave, 0, 0, member))),
        (3, Gen.Int[0, Ends - 1].Select(member => new Step(Kind.TakePage, 0, 0, member))),
        (1, Gen.Int[1, 6].Select(keep => new Step(Kind.Trim, 0, keep))),
        (1, Gen.Const(new Step(Kind.LoseNews, 0, 0))),
        (1, Gen.Const(new Step(Kind.LoseStore, 0, 0))));

    private enum Kind
    {
        Publish,
        Join,
        Leave,
        TakePage,
        Trim,
        LoseNews,
        LoseStore,
    }

    [Fact]
    public Task Each_member_has_heard_what_it_should() => Steps.Array[1, 40].SampleAsync(CheckAsync, iter: 400, threads: 1);

    private static async Task CheckAsync(Step[] steps)
    {
        var log = new ScriptedLog();
        var backplane = new LyingBackplane();
        var cluster = new Cluster(log, backplane);
        var nodes = new[] { cluster.Node(), cluster.Node() };
        var truth = new Dictionary<(Guid, long), string>();
        var visits = new List<Visit>();
        var present = new Visit?[Ends];
        var number = 0;
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case Kind.Publish:
                    for (var i = 0; i < step.Count; i++)
                    {
                        await Publish(nodes[step.Node]);
                    }

                    break;
                case Kind.Join:
                    await Leave(step.Member);
                    var position = await log.ReadAsync(Say.Lobby, HistoryQuery.Position, TestContext.Current.CancellationToken);
                    var pages = new SemaphoreSlim(0);
                    var hearer = new Hearer { Pace = async () => { await pages.WaitAsync(); return true; } };
                    var since = step.Count > 10 ? (long?)null : position.Last - step.Count;
                    var room = await nodes[step.Node].Join(hearer, since: since, epoch: position.Epoch);
                    visits.Add(present[step.Member] = new Visit(hearer, room, since, pages));
                    break;
                case Kind.Leave:
                    await Leave(step.Member);
                    break;
                case Kind.TakePage:
                    present[step.Member]?.Pages.Release();
                    break;
                case Kind.Trim:
                    await log.TrimAsync(Say.Lobby, new Retention { MaxMessages = step.Count }, default, 1_000, TestContext.Current.CancellationToken);
                    break;
                case Kind.LoseNews:
                    backplane.Lie = (_, _) => { };
                    break;
                case Kind.LoseStore:
                    log.Inner = new InMemoryMessageLog();
                    break;
            }
        }

        // In the end all is well, and everyone who is still there hears the last word.
        backplane.Lie = (_, tell) => tell();
        backplane.Interrupt();
        foreach (var visit in present.OfType<Visit>())
        {
            visit.Pages.Release(1_000);
        }

        var last = await Publish(nodes[0]);
        await Eventually.IsTrue(() => present.OfType<Visit>().All(visit => visit.Hearer.Texts.LastOrDefault() == last));
        visits.ForEach(visit => visit.Check(truth));

        // Nobody is forgotten in memory.
        for (var i = 0; i < Ends; i++)
        {
            await Leave(i);
        }

        await Eventually.IsTrue(() => nodes.All(node => node.Count == 0));

        async Task<string> Publish(RoomDirectory node)
        {
            var text = $"{++number}";
            var place = await node.Text(Say.Lobby, text);
            var epoch = (await log.ReadAsync(Say.Lobby, HistoryQuery.Position, TestContext.Current.CancellationToken)).Epoch;
            truth.Add((epoch, place.Sequence), text);
            return text;
        }

        Task Leave(int member)
        {
            if (present[member] is { } visit)
            {
                Assert.True(visit.Room.Leave(visit.Hearer));
                present[member] = null;
            }

            return Task.CompletedTask;
        }
    }

    private sealed record Step(Kind Kind, int Node, int Count, int Member = 0);

    private sealed record Visit(Hearer Hearer, Room Room, long? Since, SemaphoreSlim Pages)
    {
        /// <summary>In order, without gaps and true, from where it asked; anything else was said out loud.</summary>
        public void Check(Dictionary<(Guid, long), string> truth)
        {
            var joined = Assert.IsType<RoomJoined>(Hearer.Heard[0]);
            var (epoch, next) = (joined.Epoch, (Since ?? joined.Sequence) + 1);
            foreach (var happening in Hearer.Heard.Skip(1))
            {
                switch (happening)
                {
                    case RoomReset reset:
                        (epoch, next) = (reset.Epoch, reset.First);
                        break;
                    case RoomMessage message:
                        Assert.Equal((epoch, next), (message.Epoch, message.Sequence));
                        Assert.Equal(truth[(epoch, next)], System.Text.Encoding.UTF8.GetString(message.Payload.Span));
                        next++;
                        break;
                }
            }
        }
    }
}
