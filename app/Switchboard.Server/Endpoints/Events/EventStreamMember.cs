using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Channels;
using Switchboard.Rooms;

namespace Switchboard.Server.Endpoints.Events;

/// <summary>
/// A member over an event stream. What it is told waits in a queue of its own, up to so many bytes; if it reads too slowly for that it is cut off, and
/// resumes. Safe from any thread; one writes to the stream.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Nobody waits for the handle of the source, and who says something to the member may come after its end.")]
internal sealed class EventStreamMember : RoomMember
{
    // What is written before the stream is waited for.
    private const int MaxBytesAtOnce = 64 * 1024;

    private readonly Channel<Piece> _waiting = Channel.CreateUnbounded<Piece>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly JoinRequest _request;
    private readonly long _maxWaitingBytes;
    private long _waitingBytes;

    /// <param name="identity">Who it is.</param>
    /// <param name="delivery">How it is reached.</param>
    /// <param name="request">What of the past it wants.</param>
    /// <param name="maxWaitingBytes">How many bytes may wait for it. One event always may, when none waits.</param>
    internal EventStreamMember(RoomIdentity identity, EventStreamDelivery delivery, JoinRequest request, long maxWaitingBytes)
        : base(identity, delivery) => (_request, _maxWaitingBytes) = (request, maxWaitingBytes);

    /// <summary>Whether it was too slow, or what it lacks could not be read.</summary>
    internal bool IsCutOff => _end.IsCancellationRequested;

    /// <summary>Behind which sequence its past begins; null if it has said so itself.</summary>
    internal long? BeginsBehind(long newest) => _request.Since is null ? Math.Max(0, newest - (_request.Last ?? 0)) : null;

    /// <summary>Says something to it, soon.</summary>
    internal void Offer(ReadOnlyMemory<byte> text) => Offer(new Piece(text, null));

    /// <summary>Says something to it, and waits until it has gone.</summary>
    /// <returns>False if the member is gone.</returns>
    internal async ValueTask<bool> OfferAsync(ReadOnlyMemory<byte> text)
    {
        var isGone = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Offer(new Piece(text, isGone)) && await isGone.Task;
    }

    internal void CutOff()
    {
        _waiting.Writer.TryComplete();

        // Whoever waits goes on elsewhere: the room has no time for them.
        _ = _end.CancelAsync();
    }

    /// <summary>Writes what it is told, until it is cut off or somebody has had enough.</summary>
    /// <exception cref="OperationCanceledException">That is so.</exception>
    internal async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(either.Token))
            {
                await WriteWaitingAsync(output, either.Token);
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var piece))
            {
                piece.Written?.SetResult(false);
            }
        }
    }

    private async Task WriteWaitingAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var written = new List<Piece>();
        var bytes = 0L;
        var isTaken = false;
        try
        {
            while (bytes < MaxBytesAtOnce && _waiting.Reader.TryRead(out var piece))
            {
                written.Add(piece);
                bytes += piece.Text.Length;
                output.Write(piece.Text.Span);
            }

            isTaken = !(await output.FlushAsync(cancellationToken)).IsCompleted;
        }
        finally
        {
            Interlocked.Add(ref _waitingBytes, -bytes);
            foreach (var piece in written)
            {
                piece.Written?.SetResult(isTaken);
            }
        }
    }

    private bool Offer(in Piece piece)
    {
        var waiting = Interlocked.Add(ref _waitingBytes, piece.Text.Length);
        if (waiting > _maxWaitingBytes && waiting > piece.Text.Length)
        {
            CutOff();
            return false;
        }

        return _waiting.Writer.TryWrite(piece);
    }

    /// <summary>Something to write, and who waits for that.</summary>
    private readonly record struct Piece(ReadOnlyMemory<byte> Text, TaskCompletionSource<bool>? Written);
}
