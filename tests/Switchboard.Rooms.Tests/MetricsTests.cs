using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Switchboard.Rooms.Tests;

/// <summary>What the meter says. It is of the whole process, so these tests run alone.</summary>
[Collection(nameof(MetricsTests))]
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsTests : IDisposable
{
    private readonly ConcurrentDictionary<string, double> _sums = [];
    private readonly MeterListener _listener = new();

    public MetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Switchboard.Rooms")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        _listener.Start();
    }

    [Fact]
    public async Task Counts_messages_refusals_appends_rooms_and_members()
    {
        var directory = new RoomDirectory(new RoomOptions
        {
            Rules = new RoomRules(new RoomSettings { MaxMessageBytes = 4, MaxMembers = 1 }),
            TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(),
        });
        var ada = new Hearer();
        var room = await directory.Join(ada);
        Assert.Equal((1, 1), (Of("active"), Of("members")));

        await room.Text(ada, "one", "m1");
        await room.Text(ada, "one", "m1"); // a repeat
        await room.Text(ada, "two");
        await Say.Refused(() => room.Text(ada, "too long"));
        await Say.Refused(() => directory.Join(new Hearer("bob")));
        Assert.Equal(2, Of("messages.published durable=True"));
        Assert.Equal(3, Of("append.duration durable=True"));
        Assert.Equal((1, 1), (Of("refusals code=too-big"), Of("refusals code=room-full")));

        room.Leave(ada);
        await Eventually.IsTrue(() => Of("active") == 0 && Of("members") == 0);
    }

    public void Dispose() => _listener.Dispose();

    private double Of(string name) => _sums.GetValueOrDefault($"switchboard.rooms.{name}");

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name + (tags.IsEmpty ? "" : $" {tags[0].Key}={tags[0].Value}");
        _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
