using System.Diagnostics;

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
    private TaskCompletionSource? _opening;
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
            if (_isOpen)
            {
                RoomMetrics.RoomClosed();
            }

            if (_line is { } line)
            {
                _ = HangUpAsync(line);
            }
        }
    }

    /// <summary>Another use for someone who has one: the room is there.</summary>
    private void UseOnceMore()
    {
        var isThere = TryUse();
        Debug.Assert(isThere, "Whoever calls holds a use.");
    }

    /// <summary>Finds out where the room stands, once. Whoever asks holds a use.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read; the next one who asks tries again.</exception>
    internal ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? opening;
        var isFirst = false;
        lock (_gate)
        {
            if (_isOpen)
            {
                return ValueTask.CompletedTask;
            }

            opening = _opening;
            if (opening is null)
            {
                isFirst = true;
                _opening = opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

                // Whoever asked may not wait to the end.
                UseOnceMore();
            }
        }

        if (isFirst)
        {
            _ = OpenCoreAsync(opening);
        }

        return new ValueTask(opening.Task.WaitAsync(cancellationToken));
    }

    private async Task OpenCoreAsync(TaskCompletionSource opening)
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
                (_epoch, _last, _stored, _isOpen, _opening) = (page.Epoch, page.Last, page.Last, true, null);
            }

            RoomMetrics.RoomOpened();

            // What came before the position was known.
            StartPump();
            opening.SetResult();
        }
        catch (Exception fault)
        {
            // A catch-all: those who wait are told, whatever it is.
            lock (_gate)
            {
                _opening = null;
            }

            opening.SetException(fault);
            _ = opening.Task.Exception; // Nobody may be waiting any more.
        }
        finally
        {
            Release();
        }
    }

    private async Task HangUpAsync(IBackplaneLine line)
    {
        try
        {
            await line.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // A catch-all: nobody waits for it.
            RoomLog.BackplaneFailed(_core.Log, fault, Name.Encoded);
        }
    }
}
