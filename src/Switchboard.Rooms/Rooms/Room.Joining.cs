namespace Switchboard.Rooms;

/// <content>
/// How someone enters: it is told where the room stands, hears what it missed, page by page and at its own pace, and takes its seat in the room's order in the very
/// moment in which it lacks nothing any more.
/// </content>
public sealed partial class Room
{
    // What one member is given at once must fit into what may wait for it.
    private const long BytesToOne = 128 * 1024;

    /// <summary>Lets a member in. Whoever calls holds a use, which is the member's from then on.</summary>
    /// <exception cref="RefusedException">The room is full.</exception>
    internal async ValueTask EnterAsync(RoomMember member, JoinRequest request, CancellationToken cancellationToken)
    {
        if (request.Since > Sequence)
        {
            // Another node may have acknowledged what this one has not heard yet.
            await LookIntoLogAsync().ConfigureAwait(false);
        }

        Seat(member);
        var members = await NotePresenceAsync(member, cancellationToken).ConfigureAwait(false);
        RoomJoined joined;
        lock (_gate)
        {
            joined = new RoomJoined { Room = Name, Name = member.Name, Epoch = _epoch, Sequence = _last, Members = members, IsDurable = Settings.Durable };
        }

        Hand(member, joined);
        _core.TellJoined(this, member);
        _ = BringUpToDateAsync(member, new Position(request, joined));
    }

    private void Seat(RoomMember member)
    {
        lock (_gate)
        {
            if (Settings.MaxMembers is { } limit && _memberCount >= limit)
            {
                throw new RefusedException(Refusal.Full(limit));
            }

            if (member.Room is not null)
            {
                throw new InvalidOperationException("A member joins once; make a new one.");
            }

            (member.Room, member.IsIn, member.JoinedAt) = (this, true, _core.Time.GetUtcNow());
            _memberCount++;
        }
    }

    private ValueTask LookIntoLogAsync()
    {
        lock (_gate)
        {
            _isBehind = true;
        }

        return RefillAsync();
    }

    private async Task BringUpToDateAsync(RoomMember member, Position position)
    {
        try
        {
            while (!TryTakeSeat(member, position))
            {
                var page = await _log.ReadAsync(
                    Name, HistoryQuery.Behind(position.Cursor, PageLength, BytesToOne), CancellationToken.None).ConfigureAwait(false);
                if (page.Epoch != Epoch)
                {
                    await LookIntoLogAsync().ConfigureAwait(false);
                }

                if (position.IsGoneFrom(page))
                {
                    Hand(member, new RoomReset { Room = Name, Epoch = page.Epoch, First = page.First, Sequence = page.Last });
                    position.Restart(page);
                }
                else if (UpToLast(position.StepTo(page)) is { Count: > 0 } messages)
                {
                    if (!await member.Delivery.DeliverPastAsync(member, messages).ConfigureAwait(false))
                    {
                        Leave(member);
                        return;
                    }

                    position.HasHeard(messages[^1].Sequence);
                }
            }

            _outbox.Drain();
        }
        catch (Exception fault)
        {
            // A catch-all: a member with a gap must not stay, whatever the reason.
            RoomLog.ReadFailed(_core.Log, fault, Name.Encoded);
            Leave(member);
            member.Delivery.CutOff(member, Refusal.Unavailable);
        }
    }

    /// <summary>Whether it lacks nothing but what the tail has, or is gone; then its next step is in the room's order.</summary>
    private bool TryTakeSeat(RoomMember member, Position position)
    {
        lock (_gate)
        {
            if (!member.IsIn)
            {
                return true;
            }

            if (position.Epoch != _epoch || !_tail.Covers(position.Cursor, _last))
            {
                return false;
            }

            _outbox.Add(new RoomStep.Enter(member, _tail.Behind(position.Cursor)));
            return true;
        }
    }

    /// <summary>What the log has may be ahead of what members here have heard; of that it hears in its seat.</summary>
    private List<RoomMessage> UpToLast(IEnumerable<RoomMessage> messages)
    {
        var last = Sequence;
        return [.. messages.TakeWhile(message => message.Sequence <= last)];
    }

    private void Hand(RoomMember member, RoomEvent happening) => _core.Batch.Run(() => member.Delivery.Deliver(happening, [member]));
}
