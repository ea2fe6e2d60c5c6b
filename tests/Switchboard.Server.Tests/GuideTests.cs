using System.Text;
using Microsoft.Extensions.Configuration;
using Switchboard.Rooms;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Tests;

/// <summary>The settings of the guide mean what it says.</summary>
public sealed class GuideTests
{
    [Fact]
    public async Task Its_rooms_are_as_it_says()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/guide/rooms-server.md"), TestContext.Current.CancellationToken);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(guide.Split("```json\n")[1].Split("```")[0]));
        var rules = RoomsSettings.Read(new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("Switchboard:Rooms"));

        var (lobby, cursors, news) = (Of("lobby"), Of("cursors-7"), Of("news"));
        Assert.Equal((true, 100_000, TimeSpan.FromDays(30)), (lobby.Durable, lobby.Retention.MaxMessages, lobby.Retention.MaxAge));
        Assert.Equal((false, SlowMemberPolicy.KeepLatest, 100_000), (cursors.Durable, cursors.SlowMembers, cursors.Retention.MaxMessages));
        Assert.Equal((false, "editor-*"), (news.PresenceEvents, news.Writers!.Single()));

        RoomSettings Of(string name) => rules.For(RoomName.TryCreate(name, out var room, out _) ? room : throw new InvalidOperationException());
    }
}
