using System.Collections.Concurrent;
using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

[assembly: AssemblyFixture(typeof(Results))]

namespace Switchboard.Interop.Reporting;

/// <summary>
/// What has come of each scenario with each party. When all have run, and ./test asks for it, docs/interoperability.md tells.
/// </summary>
public sealed class Results : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Scenario, Party Party), bool> _outcomes = new();
    private readonly ConcurrentDictionary<(string Scenario, Party Party), string> _extensions = new();
    private readonly ConcurrentDictionary<string, string> _versions = new();

    internal IReadOnlyDictionary<string, string> Versions => _versions;

    private bool AreComplete => Scenario.All.SelectMany(chapter => chapter.Scenarios)
        .All(scenario => scenario.Parties.All(party => _outcomes.ContainsKey((scenario.Name, party))));

    private static bool IsToBeWritten => Environment.GetEnvironmentVariable("SWITCHBOARD_WRITE_DOCS") == "1";

    public ValueTask DisposeAsync() => AreComplete && IsToBeWritten
        ? new(File.WriteAllTextAsync(Path.Combine(Repository.Root, "docs/interoperability.md"), Page.Of(this)))
        : default;

    /// <returns>Whether it went well, or null where it was not to run.</returns>
    internal bool? Outcome(Scenario scenario, Party party) => _outcomes.TryGetValue((scenario.Name, party), out var outcome) ? outcome : null;

    /// <returns>The extensions that were agreed on, as they stood in the server's handshake.</returns>
    internal string Extensions(Scenario scenario, Party party) => _extensions.GetValueOrDefault((scenario.Name, party), "");

    /// <summary>Holds a conversation, and remembers what came of it.</summary>
    internal async Task RunAsync(string scenario, Party party, Terms terms, Func<Conversation, Task> talk)
    {
        // Until the end is reached, it has failed.
        _outcomes[(scenario, party)] = false;
        await using (var conversation = await Conversation.BeginAsync(PartyDescription.Of(party), terms))
        {
            foreach (var (name, version) in conversation.Theirs.Versions)
            {
                _versions[name] = version;
            }

            _extensions[(scenario, party)] = conversation.Opened.Extensions;
            await talk(conversation);
        }

        _outcomes[(scenario, party)] = true;
    }
}
