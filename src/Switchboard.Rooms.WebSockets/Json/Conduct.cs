using Switchboard.Rooms.Wire;

namespace Switchboard.Rooms.WebSockets;

/// <summary>What is borne of one client: so many requests that make others work, and so many frames that are malformed. Used in its turn only.</summary>
internal sealed class Conduct(SessionTerms terms)
{
    private TokenBucket _requests;
    private int _strikes;

    /// <summary>
    /// Whether it asks too often. What one says in a room counts there. What makes others work all the same, reading, joining and with it leaving, counts
    /// here, at the rate of rooms without a pattern.
    /// </summary>
    public Refusal? RefusalOf(ClientFrameType type)
    {
        if (type is ClientFrameType.Publish or ClientFrameType.Signal or ClientFrameType.Leave || terms.Directory.Rules.Default.Rate is not { } rate)
        {
            return null;
        }

        var wait = _requests.Take(rate, terms.Time);
        return wait > TimeSpan.Zero ? Refusal.TooFast(wait) : null;
    }

    /// <summary>Counts a malformed frame. True for the one that is the last.</summary>
    public bool IsOutWithAnotherStrike() => ++_strikes == terms.Options.MaxMalformedFrames;
}
