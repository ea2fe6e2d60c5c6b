namespace Switchboard.Protocol.Extensions.PermessageDeflate;

/// <summary>Inflaters and deflaters that nobody uses at the moment. Safe from any thread.</summary>
internal sealed class Spares<T>(int most)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly T?[] _spares = new T?[most];
    private int _count;

    internal T? TryTake()
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                return null;
            }

            ref var last = ref _spares[--_count];
            var spare = last;
            last = null;
            return spare;
        }
    }

    /// <returns>False if there are enough.</returns>
    internal bool TryPut(T spare)
    {
        lock (_gate)
        {
            if (_count == _spares.Length)
            {
                return false;
            }

            _spares[_count++] = spare;
            return true;
        }
    }
}
