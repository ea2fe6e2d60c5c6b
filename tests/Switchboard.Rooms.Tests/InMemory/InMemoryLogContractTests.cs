using Switchboard.Rooms.ContractTests;

namespace Switchboard.Rooms.Tests.InMemory;

public sealed class InMemoryLogContractTests : MessageLogContract
{
    protected override ValueTask<IMessageLog> CreateAsync() => new(new InMemoryMessageLog());
}
