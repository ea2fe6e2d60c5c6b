using Microsoft.Extensions.Time.Testing;
using Switchboard.Rooms.ContractTests;

namespace Switchboard.Rooms.Tests;

public sealed class InMemoryPresenceContractTests : PresenceContract
{
    private readonly FakeTimeProvider _clock = new();

    protected override ValueTask<IPresence> CreateAsync() => new(new InMemoryPresence(_clock));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return default;
    }
}

public sealed class InProcessBackplaneContractTests : BackplaneContract
{
    private readonly InProcessBackplane _backplane = new();

    protected override ValueTask<IBackplane> CreateAsync() => new(_backplane);
}
