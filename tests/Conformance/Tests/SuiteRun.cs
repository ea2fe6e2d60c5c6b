using Conformance.Driving;
using Switchboard.Conformance.Driving;

[assembly: AssemblyFixture(typeof(Conformance.Tests.SuiteRun))]

namespace Conformance.Tests;

/// <summary>Plays all cases once, beside the tests, which only ask how theirs went.</summary>
public sealed class SuiteRun : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Subject, string Id), TaskCompletionSource<Outcome>> _outcomes = Subject.All
        .SelectMany(subject => subject.Cases.Select(@case => (subject.Name, @case.Id)))
        .ToDictionary(key => key, _ => new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously));

    private Task _run = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        _run = Task.Run(RunAsync);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _run;

    internal async Task<Outcome> OutcomeAsync(string subject, string id) =>
        await _outcomes[(subject, id)].Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    private async Task RunAsync()
    {
        foreach (var subject in Subject.All)
        {
            try
            {
                var (peer, process) = await subject.StartAsync();
                await using (process)
                {
                    var runner = new Runner(
                        peer, (@case, outcome) => _outcomes[(subject.Name, @case.Id)].TrySetResult(outcome), Runner.FewSilences);
                    await runner.RunAsync(subject.Cases);
                }
            }
            catch (Exception e)
            {
                Fail(subject, e);
            }
        }
    }

    // What does not start fails every case that needs it.
    private void Fail(Subject subject, Exception cause)
    {
        foreach (var @case in subject.Cases)
        {
            _outcomes[(subject.Name, @case.Id)].TrySetException(cause);
        }
    }
}
