namespace Switchboard.Rooms;

/// <content>
/// A room is in memory while somebody uses it: a member, a publication, a reader. The last one takes it away; whoever comes then opens another one, which
/// reads from the log where the room stands.
/// </content>
public sealed partial class Room
{
    private const int Gone = -1;

    private int _uses;
    private bool _isOpen;
    private Task? _opening;
    private IBackplaneLine? _line;

    /// <summary>Keeps the room in memory, until <see cref="Release"/>. False if it is gone: take another one.</summary>
    internal bool TryUse()
    {
        for (var uses = Volatile.Read(ref _uses); uses != Gone;)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0 && Interlocked.CompareExchange(ref _uses, Gone, 0) == 0)
        {
            _directory.Forget(this);
            if (_line is { } line)
            {
                _ = line.DisposeAsync().AsTask();
            }
        }
    }

    /// <summary>Finds out where the room stands, once. Whoever asks holds a use.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read; the next one who asks tries again.</exception>
    internal ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        Task opening;
        lock (_gate)
        {
            if (_isOpen)
            {
                return ValueTask.CompletedTask;
            }

            opening = _opening ??= OpenCoreAsync();
        }

        return new ValueTask(opening.WaitAsync(cancellationToken));
    }

    private async Task OpenCoreAsync()
    {
        try
        {
            // News first: what is said between the two is then known, or seen as a gap.
            if (_core.Options.Backplane is { } backplane)
            {
                _line ??= await backplane.SubscribeAsync(Name, new Listener(this), CancellationToken.None).ConfigureAwait(false);
            }

            var page = await _log.ReadAsync(Name, HistoryQuery.Position, CancellationToken.None).ConfigureAwait(false);
            lock (_gate)
            {
                (_epoch, _last, _isOpen, _opening) = (page.Epoch, page.Last, true, null);
            }

            OnNewsWhileOpening();
        }
        catch
        {
            lock (_gate)
            {
                _opening = null;
            }

            throw;
        }
    }
}
