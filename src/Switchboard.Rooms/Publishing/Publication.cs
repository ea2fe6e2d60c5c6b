namespace Switchboard.Rooms;

/// <summary>
/// A message on its way into a room, and who is told what became of it: derive from it to carry what the answer needs. Exactly one of the two is called, once,
/// on any thread and under no lock; be brief, and do not throw.
/// </summary>
public abstract class Publication : LogEntry
{
    /// <summary>The member that publishes; null for a backend. Its own copy comes back unless it wants no echo.</summary>
    public RoomMember? Member { get; init; }

    /// <summary>The message is stored. It is delivered already, or another thread is about to.</summary>
    /// <param name="place">Where; of a repeat the place of the message that was there.</param>
    protected internal abstract void OnStored(LogPlace place);

    /// <summary>The message was not stored, or nobody knows.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="cause">The fault behind it, if there is one.</param>
    protected internal abstract void OnRefused(Refusal refusal, Exception? cause);

    /// <summary>What it counts for, in bytes, while it waits. Fixed when it was taken.</summary>
    internal long Cost { get; set; }
}
