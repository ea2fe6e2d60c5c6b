using Switchboard.Rooms.ContractTests;

namespace Switchboard.Rooms.Sqlite.Tests;

public sealed class SqliteContractTests : DurableMessageLogContract
{
    private readonly StoreFolders _folders = new();
    private readonly Dictionary<IMessageLog, string> _places = [];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folders.Dispose();
    }

    protected override ValueTask<IMessageLog> CreateAsync() => Open(_folders.Next());

    protected override async ValueTask<IMessageLog> ReopenAsync(IMessageLog log)
    {
        await ((SqliteMessageLog)log).DisposeAsync();
        return await Open(_places[log]);
    }

    private ValueTask<IMessageLog> Open(string folder)
    {
        var log = SqliteMessageLog.Open(new SqliteMessageLogOptions { Directory = folder });
        _places[log] = folder;
        return new(log);
    }
}
