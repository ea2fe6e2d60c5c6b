using System.Runtime.CompilerServices;
using Switchboard.Interop.Parties;
using Switchboard.Interop.Reporting;

namespace Switchboard.Interop;

/// <summary>What the classes of scenarios have in common: a conversation, whose outcome is remembered.</summary>
public abstract class InteropTests(Results results)
{
    private protected Task With(Party party, Func<Conversation, Task> talk, [CallerMemberName] string scenario = "") =>
        With(party, new Terms(), talk, scenario);

    private protected Task With(Party party, Terms terms, Func<Conversation, Task> talk, [CallerMemberName] string scenario = "") =>
        results.RunAsync($"{GetType().Name}.{scenario}", party, terms, talk);
}
