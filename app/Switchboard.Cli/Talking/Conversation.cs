using System.Globalization;
using Switchboard.Cli.Connecting;

namespace Switchboard.Cli.Talking;

/// <summary>Shows what comes, and knows when it was enough.</summary>
/// <param name="view">Where it is shown.</param>
/// <param name="count">After how many messages it is enough; null for never.</param>
/// <param name="isVerbose">Whether the headers of a refusal are shown.</param>
internal sealed class Conversation(IView view, int? count, bool isVerbose) : IConversation
{
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;

    /// <summary>Complete when the messages that were wanted have come.</summary>
    internal Task Enough => _enough.Task;

    public void Opened(string protocol, string extensions)
    {
        string[] agreed = [.. new[] { protocol.Length > 0 ? $"subprotocol {protocol}" : "", extensions }.Where(part => part.Length > 0)];
        view.Tell($"Connected{(agreed.Length > 0 ? $" ({string.Join(", ", agreed)})" : "")}.");
    }

    public void Received(MessageView message)
    {
        // More may come before our close frame has.
        if (_received == count)
        {
            return;
        }

        view.Show(message);
        if (++_received == count)
        {
            _enough.TrySetResult();
        }
    }

    public void Ponged(TimeSpan roundTrip) =>
        view.Tell(string.Create(CultureInfo.InvariantCulture, $"Pong after {roundTrip.TotalMilliseconds:0.0} ms."));

    public void Interrupted(Ending ending, TimeSpan delay)
    {
        view.Tell(ending.Sentence, isTrouble: true);
        TellHeaders(ending);
        view.Tell(string.Create(CultureInfo.InvariantCulture, $"Trying again in {delay.TotalSeconds:0.0} s."));
    }

    public void Ended(Ending ending)
    {
        view.Tell(ending.Sentence, isTrouble: ending.ExitCode != ExitCode.Fine);
        TellHeaders(ending);
    }

    private void TellHeaders(Ending ending)
    {
        foreach (var (name, value) in isVerbose ? ending.Headers : [])
        {
            view.Tell($"  {name}: {value}");
        }
    }
}
