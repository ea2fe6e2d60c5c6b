namespace Switchboard.Memory;

/// <summary>Something that pins memory for a peer.</summary>
internal interface IPinning
{
    /// <summary>The budget is spent, and this one pins most: it is to end, and to give back what it pins, soon. Called on any thread: be brief.</summary>
    /// <param name="bytes">What it pins, in bytes.</param>
    /// <param name="isBacklog">Whether most of that waits for a peer that reads too slowly.</param>
    void Relinquish(long bytes, bool isBacklog);
}
