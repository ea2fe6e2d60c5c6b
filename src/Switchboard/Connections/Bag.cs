namespace Switchboard.Connections;

/// <summary>Something that knows where it stands in the one <see cref="Bag{T}"/> that it is in.</summary>
internal interface IBagged
{
    /// <summary>Kept for the bag.</summary>
    int BagIndex { get; set; }
}

/// <summary>A set without order: adding and removing cost the same however many there are. Not safe from several threads: its owner has a lock.</summary>
internal struct Bag<T>
    where T : class, IBagged
{
    private T[] _items = new T[16];

    public Bag()
    {
    }

    internal int Count { get; private set; }

    internal readonly ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    internal void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        item.BagIndex = Count;
        _items[Count++] = item;
    }

    internal readonly bool Contains(T item) => item.BagIndex < Count && _items[item.BagIndex] == item;

    /// <summary>Removes it: the last one takes its place.</summary>
    /// <returns>False if it is not here.</returns>
    internal bool Remove(T item)
    {
        if (!Contains(item))
        {
            return false;
        }

        var last = _items[--Count];
        _items[item.BagIndex] = last;
        last.BagIndex = item.BagIndex;
        _items[Count] = null!;
        return true;
    }
}
