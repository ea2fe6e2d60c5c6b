using Switchboard.LoadTest.Measure;
using Switchboard.LoadTest.Servers;

namespace Switchboard.LoadTest.Suite;

/// <summary>A whole run: what a report is written from.</summary>
internal sealed record SuiteResult(
    DateTimeOffset Measured,
    Plan Plan,
    string CommandLine,
    Machine Machine,
    int ServerCpu,
    int GeneratorCpu,
    IReadOnlyList<KnownServer> Servers,
    IReadOnlyDictionary<string, string> Missing)
{
    public List<RowResult> Rows { get; } = [];

    /// <summary>Those that were there, in the table's order.</summary>
    public IEnumerable<KnownServer> Present => Servers.Where(server => !Missing.ContainsKey(server.Name));
}
