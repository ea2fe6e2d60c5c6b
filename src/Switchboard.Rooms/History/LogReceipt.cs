namespace Switchboard.Rooms;

/// <summary>Where a batch of entries has got its places.</summary>
/// <param name="Epoch">The epoch that the sequences count in.</param>
/// <param name="Places">One for each entry, in their order.</param>
public sealed record LogReceipt(Guid Epoch, IReadOnlyList<LogPlace> Places);

/// <summary>The place of one entry.</summary>
/// <param name="Sequence">Its sequence; of a repeat that of the message that was there before.</param>
/// <param name="At">The time of the message that has the place.</param>
/// <param name="IsRepeat">Whether the same publisher had published the same id here before: nothing was added.</param>
public readonly record struct LogPlace(long Sequence, DateTimeOffset At, bool IsRepeat);
