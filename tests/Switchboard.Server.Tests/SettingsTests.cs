using System.Text;
using Microsoft.Extensions.Configuration;
using Switchboard.Rooms;
using Switchboard.Server.Configuration;

namespace Switchboard.Server.Tests;

/// <summary>What may stand in the configuration, and that nothing else is passed over.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Prot", "Switchboard:Prot. Did you mean Port? Switchboard has ")]
    [InlineData("Datta", "Did you mean Data?")]
    [InlineData("Rules", "There is no setting Switchboard:Rules. ")]
    [InlineData("Url", "There is no setting Switchboard:Url. ")]
    [InlineData("Tls:Cert", "There is no setting Switchboard:Tls:Cert. Switchboard:Tls has Certificate, Key, Password, Dev.")]
    [InlineData("Auth:JwksUri", "Did you mean JwksUrl?")]
    [InlineData("Auth:KeyFiles", "Did you mean KeyFile?")]
    [InlineData("Auth:ClockSkew:Seconds", "Switchboard:Auth:ClockSkew is a single value")]
    [InlineData("Sockets:MaxMalformedFrame", "Did you mean MaxMalformedFrames?")]
    [InlineData("Rooms:Defaults:Durable", "Did you mean Default?")]
    [InlineData("Rooms:Default:Name", "There is no setting Switchboard:Rooms:Default:Name. ")]
    [InlineData("Rooms:Default:Rate:PerSecnd", "There is no setting Switchboard:Rooms:Default:Rate:PerSecnd. Did you mean PerSecond? Switchboard:Rooms:Default:Rate has PerSecond, Burst.")]
    [InlineData("Rooms:Default:Retention:MaxAges", "Did you mean MaxAge?")]
    [InlineData("Rooms:Default:Retention:Days", "Switchboard:Rooms:Default:Retention has MaxMessages, MaxAge, MaxBytes.")]
    [InlineData("Rooms:Default:MaxMembers:Count", "MaxMembers is a single value")]
    [InlineData("Rooms:Patterns:0:Rate:burts", "Did you mean Burst?")]
    [InlineData("Rooms:Patterns:0:Reader:0", "Did you mean Readers?")]
    [InlineData("Rooms:Patterns:0:Readers:0:Name", "Readers:0 is a single value")]
    [InlineData("Rooms:Patterns:0:Readers", "Readers:0, ")]
    [InlineData("Rooms:Default:Writers", "Switchboard:Rooms:Default:Writers is a list")]
    [InlineData("Rooms:Default:Rate", "Switchboard:Rooms:Default:Rate is no single value")]
    [InlineData("Rooms:Default:Retention", "it has MaxMessages, MaxAge, MaxBytes.")]
    [InlineData("Rooms:Patterns", "the first pattern is Switchboard:Rooms:Patterns:0:Name")]
    [InlineData("Rooms", "Switchboard:Rooms is no single value")]
    [InlineData("AllowedOrigins", "Switchboard:AllowedOrigins is a list")]
    [InlineData("Auth", "Switchboard:Auth is no single value")]
    public void What_nobody_reads_is_an_error_that_says_what_there_is_and_never_the_value(string setting, string sentence)
    {
        var problem = Assert.Throws<ArgumentException>(() => Read(($"Rooms:Patterns:0:Name", "game-*"), (setting, "marker"))).Message;

        Assert.Contains(sentence, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_there_is_may_be_said_in_any_case()
    {
        var settings = Read(
            ("PORT", "1"), ("data", "d"), ("tls:DEV", "true"), ("AllowedOrigins:0", "https://a.example"), ("AUTH:anonymous", "false"), ("sockets:maxroomsperconnection", "3"),
            ("rooms:default:RATE:persecond", "2.5"), ("rooms:default:retention:MAXAGE", "1.00:00:00"), ("rooms:patterns:0:NAME", "a*"), ("rooms:patterns:0:writers:0", "b"));

        Assert.Equal((1, "d", 3), (settings.Port, settings.Data, settings.Sockets.MaxRoomsPerConnection));
        Assert.Equal((2.5, 200, TimeSpan.FromDays(1)), (settings.Rules.Default.Rate!.PerSecond, settings.Rules.Default.Rate.Burst, settings.Rules.Default.Retention.MaxAge));
        Assert.Equal(["b"], Of(settings, "abc").Writers);
    }

    [Fact]
    public void A_limit_may_be_none_for_all_rooms_and_there_again_for_some()
    {
        var settings = Read(
            ("Rooms:Default:Rate", "none"), ("Rooms:Default:MaxMembers", "none"), ("Rooms:Default:Retention:MaxMessages", "None"),
            ("Rooms:Default:Retention:MaxBytes", "none"), ("Rooms:Default:Retention:MaxAge", "none"),
            ("Rooms:Patterns:0:Name", "slow"), ("Rooms:Patterns:0:Rate:Burst", "5"), ("Rooms:Patterns:0:MaxMembers", "7"), ("Rooms:Patterns:0:Retention:MaxBytes", "9"));

        Assert.Equal((null, null, new Retention { MaxMessages = null, MaxBytes = null }), (settings.Rules.Default.Rate, settings.Rules.Default.MaxMembers, settings.Rules.Default.Retention));
        var slow = Of(settings, "slow");
        Assert.Equal((new RateLimit { Burst = 5 }, 7, new Retention { MaxMessages = null, MaxBytes = 9 }), (slow.Rate, slow.MaxMembers, slow.Retention));
    }

    [Fact]
    public void A_limit_of_all_rooms_may_be_none_for_some()
    {
        var settings = Read(
            ("Rooms:Default:Rate:PerSecond", "1"), ("Rooms:Default:MaxMembers", "2"), ("Rooms:Default:Retention:MaxMessages", "3"), ("Rooms:Default:Retention:MaxAge", "00:00:04"),
            ("Rooms:Patterns:0:Name", "free"), ("Rooms:Patterns:0:Rate", "none"), ("Rooms:Patterns:0:MaxMembers", "none"), ("Rooms:Patterns:0:Retention:MaxMessages", "none"), ("Rooms:Patterns:0:Retention:MaxAge", "none"));

        var free = Of(settings, "free");
        Assert.Equal((null, null, new Retention { MaxMessages = null }), (free.Rate, free.MaxMembers, free.Retention));
        Assert.Equal((1, 2, 3), (settings.Rules.Default.Rate!.PerSecond, settings.Rules.Default.MaxMembers, settings.Rules.Default.Retention.MaxMessages));
    }

    [Fact]
    public void None_counts_over_the_rate_that_the_file_of_settings_has()
    {
        // A flag and that file are layers: the file's two values are still there below the flag's one.
        var settings = Read(("Rooms:Default:Rate:PerSecond", "100"), ("Rooms:Default:Rate:Burst", "200"), ("Rooms:Default:Rate", "none"));

        Assert.Null(settings.Rules.Default.Rate);
    }

    [Fact]
    public void What_can_have_no_limit_alone_may_be_none()
    {
        foreach (var setting in (string[])["Rooms:Default:MaxMessageBytes", "Rooms:Default:Rate:PerSecond", "Rooms:Default:Retention", "Port"])
        {
            Assert.ThrowsAny<SystemException>(() => Read((setting, "none")));
        }
    }

    [Fact]
    public void An_empty_list_of_writers_means_nobody_and_a_pattern_without_one_means_the_default_s()
    {
        const string Json = """
            { "Switchboard": { "Rooms": {
                "Default": { "Writers": ["admin"] },
                "Patterns": [ { "Name": "archive", "Writers": [], "Readers": [] }, { "Name": "news" } ] } } }
            """;
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(Json));
        var settings = ServerSettings.Read(new ConfigurationBuilder().AddJsonStream(json).Build());

        var archive = Of(settings, "archive");
        Assert.Equal((0, 0, null), (archive.Writers?.Count, archive.Readers?.Count, archive.Managers));
        Assert.True(RoomName.TryCreate("archive", out var room, out _));
        Assert.False(archive.Allow(room, RoomIdentity.Anonymous("admin"), RoomAction.Write));
        Assert.False(archive.Allow(room, RoomIdentity.Anonymous("admin"), RoomAction.Read));
        Assert.Equal(["admin"], Of(settings, "news").Writers);
        Assert.Null(Of(settings, "news").Readers);
    }

    [Theory]
    [InlineData("Prot", "Port")]
    [InlineData("port", "Port")]
    [InlineData("MaxMesages", "MaxMessages")]
    [InlineData("PersistentSecond", null)]
    [InlineData("", null)]
    [InlineData("X", null)]
    public void The_nearest_name_is_guessed_if_one_is_near(string misspelt, string? nearest) =>
        Assert.Equal(nearest, NearestName.Of(misspelt, ["Host", "Port", "MaxMessages", "PerSecond"]));

    private static ServerSettings Read(params (string Setting, string Value)[] said) => ServerSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(said.Select(each => KeyValuePair.Create($"Switchboard:{each.Setting}", (string?)each.Value)))
        .Build());

    private static RoomSettings Of(ServerSettings settings, string name) =>
        settings.Rules.For(RoomName.TryCreate(name, out var room, out _) ? room : throw new InvalidOperationException());
}
