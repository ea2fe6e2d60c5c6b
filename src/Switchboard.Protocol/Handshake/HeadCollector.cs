using System.Buffers;
using Switchboard.Protocol.Frames;

namespace Switchboard.Protocol.Handshake;

/// <summary>
/// Finds the end of an HTTP message's head in bytes that come in any split. A head that is whole in the input is not copied;
/// one that is not is gathered. Each byte is looked at once, so a head that is dripped costs no more than one that is not.
/// It reads one head: what follows one that was taken or refused must not be taken for another.
/// </summary>
internal sealed class HeadCollector(HeadLimits limits)
{
    private byte[]? _spill;
    private int _spilled;
    private int _lineStart;
    private int _lines;
    private bool _isOver;

    /// <param name="input">What came; cut to what follows the head, or to nothing.</param>
    /// <param name="head">The head with its empty line, if done. Valid until <see cref="Release"/>, and as long as the input.</param>
    /// <returns><see cref="ReadStatus.Invalid"/> if a limit is passed, and after <see cref="Release"/>.</returns>
    internal ReadStatus TryCollect(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> head)
    {
        head = default;
        if (_isOver)
        {
            return ReadStatus.Invalid;
        }

        for (var position = 0; ;)
        {
            var found = input[position..].IndexOf((byte)'\n');
            var lineEnd = _spilled + (found < 0 ? input.Length : position + found + 1);
            var lineLength = lineEnd - _lineStart;
            if (lineEnd > limits.MaxBytes || lineLength > limits.MaxLineBytes)
            {
                return ReadStatus.Invalid;
            }

            if (found < 0)
            {
                Spill(input);
                input = default;
                return ReadStatus.NeedsMore;
            }

            position += found + 1;
            if (lineLength == 1 || (lineLength == 2 && ByteAt(lineEnd - 2, input) == '\r'))
            {
                head = Take(ref input, position);
                return ReadStatus.Done;
            }

            // The first line is the request's or the status line.
            if (++_lines > limits.MaxHeaders + 1)
            {
                return ReadStatus.Invalid;
            }

            _lineStart = lineEnd;
        }
    }

    /// <summary>What a head that is not whole pins, in bytes.</summary>
    internal int PinnedBytes => _spill?.Length ?? 0;

    internal void Release()
    {
        _isOver = true;
        ReturnSpill();
    }

    private void ReturnSpill()
    {
        if (_spill is { } spill)
        {
            _spill = null;
            ArrayPool<byte>.Shared.Return(spill);
        }
    }

    private byte ByteAt(int index, ReadOnlySpan<byte> input) => index < _spilled ? _spill![index] : input[index - _spilled];

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int length)
    {
        var last = input[..length];
        input = input[length..];
        if (_spilled == 0)
        {
            return last;
        }

        Spill(last);
        return _spill.AsSpan(0, _spilled);
    }

    private void Spill(ReadOnlySpan<byte> bytes)
    {
        var needed = _spilled + bytes.Length;
        if (_spill is null || _spill.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(1024, needed * 2));
            _spill.AsSpan(0, _spilled).CopyTo(larger);
            ReturnSpill();
            _spill = larger;
        }

        bytes.CopyTo(_spill.AsSpan(_spilled));
        _spilled = needed;
    }
}
