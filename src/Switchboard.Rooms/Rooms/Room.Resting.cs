namespace Switchboard.Rooms;

/// <content>A log that cannot be read is let alone for a moment.</content>
public sealed partial class Room
{
    private static readonly TimeSpan RestLength = TimeSpan.FromSeconds(1);

    private bool _isResting; // Guarded by the gate.

    /// <summary>
    /// Looks into the log again after a moment. Publications that come meanwhile try it themselves. Without <paramref name="isUsed"/> the room is not
    /// kept in memory for that if nobody is in it.
    /// </summary>
    private void Rest(bool isUsed)
    {
        lock (_gate)
        {
            if (_isResting)
            {
                return;
            }

            _isResting = true;
            isUsed |= _memberCount > 0;
            if (isUsed)
            {
                UseOnceMore();
            }
        }

        _ = RestAsync(isUsed);
    }

    private async Task RestAsync(bool isUsed)
    {
        await Task.Delay(RestLength, _core.Time).ConfigureAwait(false);
        lock (_gate)
        {
            _isResting = false;
        }

        StartPump();
        if (isUsed)
        {
            Release();
        }
    }
}
