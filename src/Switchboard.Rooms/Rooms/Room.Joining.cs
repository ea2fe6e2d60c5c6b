namespace Switchboard.Rooms;

/// <content>
/// How someone enters: it is told where the room stands, hears what it missed, page by page and at its own pace, and takes its seat in the room's order in the very
/// moment in which it lacks nothing any more.
/// </content>
public sealed partial class Room
{
    // What one member is given at once must fit into what may wait for it.
    private const long BytesToOne = 128 * 1024;

    /// <summary>Lets a member in. Whoever calls holds a use; the member gets one of its own, if it gets in.</summary>
    /// <exception cref="RefusedException">The room is full.</exception>
    /// <exception cref="InvalidOperationException">The member has joined a room before.</exception>
    internal async ValueTask EnterAsync(RoomMember member, JoinRequest request, CancellationToken cancellationToken)
    {
        if (request.Since > Sequence)
        {
            // Another node may have acknowledged what this one has not heard yet.
            await LookIntoLogAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        Seat(member);
        RoomJoined joined;
        var isAnnounced = false;
        try
        {
            var members = await _directory.EnterPresenceAsync(member, cancellationToken).ConfigureAwait(false) ?? MemberCount;

            // The others first: whoever is greeted may speak at once, and nobody hears a stranger.
            Announce(member.Name, hasJoined: true, members, member);
            isAnnounced = true;
            _core.TellJoined(this, member);
            joined = Greet(member, members);
        }
        catch
        {
            Leave(member);
            throw;
        }
        finally
        {
            Arrive(member, isAnnounced);
        }

        _ = BringUpToDateAsync(member, new Position(request, joined));
    }

    private void Seat(RoomMember member)
    {
        lock (_gate)
        {
            if (Settings.MaxMembers is { } limit && _memberCount >= limit)
            {
                var refusal = Refusal.Full(limit);
                RoomMetrics.Refused(refusal);
                throw new RefusedException(refusal);
            }

            if (!member.TryBelongTo(this))
            {
                throw new InvalidOperationException("A member joins once; make a new one.");
            }

            UseOnceMore();
            (member.IsIn, member.IsArriving, member.JoinedAt) = (true, true, _core.Time.GetUtcNow());
            _memberCount++;
            (_newcomers ??= []).Add(member);
        }

        RoomMetrics.MemberJoined();
    }

    private RoomJoined Greet(RoomMember member, long members)
    {
        RoomJoined joined;
        lock (_gate)
        {
            joined = new RoomJoined { Room = Name, Name = member.Name, Epoch = _epoch, Sequence = _last, Members = members, IsDurable = Settings.Durable };
        }

        Hand(member, joined);
        return joined;
    }

    /// <summary>All know that it is here. If it has left meanwhile, they learn that only now: nobody leaves before it has come.</summary>
    private void Arrive(RoomMember member, bool isAnnounced)
    {
        lock (_gate)
        {
            member.IsArriving = false;
            if (member.IsIn)
            {
                return;
            }
        }

        _ = DepartAsync(member, isAnnounced);
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
                else if (!await HandPastAsync(member, position, position.StepTo(page)).ConfigureAwait(false))
                {
                    Leave(member);
                    return;
                }
            }

            _outbox.Drain();
        }
        catch (Exception fault)
        {
            // A catch-all: a member with a gap must not stay, whatever the reason.
            RoomLog.CatchUpFailed(_core.Log, fault, Name.Encoded);
            if (Leave(member))
            {
                CutOff(member);
            }
        }
    }

    /// <summary>What the log has may be ahead of what members here have heard; of that it hears in its seat.</summary>
    private async ValueTask<bool> HandPastAsync(RoomMember member, Position position, IReadOnlyList<RoomMessage> messages)
    {
        IReadOnlyList<RoomMessage> past, wanted;
        lock (_gate)
        {
            past = [.. messages.TakeWhile(message => message.Sequence <= _last)];
            wanted = member.WithoutOwn(past);
        }

        if (wanted.Count > 0 && !await member.Delivery.DeliverPastAsync(member, wanted).ConfigureAwait(false))
        {
            return false;
        }

        if (past.Count > 0)
        {
            position.HasHeard(past[^1].Sequence);
        }

        return true;
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

            member.IsSeated = true;
            _newcomers!.Remove(member);
            _outbox.Add(new RoomStep.Enter(member, [.. member.WithoutOwn(_tail.Behind(position.Cursor)), .. member.TakeChanges()]));
            return true;
        }
    }

    private void CutOff(RoomMember member)
    {
        try
        {
            member.Delivery.CutOff(member, Refusal.Unavailable);
        }
        catch (Exception fault)
        {
            // A catch-all: it is out of the room in any case.
            RoomLog.CatchUpFailed(_core.Log, fault, Name.Encoded);
        }
    }

    private static void Hand(RoomMember member, RoomEvent happening) => member.Delivery.Deliver(happening, [member]);
}
