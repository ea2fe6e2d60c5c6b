namespace Switchboard.Fuzz;

/// <summary>An input: first the bytes that choose options, then the data. What is not there any more is zero.</summary>
internal ref struct Choices(ReadOnlySpan<byte> input)
{
    /// <summary>Everything is fed byte by byte too, so there is no gain in more than this.</summary>
    private const int MostData = 16 * 1024;

    private ReadOnlySpan<byte> _rest = input;

    internal readonly ReadOnlySpan<byte> Data => _rest[..Math.Min(_rest.Length, MostData)];

    internal byte Next()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }

        var next = _rest[0];
        _rest = _rest[1..];
        return next;
    }
}
