using System.Buffers;
using Switchboard.Protocol.Extensions.PermessageDeflate;
using Switchboard.Protocol.Frames;
using Switchboard.Transports;

namespace Switchboard.Connections;

/// <summary>
/// A message for many, compressed in each form that one of them wants, when the first one wants it. There is nearly always one form: that
/// of a server's options. Those that were created are safe from any thread, and those that were rented belong to theirs.
/// </summary>
internal sealed class CompressedFrames
{
    [ThreadStatic]
    private static Stack<CompressedFrames>? _spares;

    private readonly Lock _gate = new();
    private readonly bool _isOfThread;
    private Entry[] _entries = new Entry[1];
    private int _count;

    private CompressedFrames(bool isOfThread) => _isOfThread = isOfThread;

    /// <summary>For frames that any thread may ask for, and that are kept as long as this is.</summary>
    internal static CompressedFrames Create() => new(isOfThread: false);

    /// <summary>For frames that lie in the calling thread's ring, until <see cref="Return"/>.</summary>
    internal static CompressedFrames Rent() => (_spares ??= new()).TryPop(out var spare) ? spare : new(isOfThread: true);

    /// <summary>Lets go of the frames, if they lie in the thread's ring.</summary>
    internal void Return()
    {
        if (!_isOfThread)
        {
            return;
        }

        for (var i = 0; i < _count; i++)
        {
            _entries[i].Frame.Release();
            _entries[i] = default;
        }

        _count = 0;
        _spares!.Push(this);
    }

    /// <param name="form">The form that a receiver wants.</param>
    /// <param name="type">The message's.</param>
    /// <param name="payload">The message.</param>
    /// <param name="length">How many of the frame's bytes are payload; 0 if compressing the message makes it no smaller.</param>
    /// <returns>The frame.</returns>
    internal SharedBytes Get(DeflateForm form, MessageType type, ReadOnlySpan<byte> payload, out int length)
    {
        if (!TryFind(form, out var entry))
        {
            lock (_gate)
            {
                if (!TryFind(form, out entry))
                {
                    entry = Make(form, type, payload);
                    Add(entry);
                }
            }
        }

        length = entry.Length;
        return entry.Frame;
    }

    private bool TryFind(DeflateForm form, out Entry found)
    {
        // The count first: the entries are at least as new.
        var count = Volatile.Read(ref _count);
        foreach (ref readonly var entry in Volatile.Read(ref _entries).AsSpan(0, count))
        {
            if (entry.Form == form)
            {
                found = entry;
                return true;
            }
        }

        found = default;
        return false;
    }

    private void Add(in Entry entry)
    {
        if (_count == _entries.Length)
        {
            var larger = new Entry[_count * 2];
            _entries.CopyTo(larger, 0);
            Volatile.Write(ref _entries, larger);
        }

        _entries[_count] = entry;
        Volatile.Write(ref _count, _count + 1);
    }

    private Entry Make(DeflateForm form, MessageType type, ReadOnlySpan<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(payload.Length);
        try
        {
            return Deflaters.TryCompress(form, payload, buffer.AsSpan(0, payload.Length), out var length)
                ? new Entry(form, Frame(Outgoing.OpcodeOf(type), buffer.AsSpan(0, length)), length)
                : new Entry(form, SharedBytes.Of([]), 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SharedBytes Frame(Opcode opcode, ReadOnlySpan<byte> compressed)
    {
        var size = PreparedFrame.SizeFor(compressed.Length);
        var array = _isOfThread ? null : new byte[size];
        var frame = array ?? SharedRing.OfThread.Reserve(size);
        compressed.CopyTo(PreparedFrame.Begin(frame, opcode, compressed.Length, PermessageDeflate.Mark));
        return array is null ? SharedRing.OfThread.Commit(size) : SharedBytes.Of(array);
    }

    private readonly record struct Entry(DeflateForm Form, SharedBytes Frame, int Length);
}
